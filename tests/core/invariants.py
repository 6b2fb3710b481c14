"""What must hold of any complaint at any time, written down independently of the code that keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from workflows.contract.events import ApprovalGranted, Approved, ClockBreached, ClockExpired, Entry, RungReached
from workflows.contract.policy import ApprovalRule, ClockRule, OnExpiry
from workflows.contract.views import SegmentKind
from workflows.contract.vocabulary import Role, Status
from workflows.core.case import Case
from workflows.core.ledger import Clock

NONE = timedelta(0)

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


def used_until(clock: Clock, instant: datetime) -> timedelta:
    """What the ledger has counted up to an instant."""
    counted = (segment for segment in clock.segments if segment.kind is SegmentKind.COUNTED)
    return sum((max(min(segment.end or instant, instant) - segment.start, NONE) for segment in counted), NONE)


def is_obligation(rule: ClockRule) -> bool:
    """A clock that binds us; the others end a wait or a right."""
    return rule.on_expiry is OnExpiry.BREACH


def rule_of(case: Case, clock: Clock) -> ClockRule:
    """The policy's rule for a clock of the case."""
    assert case.procedure
    return next(rule for rule in case.procedure.policy.clocks if rule.name == clock.name)


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


def ledgers_tile(case: Case, now: datetime) -> None:
    """Each moment from start to stop is booked once, and the sums say so."""
    for clock in case.clocks:
        *earlier, last = clock.segments
        assert all(before.end == after.start for before, after in pairwise(clock.segments)), clock
        assert all(segment.end and segment.start <= segment.end for segment in earlier), clock
        assert last.end == clock.stopped_at, clock
        booked = clock.booked(SegmentKind.COUNTED, now) + clock.booked(SegmentKind.PAUSED, now)
        assert booked == (clock.stopped_at or now) - clock.started_at, clock


def live_clocks_follow_the_case(case: Case) -> None:
    """A live clock counts against the department that holds the case and is paused when the case waits and the policy
    lets it pause; an obligation has the target of the severity.
    """
    for clock in case.clocks:
        if clock.is_live and case.classification:
            rule = rule_of(case, clock)
            assert clock.segments[-1].department == case.owner.department, clock
            assert not is_obligation(rule) or clock.target == rule.target[case.classification.severity], clock
            assert clock.is_paused == (case.status is Status.WAITING and rule.pausable), clock


def one_live_clock_of_a_name(case: Case) -> None:
    """Rounds are numbered from 1 and only the last of them can be live."""
    for name in {clock.name for clock in case.clocks}:
        rounds = [clock for clock in case.clocks if clock.name == name]
        assert [clock.round for clock in rounds] == list(range(1, len(rounds) + 1))
        assert not any(clock.is_live for clock in rounds[:-1])


def no_breach_is_lost(case: Case) -> None:
    """An obligation that was stopped late is breached, one that was stopped in time is not."""
    for clock in case.clocks:
        if clock.stopped_at and is_obligation(rule_of(case, clock)) and not clock.breached_at:
            assert used_until(clock, clock.stopped_at) <= clock.target, clock


def nothing_overdue_is_unnoticed(case: Case, now: datetime) -> None:
    """After catching up, what has run out is breached or over; a clock may rest with nothing left."""
    for clock in case.clocks:
        if clock.is_live and not clock.breached_at:
            used = used_until(clock, now)
            assert used <= clock.target if clock.is_paused else used < clock.target, clock


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


def limits_are_dated_when_due(before: Case, entry: Entry, after: Case) -> None:
    """A threshold is dated at the instant at which the ledger had counted so much, however late it was noticed."""
    event = entry.event
    if not isinstance(event, RungReached | ClockBreached | ClockExpired):
        return
    clock, then = (
        next(clock for clock in case.clocks if (clock.name, clock.round) == (event.clock, event.round))
        for case in (before, after)
    )
    percent = event.percent if isinstance(event, RungReached) else 100
    assert clock.is_live, event
    assert event.due_at <= entry.at
    assert used_until(clock, event.due_at) == clock.target * percent / 100, (event, clock)
    assert then.breached_at == (event.due_at if isinstance(event, ClockBreached) else clock.breached_at)


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


def every_rung_once_and_in_order(case: Case, entries: Iterable[Entry], now: datetime) -> None:
    """Per clock and round, the rungs reached are the first of the ladder, as many as its ledger has passed."""
    reached: dict[tuple[str, int], list[int]] = {}
    ended: set[tuple[str, int]] = set()
    for entry in entries:
        if isinstance(entry.event, RungReached):
            reached.setdefault((entry.event.clock, entry.event.round), []).append(entry.event.percent)
        elif isinstance(entry.event, ClockBreached | ClockExpired):
            key = (entry.event.clock, entry.event.round)
            assert key not in ended, key
            ended.add(key)
    for clock in case.clocks:
        percents = reached.get((clock.name, clock.round), [])
        ladder = [rung.percent for rung in rule_of(case, clock).ladder]
        used = used_until(clock, clock.stopped_at or now)
        assert percents == ladder[: len(percents)], clock
        assert len(percents) >= len([percent for percent in ladder if clock.target * percent / 100 < used]), clock
        assert ((clock.name, clock.round) in ended) == bool(clock.breached_at or clock.expired), clock
