"""What others may see of a case: its summary for tables and the full view."""

from __future__ import annotations

from datetime import datetime

from workflows.contract.views import (
    ApprovalStepView,
    ClockState,
    ClockView,
    ComplaintView,
    ProposalView,
    SegmentKind,
    Summary,
    ThresholdView,
)
from workflows.contract.vocabulary import Status
from workflows.core.approval import department_of, open_steps, rule_for, still_needed
from workflows.core.assess import calendar_version
from workflows.core.case import Case, Procedure, Proposal
from workflows.core.dues import dues
from workflows.core.duties import duties
from workflows.core.ledger import ZERO, Clock
from workflows.core.meeting_view import meeting_view
from workflows.core.thresholds import instant_of, reckoning
from workflows.core.timetable import timetable


def summary(case: Case) -> Summary:
    """The case as one row."""
    limits = dues(case)
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
        due_at=limits.next_limit(),
        policy=case.procedure.version if case.procedure else None,
        sequence=case.sequence,
        at=case.changed_at,
        parent=case.kin.parent,
        duties=duties(case, limits),
    )


def view(case: Case, now: datetime) -> ComplaintView:
    """Everything there is to see of the case at `now`."""
    proposal, procedure = case.proposal, case.procedure
    calendar = procedure.calendar if procedure else None
    return ComplaintView(
        reference=case.reference,
        channel=case.channel,
        language=case.language,
        received_at=case.received_at,
        summary=summary(case),
        owner=case.owner,
        classification=case.classification,
        proposal=_proposal_view(case, proposal) if proposal else None,
        meeting=meeting_view(case, case.meeting) if case.meeting else None,
        last_meeting=meeting_view(case, case.last_meeting) if case.last_meeting else None,
        tasks=case.tasks,
        closing=case.closing,
        reopened=case.reopened,
        kin=case.kin,
        conflicts=case.conflicts,
        hold=case.hold,
        calendar=calendar_version(calendar),
        timezone=calendar.timezone if calendar else None,
        confirmed_until=calendar.confirmed_until if calendar else None,
        clocks=tuple(clock_view(procedure, clock, now) for clock in case.clocks) if procedure else (),
    )


def _proposal_view(case: Case, proposal: Proposal) -> ProposalView:
    return ProposalView(
        round=proposal.round,
        by=proposal.by,
        solution=proposal.solution,
        redress=proposal.redress,
        approvals=tuple(consent.by for consent in proposal.consents),
        consents=proposal.consents,
        steps=_step_views(case, proposal) if case.status is Status.APPROVING else (),
        delegations=proposal.delegations,
    )


def _step_views(case: Case, proposal: Proposal) -> tuple[ApprovalStepView, ...]:
    is_open = {step.step for step in open_steps(case)}
    return tuple(
        ApprovalStepView(
            step=step.step,
            department=department_of(case, step),
            roles=step.roles,
            approvals=step.approvals,
            needed=still_needed(proposal, step),
            is_open=step.step in is_open,
            called_on=proposal.called_on.get(step.step),
            clock=step.clock,
        )
        for step in rule_for(case).in_steps
    )


def clock_view(procedure: Procedure, clock: Clock, now: datetime) -> ClockView:
    """A clock, its ledger and the sums over it at `now`."""
    rule = procedure.rule(clock.name)
    measure, calendar = reckoning(procedure, rule), procedure.calendar
    due_at, ledger = measure.due_at(clock, now), measure.ledger(clock, now)
    confirmed_until = calendar.confirmed_until if calendar else None
    return ClockView(
        name=clock.name,
        round=clock.round,
        state=_state(clock, is_overdue=rule.is_obligation and due_at <= now),
        kind=rule.kind,
        counts=rule.counts,
        target=clock.target,
        extended=clock.extended,
        pausable=rule.pausable,
        source=rule.source,
        started_at=clock.started_at,
        due_at=due_at,
        provisional=bool(
            calendar
            and confirmed_until
            and rule.counts.needs_working_time
            and timetable(calendar).local_date(due_at) > confirmed_until
        ),
        stopped_at=clock.stopped_at,
        breached_at=clock.breached_at,
        used=measure.used(clock, now),
        paused=sum(((line.end or now) - line.start for line in ledger if line.kind is SegmentKind.PAUSED), ZERO),
        remaining=measure.remaining(clock, now),
        percent=measure.percent(clock, now),
        thresholds=tuple(
            ThresholdView(percent=percent, at=instant_of(measure, clock, percent)) for percent in rule.percents
        ),
        by_department=measure.by_department(clock, now),
        ledger=ledger,
    )


def _state(clock: Clock, *, is_overdue: bool) -> ClockState:
    """`is_overdue` is right even while no worker runs to notice it."""
    if clock.waived:
        return ClockState.WAIVED
    if clock.expired:
        return ClockState.EXPIRED
    if clock.is_live:
        if clock.breached_at or (is_overdue and not clock.is_paused):
            return ClockState.BREACHED
        return ClockState.PAUSED if clock.is_paused else ClockState.RUNNING
    return ClockState.MET_LATE if clock.breached_at else ClockState.MET
