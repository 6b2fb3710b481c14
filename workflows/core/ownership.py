"""Who answers for a complaint: accepting, assigning, handing over, taking over, and keeping out for an interest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.assignment import AssignTo
from workflows.contract.effects import Effect, Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Event
from workflows.contract.parties import SYSTEM, Actor, Owner, Party
from workflows.contract.vocabulary import Relation, Status
from workflows.core import approval
from workflows.core.assignment import People, assigned
from workflows.core.case import Case, classification_in, procedure_in
from workflows.core.grading import classified
from workflows.core.people import holder, next_in_line, owner_meant
from workflows.core.relations import relations
from workflows.core.room import Changes, Conditions, Decisions, Effects


def _accept(case: Case, command: ask.Accept, _now: datetime) -> tuple[Event, ...]:
    return (fact.Accepted(owner=holder(case, command)),)


def _check_can_accept(case: Case, actor: Actor) -> None:
    """Whoever was given a case takes it in hand; to people of contractors others only fall where the policy says so."""
    is_theirs = actor.subject == case.owner.subject
    if actor.contractor and not is_theirs and not procedure_in(case).policy.assignment.contractors:
        raise AmendsError(
            ErrorCode.CONTRACTOR,
            f"{actor.subject} works for a contractor, and this policy gives those no cases",
            "actor",
        )


def _assign(case: Case, command: ask.Assign, now: datetime) -> tuple[Event, ...]:
    given = (
        fact.Assigned(
            owner=_named(case, command.to), because=command.reason or f"{command.actor.subject} gave it to them"
        )
        if command.to
        else _chosen_anew(case, command, now)
    )
    _check_is_other(case, given.owner)
    return (given,)


def _named(case: Case, to: Party) -> Owner:
    if to.subject is None:
        raise AmendsError(ErrorCode.INVALID_INPUT, "name a person, or leave it out for the choice to be made", "to")
    if to.department != case.owner.department:
        raise AmendsError(
            ErrorCode.INVALID_INPUT,
            f"{case.owner.department} holds the case; reassign gives it to another department",
            "to.department",
        )
    return owner_meant(case, to, "to")


def _chosen_anew(case: Case, command: ask.Assign, now: datetime) -> fact.Assigned:
    """Somebody other than the present owner, who has not accepted it."""
    department = case.owner.department
    if command.candidates_of not in (None, department):
        raise AmendsError(
            ErrorCode.INVALID_INPUT, f"{department} holds the case now: these are people of another", "candidates_of"
        )
    if not command.candidates:
        raise AmendsError(ErrorCode.INVALID_INPUT, "name a person: there are no candidates to choose from", "to")
    return assigned(
        case,
        department,
        classification_in(case).nature,
        People(command.candidates, command.calendars),
        now,
        because=command.reason or f"{command.actor.subject} asked for somebody else",
        barred={case.owner.subject},
    )


def _reassign(case: Case, command: ask.Reassign, _now: datetime) -> tuple[Event, ...]:
    owner = owner_meant(case, command.to, "to")
    _check_is_other(case, owner)
    approval.check_may_own(case, owner.subject, "to")
    reassigned = fact.Reassigned(owner=owner, reason=command.reason)
    if case.status is Status.APPROVING and owner.department != case.owner.department:
        return (reassigned, approval.put_up_again(case))
    return (reassigned,)


def _check_is_other(case: Case, owner: Owner) -> None:
    if owner == case.owner:
        raise AmendsError(ErrorCode.ALREADY_THERE, f"{owner.subject} of {owner.department} already owns it", "to")


def _take_over(case: Case, command: ask.TakeOver, _now: datetime) -> tuple[Event, ...]:
    owner = holder(case, command)
    return (fact.Reassigned(owner=owner, reason=command.reason), fact.Accepted(owner=owner))


def _check_can_take_over(case: Case, actor: Actor) -> None:
    if actor.subject == case.owner.subject:
        raise AmendsError(ErrorCode.ALREADY_THERE, f"{actor.subject} already owns it", "actor")
    approval.check_may_own(case, actor.subject, "actor")


def _declare_interest(case: Case, command: ask.DeclareInterest, _now: datetime) -> tuple[Event, ...]:
    subject = command.subject or command.actor.subject
    if subject != command.actor.subject:
        _check_is_below(case, command.actor, subject)
    if subject in case.conflicts:
        raise AmendsError(ErrorCode.ALREADY_THERE, f"{subject} is barred from the case already", "subject")
    declared = fact.InterestDeclared(subject=subject, reason=command.reason)
    if subject != case.owner.subject:
        return (declared,)
    without = case.model_copy(update=_barred(case, declared))
    return (declared, *fallen_to_the_line(without, f"{subject} has an interest in it"))


def _check_is_below(case: Case, actor: Actor, subject: str) -> None:
    """An interest of somebody else is recorded by those above them, and not by the proposer: else whoever wants a
    solution approved could bar all who might refuse it.
    """
    procedure = procedure_in(case)
    highest = {procedure.departments[case.owner.department].head, procedure.executive, SYSTEM.subject}
    above = {Relation.EXECUTIVE} if subject in highest else {Relation.HEAD, Relation.EXECUTIVE}
    if above.isdisjoint(relations(case, actor)):
        raise AmendsError(
            ErrorCode.NOT_PERMITTED, f"only somebody above {subject} may record an interest of theirs", "subject"
        )
    if case.proposal and actor.subject == case.proposal.by:
        raise AmendsError(
            ErrorCode.SEPARATION_OF_DUTIES, f"{actor.subject} proposed the solution, so cannot bar {subject}", "subject"
        )


def fallen_to_the_line(case: Case, reason: str) -> tuple[Event, ...]:
    """The case falls to the head of its department, because its owner can no longer answer for it. Nobody who approved
    the proposal owns it if anybody else can; otherwise others have to approve it.
    """
    spoken = case.proposal.spoken if case.proposal else frozenset[str]()
    owner = next_in_line(case, case.owner.department, rather_not=spoken)
    if owner == case.owner:
        return ()
    reassigned = fact.Reassigned(owner=owner, reason=reason)
    if case.status in (Status.APPROVING, Status.EXECUTING) and owner.subject in spoken:
        return (reassigned, approval.put_up_again(case))
    return (reassigned,)


def _barred(case: Case, event: fact.InterestDeclared) -> dict[str, Any]:
    return {"conflicts": (*case.conflicts, event.subject)}


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


def _accepted(case: Case, event: fact.Accepted) -> dict[str, Any]:
    return {
        "owner": event.owner,
        "status": _after_acceptance(case.status),
        "wait": case.wait and case.wait.model_copy(update={"resume_to": _after_acceptance(case.wait.resume_to)}),
    }


def _after_acceptance(status: Status) -> Status:
    """A case further on stays where it is."""
    return Status.INVESTIGATING if status is Status.ASSIGNED else status


def _tell_new_owner(entry: Entry, event: fact.Reassigned, _case: Case) -> tuple[Effect, ...]:
    if entry.actor.subject == event.owner.subject:
        return ()  # they have just taken it over
    facts = {"reason": event.reason}
    return (Notify(sequence=entry.sequence, notice=Notice.ASSIGNMENT, to=event.owner.subject, facts=facts),)


def _tell_assigned(entry: Entry, event: fact.Assigned, case: Case) -> tuple[Effect, ...]:
    is_for_its_head = case.procedure is None or case.procedure.policy.assignment.to is AssignTo.HEAD
    if entry.actor == SYSTEM and is_for_its_head:  # first assignments to the head are read in the list of cases
        return ()
    facts = {"new": event.because} if entry.actor == SYSTEM else {}
    facts |= {"warning": event.warning} if event.warning else {}
    return (Notify(sequence=entry.sequence, notice=Notice.ASSIGNMENT, to=event.owner.subject, facts=facts),)


CONDITIONS: Conditions = {"accept": _check_can_accept, "take_over": _check_can_take_over}
DECISIONS: Decisions = {
    "accept": _accept,
    "assign": _assign,
    "reassign": _reassign,
    "take_over": _take_over,
    "declare_interest": _declare_interest,
}
CHANGES: Changes = {
    fact.Classified: classified,
    fact.Assigned: _handed_over,
    fact.Reassigned: _handed_over,
    fact.Accepted: _accepted,
    fact.InterestDeclared: _barred,
}
EFFECTS: Effects = {fact.Reassigned: _tell_new_owner, fact.Assigned: _tell_assigned}
