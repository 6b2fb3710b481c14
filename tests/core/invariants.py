"""What must hold of any complaint at any time, clocks aside, written down independently of the code that keeps it."""

from __future__ import annotations

from decimal import Decimal

from tests.core.clock_invariants import is_obligation, rule_of
from workflows.contract.events import ApprovalGranted, Approved, Entry
from workflows.contract.policy import ApprovalRule
from workflows.contract.vocabulary import Role, Status
from workflows.core.case import Case

NEXT: dict[Status, set[Status]] = {
    Status.RECEIVED: {Status.ASSIGNED},
    Status.ASSIGNED: {Status.INVESTIGATING, Status.WAITING, Status.CLOSED},
    Status.INVESTIGATING: {Status.ASSIGNED, Status.WAITING, Status.APPROVING, Status.CLOSED},
    Status.WAITING: {Status.ASSIGNED, Status.INVESTIGATING, Status.EXECUTING, Status.CLOSED},
    Status.APPROVING: {Status.INVESTIGATING, Status.EXECUTING, Status.CLOSED},
    Status.EXECUTING: {Status.WAITING, Status.CONFIRMING, Status.CLOSED},
    Status.CONFIRMING: {Status.INVESTIGATING, Status.CLOSED},
    Status.CLOSED: {Status.INVESTIGATING, Status.ARCHIVED},
    Status.ARCHIVED: set(),
}
"""The life of a complaint: handed over, it must be accepted again; refused or reopened, it is investigated again."""


def approval_rule(case: Case) -> ApprovalRule:
    """The first rule of the matrix that severity and amount reach."""
    assert case.procedure
    assert case.proposal
    assert case.classification
    amount = sum((redress.amount for redress in case.proposal.redress), Decimal(0))
    rank = case.classification.severity.rank
    rules = case.procedure.policy.approval
    return next(rule for rule in rules if rule.min_severity.rank <= rank and rule.min_amount <= amount)


def status_and_what_belongs_to_it_agree(case: Case) -> None:
    """Waiting has something it waits for, an end has an outcome, a proposal on its way exists, a meeting is in time."""
    assert (case.status is Status.WAITING) == (case.wait is not None)
    assert (case.status in (Status.CLOSED, Status.ARCHIVED)) == (case.outcome is not None)
    if case.status in (Status.APPROVING, Status.EXECUTING, Status.CONFIRMING):
        assert case.proposal
    if case.meeting:
        assert case.status in (Status.ASSIGNED, Status.INVESTIGATING)


def exactly_one_owner(case: Case) -> None:
    """One person in one department, always."""
    assert case.owner.subject
    assert case.owner.department
    if case.procedure:
        assert case.owner.department in case.procedure.departments


def a_closed_complaint_owes_nothing(case: Case) -> None:
    """No obligation runs, nothing is waited for, no meeting is open; of an archived one not even a right is left."""
    if case.status in (Status.CLOSED, Status.ARCHIVED):
        live = [clock for clock in case.clocks if clock.is_live]
        assert not any(is_obligation(rule_of(case, clock)) for clock in live), live
        assert case.meeting is None
        assert case.wait is None
        assert case.status is Status.CLOSED or not live


def duties_are_separate(case: Case) -> None:
    """Neither the proposer nor the owner is among those who approve, nobody counts twice, and nobody is waited for once
    enough have approved.
    """
    if case.proposal:
        assert len(set(case.proposal.approvals)) == len(case.proposal.approvals)
        assert not {case.proposal.by, case.owner.subject} & set(case.proposal.approvals)
    if case.status is Status.APPROVING:
        assert case.proposal
        assert len(case.proposal.approvals) < approval_rule(case).approvals


def transition_is_legal(before: Case, entry: Entry, after: Case) -> None:
    """Numbered without a gap, in the order of time, and along the permitted edges."""
    assert entry.sequence == before.sequence + 1 == after.sequence
    assert entry.at >= before.changed_at
    assert before.status is after.status or after.status in NEXT[before.status], (before.status, entry.event)
    assert after.reference == before.reference


def approvals_are_entitled(before: Case, entry: Entry, after: Case) -> None:
    """Only others approve, once each, and as many as the matrix says; an executive always may. What has been approved
    stays approved by those who did.
    """
    if isinstance(entry.event, ApprovalGranted):
        assert before.proposal
        assert entry.event.by not in {before.proposal.by, before.owner.subject, *before.proposal.approvals}
        assert set(entry.actor.roles) & {*approval_rule(before).roles, Role.EXECUTIVE}
    if isinstance(entry.event, Approved):
        assert before.proposal
        assert len(before.proposal.approvals) >= approval_rule(before).approvals
    if before.status is not Status.APPROVING and before.proposal and after.proposal and before.rounds == after.rounds:
        assert after.proposal.approvals == before.proposal.approvals, entry.event
