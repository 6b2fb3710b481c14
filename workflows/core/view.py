"""What others may see of a case: its summary for tables and the full view."""

from __future__ import annotations

from datetime import datetime

from workflows.contract.policy import OnExpiry
from workflows.contract.views import (
    ClockState,
    ClockView,
    ComplaintView,
    ProposalView,
    SegmentKind,
    SegmentView,
    Summary,
)
from workflows.core.case import Case
from workflows.core.ledger import ZERO, Clock


def summary(case: Case) -> Summary:
    """The case as one row."""
    return Summary(
        status=case.status,
        outcome=case.outcome,
        nature=case.classification.nature if case.classification else None,
        severity=case.classification.severity if case.classification else None,
        department=case.owner.department,
        owner=case.owner.subject,
        level=case.level,
        waiting_for=case.wait.waiting_for if case.wait else None,
        breached=any(clock.breached_at for clock in case.clocks),
        due_at=_due_at(case),
        policy=case.procedure.version if case.procedure else None,
        sequence=case.sequence,
        at=case.changed_at,
    )


def view(case: Case, now: datetime) -> ComplaintView:
    """Everything there is to see of the case at `now`."""
    proposal = case.proposal
    return ComplaintView(
        reference=case.reference,
        channel=case.channel,
        language=case.language,
        received_at=case.received_at,
        summary=summary(case),
        owner=case.owner,
        classification=case.classification,
        proposal=ProposalView(
            round=proposal.round,
            by=proposal.by,
            solution=proposal.solution,
            redress=proposal.redress,
            approvals=proposal.approvals,
        )
        if proposal
        else None,
        meeting=case.meeting.departments if case.meeting else None,
        reopened=case.reopened,
        clocks=tuple(clock_view(clock, now) for clock in case.clocks),
    )


def clock_view(clock: Clock, now: datetime) -> ClockView:
    """A clock, its ledger and the sums over it at `now`."""
    used = clock.booked(SegmentKind.COUNTED, now)
    return ClockView(
        name=clock.name,
        round=clock.round,
        state=_state(clock),
        target=clock.target,
        started_at=clock.started_at,
        due_at=clock.due_at(now),
        stopped_at=clock.stopped_at,
        breached_at=clock.breached_at,
        used=used,
        paused=clock.booked(SegmentKind.PAUSED, now),
        percent=int(used * 100 / clock.target) if clock.target > ZERO else 100,
        ledger=tuple(SegmentView(**segment.model_dump()) for segment in clock.segments),
    )


def _state(clock: Clock) -> ClockState:
    if clock.expired:
        return ClockState.EXPIRED
    if clock.is_live:
        running = ClockState.PAUSED if clock.is_paused else ClockState.RUNNING
        return ClockState.BREACHED if clock.breached_at else running
    return ClockState.MET_LATE if clock.breached_at else ClockState.MET


def _due_at(case: Case) -> datetime | None:
    """The earliest limit that binds us and has not run out."""
    if case.procedure is None:
        return None
    policy = case.procedure.policy
    due = [
        instant
        for clock in case.clocks
        if clock.breached_at is None and policy.clock(clock.name).on_expiry is OnExpiry.BREACH
        if (instant := clock.instant_of(100)) is not None
    ]
    return min(due, default=None)
