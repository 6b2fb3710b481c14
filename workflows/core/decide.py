"""`decide(case, command, now) -> events`: what a permitted command makes happen, or the refusal that says why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.classification import Classification, Evidence
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Event
from workflows.contract.parties import Owner, Party
from workflows.contract.vocabulary import Outcome, Status
from workflows.core import approval, authority, new_limits
from workflows.core.case import Case, Meeting, Procedure, Proposal, classification_in, procedure_in

Events = tuple[Event, ...]


def decide(case: Case, command: ask.Command, now: datetime) -> Events:
    """The events a command causes at `now`, in order; at least one.

    Raises:
        AmendsError: the command is refused and nothing happens.
    """
    authority.check(case, command.name, command.actor)
    if decision := new_limits.DECISIONS.get(command.name):
        return decision(case, command, now)
    return _DECISIONS[command.name](case, command)


def _accept(case: Case, command: ask.Accept) -> Events:
    return (fact.Accepted(owner=_holder(case, command)),)


def _classify(case: Case, command: ask.Classify) -> Events:
    procedure, present = procedure_in(case), classification_in(case)
    is_sure = present.in_scope and present.confidence >= procedure.policy.min_confidence
    if is_sure and (command.nature, command.severity) == (present.nature, present.severity):
        raise AmendsError(ErrorCode.ALREADY_THERE, "the complaint is already classified so", "nature")
    corrected = Classification.model_validate(
        present.model_dump()
        | {
            "nature": command.nature,
            "severity": command.severity,
            "confidence": 1.0,
            "in_scope": True,
            "classifier": command.actor.subject,
            "evidence": (Evidence(label=command.nature.value, words=(command.reason,)),),
        }
    )
    events: list[Event] = [fact.Classified(classification=corrected, policy=procedure.version, reason=command.reason)]
    department = procedure.policy.routing[command.nature]
    status = case.wait.resume_to if case.wait else case.status
    solution_is_settled = status in (Status.EXECUTING, Status.CONFIRMING)
    if department != case.owner.department and not solution_is_settled:
        owner = _person_in(procedure, Party(department=department), "nature")
        events.append(fact.Assigned(owner=owner, because=f"{command.nature.value} complaints belong to {department}"))
    if case.status is Status.APPROVING:
        events.append(approval.put_up_again(case))
    return tuple(events)


def _propose(case: Case, command: ask.Propose) -> Events:
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
        return (fact.Accepted(owner=_holder(case, command)), proposed)
    return (proposed,)


def _approve(case: Case, command: ask.Approve) -> Events:
    proposal = _proposal(case)
    needed = approval.still_needed(case) - 1
    granted = fact.ApprovalGranted(
        round=proposal.round, by=command.actor.subject, needed=max(needed, 0), comment=command.comment
    )
    return (granted,) if needed > 0 else (granted, fact.Approved(round=proposal.round))


def _refuse(case: Case, command: ask.Refuse) -> Events:
    return (fact.Refused(round=_proposal(case).round, by=command.actor.subject, reason=command.reason),)


def _reassign(case: Case, command: ask.Reassign) -> Events:
    owner = _person_in(procedure_in(case), command.to, "to.department")
    if owner == case.owner:
        raise AmendsError(ErrorCode.ALREADY_THERE, f"{owner.subject} of {owner.department} already owns it", "to")
    if case.proposal and owner.subject in case.proposal.approvals:
        raise AmendsError(
            ErrorCode.SEPARATION_OF_DUTIES, f"{owner.subject} approved the proposal, so cannot own the case", "to"
        )
    reassigned = fact.Reassigned(owner=owner, reason=command.reason)
    if case.status is Status.APPROVING and owner.department != case.owner.department:
        return (reassigned, approval.put_up_again(case))
    return (reassigned,)


def _escalate(case: Case, command: ask.Escalate) -> Events:
    to = command.to or case.level.next()
    if to.rank <= case.level.rank:
        raise AmendsError(ErrorCode.ALREADY_THERE, f"the case already stands at level {case.level.value}", "to")
    return (fact.Escalated(to=to, tell=case.person_at(to), reason=command.reason),)


def _call_meeting(case: Case, command: ask.CallMeeting) -> Events:
    procedure = procedure_in(case)
    departments = tuple(dict.fromkeys((case.owner.department, *command.departments)))
    own = _person_in(procedure, Party(department=case.owner.department), "departments").subject
    heads = (
        _person_in(procedure, Party(department=department), f"departments.{index}").subject
        for index, department in enumerate(command.departments)
    )
    return (
        fact.MeetingCalled(
            number=case.meetings + 1,
            chair=case.owner.subject,
            departments=departments,
            invited=tuple(dict.fromkeys((case.owner.subject, own, *heads))),
            agenda=command.agenda,
            starts_at=command.starts_at,
        ),
    )


def _decide_meeting(case: Case, command: ask.DecideMeeting) -> Events:
    meeting = _meeting(case)
    present = tuple(dict.fromkeys(command.present))
    for index, department in enumerate(present):
        if department not in meeting.departments:
            raise AmendsError(
                ErrorCode.INVALID_INPUT,
                f"{department} was not invited; invited: {', '.join(meeting.departments)}",
                f"present.{index}",
            )
    quorum = procedure_in(case).policy.meeting.quorum_percent
    if len(present) * 100 < len(meeting.departments) * quorum:
        raise AmendsError(
            ErrorCode.NO_QUORUM,
            f"{len(present)} of {len(meeting.departments)} invited departments are present; {quorum} % must be",
            "present",
        )
    return (
        fact.MeetingDecided(number=meeting.number, present=present, minutes=command.minutes, decision=command.decision),
    )


def _wait(case: Case, command: ask.Wait) -> Events:
    procedure = procedure_in(case)
    unmoved = tuple(
        clock.name
        for clock in case.clocks
        if clock.is_live and (rule := procedure.rule(clock.name)).is_obligation and not rule.pausable
    )
    return (fact.Waiting(waiting_for=command.waiting_for, question=command.question, still_counting=unmoved),)


def _resume(_case: Case, command: ask.Resume) -> Events:
    return (fact.Resumed(answer=command.answer),)


def _inform(_case: Case, command: ask.Inform) -> Events:
    return (fact.Informed(text=command.text),)


def _execute(case: Case, command: ask.Execute) -> Events:
    return (fact.Executed(round=_proposal(case).round, result=command.result),)


def _answer_survey(case: Case, command: ask.AnswerSurvey) -> Events:
    if command.round not in (None, _proposal(case).round):
        raise AmendsError(
            ErrorCode.WRONG_STATUS, "this survey asks about an earlier solution; the latest has its own", "round"
        )
    answered = fact.SurveyAnswered(solved=command.solved, score=command.score, comment=command.comment)
    if command.solved:
        return (answered, fact.Closed(outcome=Outcome.RESOLVED, reason="the complainant confirmed that it is solved"))
    return (answered, fact.Reopened(count=case.reopened + 1, reason="the complainant says it is not solved"))


def _withdraw(_case: Case, command: ask.Withdraw) -> Events:
    closed = fact.Closed(outcome=Outcome.WITHDRAWN, reason=command.reason)
    return (fact.Withdrawn(reason=command.reason), closed)


def _declare_out_of_scope(_case: Case, command: ask.DeclareOutOfScope) -> Events:
    declared = fact.DeclaredOutOfScope(reason=command.reason, referral=command.referral)
    closed = fact.Closed(outcome=Outcome.OUT_OF_SCOPE, reason=command.reason, referral=command.referral)
    return (declared, closed)


def _reopen(case: Case, command: ask.Reopen) -> Events:
    return (fact.Reopened(count=case.reopened + 1, reason=command.reason),)


def _note(_case: Case, command: ask.AddNote) -> Events:
    return (fact.Noted(text=command.text),)


_DECISIONS: dict[str, Callable[[Case, Any], Events]] = {
    "accept": _accept,
    "classify": _classify,
    "propose": _propose,
    "approve": _approve,
    "refuse": _refuse,
    "reassign": _reassign,
    "escalate": _escalate,
    "inform": _inform,
    "call_meeting": _call_meeting,
    "decide_meeting": _decide_meeting,
    "wait": _wait,
    "resume": _resume,
    "execute": _execute,
    "answer_survey": _answer_survey,
    "withdraw": _withdraw,
    "declare_out_of_scope": _declare_out_of_scope,
    "reopen": _reopen,
    "note": _note,
}


def _holder(case: Case, command: ask.Command) -> Owner:
    """The actor as owner, in the department that holds the case."""
    return Owner(subject=command.actor.subject, department=case.owner.department)


def _person_in(procedure: Procedure, party: Party, field: str) -> Owner:
    """The person meant, or the head of the department when nobody in particular is. `field` named the department."""
    responsible = procedure.departments.get(party.department)
    if responsible is None:
        known = ", ".join(sorted(procedure.departments))
        raise AmendsError(
            ErrorCode.UNKNOWN_DEPARTMENT, f"there is no department {party.department}; known: {known}", field
        )
    return Owner(subject=party.subject or responsible.head, department=party.department)


def _proposal(case: Case) -> Proposal:
    if case.proposal is None:
        raise AmendsError(ErrorCode.WRONG_STATUS, "there is no proposal")
    return case.proposal


def _meeting(case: Case) -> Meeting:
    if case.meeting is None:
        raise AmendsError(ErrorCode.NO_MEETING, "no meeting is open")
    return case.meeting
