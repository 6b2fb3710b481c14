"""The decision of a major event: approved once, by those who approve for the leading complaint, and applied to all.

A child it does not fit goes its own way: that is on record on both sides.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.approval_rule import ApprovalStep
from workflows.contract.effects import Effect
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Event
from workflows.contract.kinship import Decision
from workflows.contract.parties import SYSTEM
from workflows.contract.replies import Answer
from workflows.core.approval import rule_for
from workflows.core.case import Case, Proposal, classification_in
from workflows.core.event_members import answered, as_member, child_of, of_event, references
from workflows.core.kin import relay, with_kin
from workflows.core.meeting import check_none_open
from workflows.core.room import Changes, Decisions, Effects
from workflows.core.stages import WORKING


def _apply(case: Case, command: ask.ApplyDecision, _now: datetime) -> tuple[Event, ...]:
    joined, decision = as_member(case, command.parent), command.decision
    if decision.round <= case.kin.heard:
        raise AmendsError(ErrorCode.ALREADY_THERE, f"decision {decision.round} of {command.parent} was received before")
    try:
        _check_fits(case, decision)
    except AmendsError as error:
        not_applied = fact.DecisionNotApplied(
            parent=command.parent, decision=decision, code=error.code, message=error.message
        )
        return (*joined, not_applied)
    number = case.rounds + 1
    proposed = fact.Proposed(
        round=number,
        by=decision.by,
        solution=decision.solution,
        redress=decision.redress,
        decided_by=command.parent,
    )
    applied = fact.DecisionApplied(parent=command.parent, decision=decision)
    return (*joined, proposed, applied, fact.Approved(round=number))


def _check_fits(case: Case, decision: Decision) -> None:
    """Refuse a decision that came too late here, or that could not have been made here by those who made it."""
    if case.status not in WORKING:
        raise AmendsError(ErrorCode.WRONG_STATUS, f"it is {case.status.value}, and goes its own way")
    check_none_open(case, SYSTEM)
    people = {person for consent in decision.consents for person in (consent.by, consent.on_behalf_of) if person}
    if interested := sorted({decision.by, *people} & set(case.conflicts)):
        raise AmendsError(ErrorCode.CONFLICT_OF_INTEREST, f"{interested[0]} has declared an interest in this case")
    if case.owner.subject in people:
        raise AmendsError(
            ErrorCode.SEPARATION_OF_DUTIES,
            f"{case.owner.subject} approved it, so cannot carry it out: reassign the case, and propose it here",
        )
    severity = classification_in(case).severity
    if severity.rank > decision.severity.rank:
        raise AmendsError(
            ErrorCode.NOT_PERMITTED, f"decided for {decision.severity.value} severity; this case is {severity.value}"
        )
    proposal = Proposal(round=0, by=decision.by, solution=decision.solution, redress=decision.redress)
    for step in rule_for(case.model_copy(update={"proposal": proposal})).in_steps:
        if not any(_is_as_strict(passed, step) for passed in decision.steps):
            roles = " or ".join(role.value for role in step.roles)
            raise AmendsError(
                ErrorCode.NOT_PERMITTED,
                f"step {step.step} of this case needs {step.approvals} of {roles}; nothing as strict was asked for it",
            )


def _is_as_strict(passed: ApprovalStep, needed: ApprovalStep) -> bool:
    """Whoever could pass the one could have passed the other, but for the department that holds either case."""
    return (
        set(passed.roles) <= set(needed.roles)
        and passed.approvals >= needed.approvals
        and passed.department == needed.department
    )


def hear_of_decision(case: Case, answer: Answer) -> tuple[Event, ...]:
    """A child goes by the decision, or its own way."""
    if child_of(case, answer.reference) is None or answer.code is ErrorCode.ALREADY_THERE:
        return ()
    applied = "decision_applied" in answer.events
    return (answered(answer, applied=applied),)


def decision_of(case: Case) -> Decision | None:
    """The present proposal as it is handed to the children."""
    proposal, classified = case.proposal, case.classification
    if proposal is None or classified is None:
        return None
    return Decision(
        round=proposal.round,
        by=proposal.by,
        severity=classified.severity,
        solution=proposal.solution,
        redress=proposal.redress,
        consents=proposal.consents,
        steps=rule_for(case).in_steps,
    )


def _heard(case: Case, event: fact.DecisionApplied | fact.DecisionNotApplied) -> dict[str, Any]:
    return with_kin(case, heard=event.decision.round)


def _applied(case: Case, event: fact.DecisionApplied) -> dict[str, Any]:
    """The approval given there is the approval here."""
    proposal = case.proposal and case.proposal.model_copy(update={"consents": event.decision.consents})
    return _heard(case, event) | {"proposal": proposal}


def _decide_for_all(entry: Entry, _event: fact.Approved, case: Case) -> tuple[Effect, ...]:
    if case.kin.event is None or case.kin.event.decision is None:
        return ()
    decision = case.kin.event.decision
    return relay(entry, references(case), ask.ApplyDecision(actor=SYSTEM, parent=case.reference, decision=decision))


DECISIONS: Decisions = {"apply_decision": _apply}
CHANGES: Changes = {
    fact.Approved: lambda case, _: of_event(case, decision=decision_of(case)),
    fact.DecisionApplied: _applied,
    fact.DecisionNotApplied: _heard,
}
EFFECTS: Effects = {fact.Approved: _decide_for_all}
