"""A solution on its way: proposed with its redress, approved or refused, carried out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.consent import Consent
from workflows.contract.effects import Effect, Notice, Notify, SendSurvey
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Event
from workflows.contract.vocabulary import Status
from workflows.core import approval, approvers, asking, delegation
from workflows.core.case import Case, Proposal, proposal_in
from workflows.core.meeting import check_none_open
from workflows.core.people import holder
from workflows.core.room import Changes, Conditions, Decisions, Effects


def _propose(case: Case, command: ask.Propose, _now: datetime) -> tuple[Event, ...]:
    for index, redress in enumerate(command.redress):
        if redress.amount and redress.currency is None:
            raise AmendsError(
                ErrorCode.INVALID_INPUT, "an amount needs a currency such as CNY", f"redress.{index}.currency"
            )
    currencies = {redress.currency for redress in command.redress if redress.amount}
    if len(currencies) > 1:
        raise AmendsError(ErrorCode.INVALID_INPUT, "all amounts of a proposal must be in one currency", "redress")
    proposed = fact.Proposed(
        round=case.rounds + 1, by=command.actor.subject, solution=command.solution, redress=command.redress
    )
    if case.status is Status.ASSIGNED:
        return (fact.Accepted(owner=holder(case, command)), proposed)
    return (proposed,)


def _approve(case: Case, command: ask.Approve, _now: datetime) -> tuple[Event, ...]:
    proposal, consent = proposal_in(case), approvers.consent_of(case, command.actor)
    consented = proposal.model_copy(update={"consents": (*proposal.consents, consent)})
    after = case.model_copy(update={"proposal": consented})
    still_open = approval.open_steps(after)
    step = next(step for step in approval.open_steps(case) if step.step == consent.step)
    needed = approval.still_needed(consented, step)
    granted = fact.ApprovalGranted(
        round=proposal.round,
        by=consent.by,
        step=consent.step,
        on_behalf_of=consent.on_behalf_of,
        needed=needed,
        comment=command.comment,
    )
    if not still_open:
        return (granted, fact.Approved(round=proposal.round))
    if needed:
        return (granted,)
    waiting = tuple(step.step for step in still_open)
    return (granted, fact.ApprovalStepPassed(round=proposal.round, step=consent.step, next=waiting))


def _refuse(case: Case, command: ask.Refuse, _now: datetime) -> tuple[Event, ...]:
    refused = fact.Refused(
        round=proposal_in(case).round,
        by=command.actor.subject,
        on_behalf_of=approvers.objector(case, command.actor),
        reason=command.reason,
    )
    return (refused,)


def _execute(case: Case, command: ask.Execute, _now: datetime) -> tuple[Event, ...]:
    return (fact.Executed(round=proposal_in(case).round, result=command.result, by=command.actor.subject),)


def _put_up(case: Case, event: fact.Proposed) -> dict[str, Any]:
    """What is put up while another is approved or carried out takes its place; consent to that one is none to this."""
    amended = case.proposal if case.status in (Status.APPROVING, Status.EXECUTING) else None
    earlier = (*amended.handlers, amended.by) if amended else ()
    proposal = Proposal(
        round=event.round,
        by=event.by,
        solution=event.solution,
        redress=event.redress,
        handlers=tuple(name for name in dict.fromkeys(earlier) if name != event.by),
    )
    return {"proposal": proposal, "rounds": event.round, "status": Status.APPROVING}


def _refused(case: Case, _event: fact.Refused) -> dict[str, Any]:
    """Who proposed it does not approve what another proposes next: it may be the same."""
    proposers = (case.proposal.by,) if case.proposal else ()
    return {
        "status": Status.INVESTIGATING,
        "proposal": None,
        "refused": tuple(dict.fromkeys((*case.refused, *proposers))),
    }


def _consented(case: Case, event: fact.ApprovalGranted) -> dict[str, Any]:
    if case.proposal is None:
        return {}
    consent = Consent(by=event.by, step=event.step, on_behalf_of=event.on_behalf_of)
    return _with(case, consents=(*case.proposal.consents, consent))


def _called_on(case: Case, event: fact.ApprovalEscalated) -> dict[str, Any]:
    return _with(case, called_on=case.proposal.called_on | {event.step: event.to}) if case.proposal else {}


def _handed_on(case: Case, event: fact.Delegated) -> dict[str, Any]:
    return {"proposal": case.proposal and delegation.handed_on(case.proposal, event)}


def _without_interested(case: Case, event: fact.InterestDeclared) -> dict[str, Any]:
    """What they consented to is void while it is still being decided; what has been approved stays approved."""
    if case.proposal is None or case.status is not Status.APPROVING:
        return {}
    return {"proposal": approval.without(case.proposal, event.subject)}


def _without_those_who_left(case: Case, event: fact.StaffAmended) -> dict[str, Any]:
    return {"proposal": approval.without_people(case.proposal, event.left)} if case.proposal else {}


def _with(case: Case, **changes: Any) -> dict[str, Any]:
    return {"proposal": case.proposal and case.proposal.model_copy(update=changes)}


def _tell_proposer(entry: Entry, event: fact.Refused, case: Case) -> tuple[Effect, ...]:
    facts = {"by": event.by, "reason": event.reason}
    return (Notify(sequence=entry.sequence, notice=Notice.PROPOSAL_REFUSED, to=case.owner.subject, facts=facts),)


def _ask_whether_solved(entry: Entry, event: fact.Executed, _case: Case) -> tuple[Effect, ...]:
    return (SendSurvey(sequence=entry.sequence, round=event.round, result=event.result),)


def _ask_all(entry: Entry, _event: Event, case: Case) -> tuple[Effect, ...]:
    """Also when somebody keeps out or has left: those who are asked instead have not been told yet."""
    return asking.ask_all(entry, case)


def _ask_unless_decided(entry: Entry, event: fact.Proposed, case: Case) -> tuple[Effect, ...]:
    """What the complaint that leads the major event has had approved is not put to anybody a second time."""
    return () if event.decided_by else asking.ask_all(entry, case)


CONDITIONS: Conditions = {
    "propose": check_none_open,
    "approve": approvers.consent_of,
    "refuse": approvers.objector,
    "delegate": approvers.own_step,
}
DECISIONS: Decisions = {
    "propose": _propose,
    "approve": _approve,
    "refuse": _refuse,
    "delegate": delegation.delegate,
    "execute": _execute,
}
CHANGES: Changes = {
    fact.Proposed: _put_up,
    fact.Delegated: _handed_on,
    fact.ApprovalGranted: _consented,
    fact.ApprovalEscalated: _called_on,
    fact.InterestDeclared: _without_interested,
    fact.StaffAmended: _without_those_who_left,
    fact.Approved: lambda *_: {"status": Status.EXECUTING},
    fact.Refused: _refused,
    fact.Executed: lambda *_: {"status": Status.CONFIRMING},
}
EFFECTS: Effects = {
    fact.Proposed: _ask_unless_decided,
    fact.Delegated: asking.ask_delegate,
    fact.ApprovalStepPassed: asking.ask_next,
    fact.ApprovalEscalated: asking.ask_above,
    fact.InterestDeclared: _ask_all,
    fact.StaffAmended: _ask_all,
    fact.Refused: _tell_proposer,
    fact.Executed: _ask_whether_solved,
}
