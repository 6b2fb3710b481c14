"""What must hold of any complaint at any time, clocks aside, written down independently of the code that keeps it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal

from tests.core.clock_invariants import is_obligation, rule_of
from workflows.contract.approval_rule import ApprovalRule, StepOrder
from workflows.contract.consent import Delegation
from workflows.contract.events import ApprovalGranted, ApprovalStepPassed, Approved, DecisionApplied, Delegated, Entry
from workflows.contract.parties import Actor, StandIn
from workflows.contract.vocabulary import EventType, Role, Status
from workflows.core.case import Case, Proposal

NEXT: dict[Status, set[Status]] = {
    Status.RECEIVED: {Status.ASSIGNED},
    Status.ASSIGNED: {Status.INVESTIGATING, Status.APPROVING, Status.WAITING, Status.CLOSED},
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
    """The first rule of the matrix that nature, severity and amount reach."""
    assert case.procedure
    assert case.proposal
    assert case.classification
    amount = sum((redress.amount for redress in case.proposal.redress), Decimal(0))
    nature, rank = case.classification.nature, case.classification.severity.rank
    return next(
        rule
        for rule in case.procedure.policy.approval
        if rule.min_severity.rank <= rank and rule.min_amount <= amount and nature in (rule.natures or (nature,))
    )


def consents_lacking(case: Case) -> dict[str, int]:
    """How many people each step still needs, by its name, in the order of the rule."""
    assert case.proposal
    rule = approval_rule(case)
    steps = {step.step: step.approvals for step in rule.steps} or {"approval": rule.approvals}
    given = Counter(consent.step for consent in case.proposal.consents)
    return {step: needed - given[step] for step, needed in steps.items()}


def steps_waiting(case: Case) -> list[str]:
    """Those in which somebody may consent now."""
    waiting = [step for step, lacking in consents_lacking(case).items() if lacking]
    return waiting if approval_rule(case).order is StepOrder.PARALLEL else waiting[:1]


def named(proposal: Proposal) -> list[str]:
    """Everybody whose consent counts: who gave it, and for whom."""
    return [name for each in proposal.consents for name in (each.by, each.on_behalf_of) if name]


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
    """Nobody counts twice, neither directly nor for others; neither proposer nor owner counts at all, nor anybody with
    an interest while it is being decided; and nobody is waited for once enough have approved.
    """
    if case.proposal:
        counted = named(case.proposal)
        assert len(set(counted)) == len(counted)
        assert case.proposal.by not in counted
    if case.status is Status.APPROVING:
        assert case.proposal
        assert not {case.owner.subject, *case.proposal.handlers, *case.conflicts} & set(named(case.proposal))
        assert steps_waiting(case)
        assert min(consents_lacking(case).values()) >= 0
        delegated_by = {each.by for each in case.proposal.delegations}
        assert delegated_by.isdisjoint(each.by for each in case.proposal.consents)


def owners_are_free_to_own(before: Case, entry: Entry, after: Case) -> None:
    """Nobody becomes the owner who has an interest in the case, or has approved its proposal, as long as one of those
    who answer for the department is free to.
    """
    if before.owner == after.owner or after.procedure is None:
        return
    in_charge = after.procedure.departments[after.owner.department]
    line = {in_charge.head, in_charge.lead or in_charge.head, after.procedure.executive}
    spoken = set(named(before.proposal)) if before.proposal and after.proposal else set[str]()
    if after.owner.subject in after.conflicts:
        assert line <= set(after.conflicts), entry.event
    if after.owner.subject in spoken:
        assert line <= {*spoken, *after.conflicts}, entry.event


def an_interest_bars_from_owning(before: Case, after: Case) -> None:
    """Whoever declares one, or is found to have left, does not stay the owner if anybody else can be."""
    if after.procedure and after.owner.subject in after.conflicts:
        in_charge = after.procedure.departments[after.owner.department]
        assert {in_charge.head, in_charge.lead or in_charge.head, after.procedure.executive} <= set(after.conflicts)
        assert before.owner == after.owner or after.owner.subject == after.procedure.executive


def a_meeting_is_consistent(case: Case) -> None:
    """One seat to a person, one vote to a seat and to a person; nobody whom an interest bars, as far as anybody else is
    there; and whoever decides alone does so because no quorum came.
    """
    for meeting in (each for each in (case.meeting, case.last_meeting) if each):
        holders = [seat.subject for seat in meeting.seats]
        assert len(set(holders)) == len(holders)
        assert meeting.fallback is None or meeting.call == 2
        for motion in meeting.motions:
            assert motion.votes.keys() <= set(holders)
            by = [vote.by or seat for seat, vote in motion.votes.items()]
            assert len(set(by)) == len(by)
    if case.meeting:
        assert case.procedure
        sitting = {name for seat in case.meeting.seats for name in (seat.subject, seat.deputy)}
        barred = set(case.conflicts) - {case.procedure.executive}
        assert not {case.meeting.chair, *sitting} & barred
        assert case.meeting.ended_at is None


def tasks_keep_it_open(case: Case) -> None:
    """A complaint that has ended has no open task, and one whose end was put off has."""
    is_open = any(task.is_open for task in case.tasks)
    assert not (is_open and case.outcome)
    assert case.closing is None or is_open
    assert len({task.number for task in case.tasks}) == len(case.tasks)


def no_task_is_overdue_unnoticed(case: Case, now: datetime) -> None:
    """Its owner has been told."""
    assert all(task.overdue or task.due_at > now for task in case.tasks if task.is_open)


def transition_is_legal(before: Case, entry: Entry, after: Case) -> None:
    """Numbered without a gap, in the order of time, and along the permitted edges."""
    assert entry.sequence == before.sequence + 1 == after.sequence
    assert entry.at >= before.changed_at
    assert before.status is after.status or after.status in NEXT[before.status], (before.status, entry.event)
    assert after.reference == before.reference


def approvals_are_entitled(before: Case, entry: Entry, after: Case) -> None:
    """Only others approve, once each, by a right that counts in the step, and as many as the matrix says. What has been
    approved stays approved by those who did.
    """
    event, proposal = entry.event, before.proposal
    if isinstance(event, ApprovalGranted):
        assert proposal
        assert event.step in steps_waiting(before)
        out = {proposal.by, before.owner.subject, *proposal.handlers, *before.conflicts, *named(proposal)}
        assert not {event.by, event.on_behalf_of} & out
        assert not entry.actor.contractor
        assert event.by not in {each.by for each in proposal.delegations}
        assert _has_right(before, entry.actor, event)
        assert event.needed == consents_lacking(after)[event.step]
    if isinstance(event, Delegated):
        assert proposal
        assert event.step in steps_waiting(before)
        assert entry.actor.subject == event.by
        assert _fits(before, event.step, entry.actor)
        out = {proposal.by, before.owner.subject, *proposal.handlers, *before.conflicts, *named(proposal)}
        assert not {event.by, event.to} & out
        assert event.to not in {each.by for each in proposal.delegations}
    if isinstance(event, ApprovalStepPassed):
        assert consents_lacking(before)[event.step] == 0
        assert list(event.next) == steps_waiting(before) != []
    if isinstance(event, Approved) and EventType.DECISION_APPLIED not in list(before.happened)[-1:]:
        assert set(consents_lacking(before).values()) == {0}
    if isinstance(event, DecisionApplied):
        assert after.proposal
        assert not {before.owner.subject, *before.conflicts} & {*named(after.proposal)}
        assert len(after.proposal.consents) >= sum(consents_lacking(before).values())
    if before.status is not Status.APPROVING and proposal and after.proposal and before.rounds == after.rounds:
        assert after.proposal.consents == proposal.consents, entry.event


def _has_right(case: Case, actor: Actor, event: ApprovalGranted) -> bool:
    """Their own, one handed to them in this round, or that of somebody they stand in for."""
    assert case.proposal
    if event.on_behalf_of is None:
        return _fits(case, event.step, actor)
    if Delegation(step=event.step, by=event.on_behalf_of, to=event.by) in case.proposal.delegations:
        return True
    absent = [each for each in actor.stands_in_for if each.subject == event.on_behalf_of]
    handed_on = {each.by for each in case.proposal.delegations}
    return any(_fits(case, event.step, each) and not each.contractor for each in absent) and (
        event.on_behalf_of not in handed_on
    )


def _fits(case: Case, name: str, person: Actor | StandIn) -> bool:
    """Executives always; others by a role that the step asks for, or that of the level called on, in its department."""
    assert case.proposal
    rule = approval_rule(case)
    step = next((step for step in rule.steps if step.step == name), None)
    roles = {*(step.roles if step else rule.roles)}
    if name in case.proposal.called_on:
        roles.add(Role(case.proposal.called_on[name].value))
    department = (step.department if step else None) or case.owner.department
    return Role.EXECUTIVE in person.roles or (person.department == department and bool(roles & set(person.roles)))
