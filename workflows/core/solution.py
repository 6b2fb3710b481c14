"""A solution on its way: proposed with its redress, approved or refused, carried out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.effects import Effect, Notice, Notify, RequestApproval, SendSurvey
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Event
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import Status
from workflows.core import approval
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
    proposal = proposal_in(case)
    needed = approval.still_needed(case) - 1
    granted = fact.ApprovalGranted(
        round=proposal.round, by=command.actor.subject, needed=max(needed, 0), comment=command.comment
    )
    return (granted,) if needed > 0 else (granted, fact.Approved(round=proposal.round))


def _refuse(case: Case, command: ask.Refuse, _now: datetime) -> tuple[Event, ...]:
    return (fact.Refused(round=proposal_in(case).round, by=command.actor.subject, reason=command.reason),)


def _execute(case: Case, command: ask.Execute, _now: datetime) -> tuple[Event, ...]:
    return (fact.Executed(round=proposal_in(case).round, result=command.result),)


def _put_up(case: Case, event: fact.Proposed) -> dict[str, Any]:
    put_up_again = case.proposal if case.status is Status.APPROVING else None
    proposal = Proposal(
        round=event.round,
        by=event.by,
        solution=event.solution,
        redress=event.redress,
        handlers=put_up_again.handlers if put_up_again else (),
    )
    return {"proposal": proposal, "rounds": event.round, "status": Status.APPROVING}


def _consented(case: Case, event: fact.ApprovalGranted) -> dict[str, Any]:
    if case.proposal is None:
        return {}
    approvals = (*case.proposal.approvals, event.by)
    return {"proposal": case.proposal.model_copy(update={"approvals": approvals})}


def _ask_for_approval(entry: Entry, event: fact.Proposed, case: Case) -> tuple[Effect, ...]:
    request = RequestApproval(
        sequence=entry.sequence,
        department=case.owner.department,
        roles=approval.rule_for(case).roles,
        barred=approval.barred(case),
        facts={
            "by": event.by,
            "round": str(event.round),
            "solution": event.solution,
            "redress": "; ".join(in_words(redress) for redress in event.redress),
        },
    )
    return (request,)


def _tell_proposer(entry: Entry, event: fact.Refused, case: Case) -> tuple[Effect, ...]:
    facts = {"by": event.by, "reason": event.reason}
    return (Notify(sequence=entry.sequence, notice=Notice.PROPOSAL_REFUSED, to=case.owner.subject, facts=facts),)


def _ask_whether_solved(entry: Entry, event: fact.Executed, _case: Case) -> tuple[Effect, ...]:
    return (SendSurvey(sequence=entry.sequence, round=event.round, result=event.result),)


def in_words(redress: Redress) -> str:
    """Redress in one line, as letters show it: `refund 120.00 CNY (to the card)`."""
    amount = f" {redress.amount} {redress.currency}" if redress.amount else ""
    note = f" ({redress.note})" if redress.note else ""
    return f"{redress.kind.value}{amount}{note}"


CONDITIONS: Conditions = {
    "propose": check_none_open,
    "approve": lambda case, actor: approval.check_entitled(case, actor, "approve"),
    "refuse": lambda case, actor: approval.check_entitled(case, actor, "refuse"),
}
DECISIONS: Decisions = {"propose": _propose, "approve": _approve, "refuse": _refuse, "execute": _execute}
CHANGES: Changes = {
    fact.Proposed: _put_up,
    fact.ApprovalGranted: _consented,
    fact.Approved: lambda *_: {"status": Status.EXECUTING},
    fact.Refused: lambda *_: {"status": Status.INVESTIGATING, "proposal": None},
    fact.Executed: lambda *_: {"status": Status.CONFIRMING},
}
EFFECTS: Effects = {
    fact.Proposed: _ask_for_approval,
    fact.Refused: _tell_proposer,
    fact.Executed: _ask_whether_solved,
}
