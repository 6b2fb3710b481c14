"""Who answers for a complaint and what it is about: accepting, handing over, correcting the classification."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.classification import Classification, Evidence
from workflows.contract.effects import Effect, Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Event
from workflows.contract.parties import SYSTEM, Party
from workflows.contract.vocabulary import Status
from workflows.core import approval
from workflows.core.case import Case, classification_in, procedure_in
from workflows.core.people import holder, person_in
from workflows.core.room import Changes, Conditions, Decisions, Effects


def _accept(case: Case, command: ask.Accept, _now: datetime) -> tuple[Event, ...]:
    return (fact.Accepted(owner=holder(case, command)),)


def _classify(case: Case, command: ask.Classify, _now: datetime) -> tuple[Event, ...]:
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
        owner = person_in(procedure, Party(department=department), "nature")
        events.append(fact.Assigned(owner=owner, because=f"{command.nature.value} complaints belong to {department}"))
    if case.status is Status.APPROVING:
        events.append(approval.put_up_again(case))
    return tuple(events)


def _reassign(case: Case, command: ask.Reassign, _now: datetime) -> tuple[Event, ...]:
    owner = person_in(procedure_in(case), command.to, "to.department")
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


def _handed_over(case: Case, event: fact.Assigned | fact.Reassigned) -> dict[str, Any]:
    return {
        "owner": event.owner,
        "status": _after_handover(case.status),
        "proposal": case.proposal
        and case.proposal.model_copy(update={"handlers": (*case.proposal.handlers, case.owner.subject)}),
        "wait": case.wait and case.wait.model_copy(update={"resume_to": _after_handover(case.wait.resume_to)}),
    }


def _after_handover(status: Status) -> Status:
    """A new owner has to accept; a case further on stays where it is."""
    return Status.ASSIGNED if status in (Status.RECEIVED, Status.INVESTIGATING) else status


def _tell_new_owner(entry: Entry, event: fact.Reassigned, _case: Case) -> tuple[Effect, ...]:
    facts = {"reason": event.reason}
    return (Notify(sequence=entry.sequence, notice=Notice.ASSIGNMENT, to=event.owner.subject, facts=facts),)


def _tell_assigned(entry: Entry, event: fact.Assigned, _case: Case) -> tuple[Effect, ...]:
    if entry.actor == SYSTEM:  # the first assignment is read in the list of cases
        return ()
    return (Notify(sequence=entry.sequence, notice=Notice.ASSIGNMENT, to=event.owner.subject),)


CONDITIONS: Conditions = {}
DECISIONS: Decisions = {"accept": _accept, "classify": _classify, "reassign": _reassign}
CHANGES: Changes = {
    fact.Classified: lambda _, event: {"classification": event.classification},
    fact.Assigned: _handed_over,
    fact.Reassigned: _handed_over,
    fact.Accepted: lambda _, event: {"owner": event.owner, "status": Status.INVESTIGATING},
}
EFFECTS: Effects = {fact.Reassigned: _tell_new_owner, fact.Assigned: _tell_assigned}
