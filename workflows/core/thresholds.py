"""When the next threshold of a case falls due, and what passing it means under the policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from workflows.contract.clock_rule import ClockRule, OnExpiry, Rung
from workflows.contract.errors import AmendsError
from workflows.contract.events import (
    Archived,
    ClockBreached,
    ClockExpired,
    Closed,
    ComplainantReminded,
    Escalated,
    Event,
    MeetingLapsed,
    Resumed,
    RungReached,
)
from workflows.contract.limits import Counts
from workflows.contract.vocabulary import EventType, Level, Outcome, Status, WaitingFor
from workflows.core.approval import escalations
from workflows.core.case import Case, Procedure
from workflows.core.ending import may_archive
from workflows.core.ledger import ZERO, Clock
from workflows.core.reckoning import Reckoning
from workflows.core.tasks import closing
from workflows.core.timetable import Timetable, timetable

WHOLE_PERCENT = 100

_NOTICED = {
    EventType.RUNG_REACHED,
    EventType.COMPLAINANT_REMINDED,
    EventType.CLOCK_BREACHED,
    EventType.CLOCK_EXPIRED,
    EventType.APPROVAL_ESCALATED,
    EventType.TASK_OVERDUE,
}
_OTHER_RULES = {EventType.POLICY_ADOPTED, EventType.CALENDAR_AMENDED}


class Threshold(NamedTuple):
    """A moment at which a clock asks for something: at a percentage, or (`late`) when a rung comes after that."""

    due_at: datetime
    clock: Clock
    percent: int
    late: Rung | None = None


def reckoning(procedure: Procedure, rule: ClockRule) -> Reckoning:
    """How the clock of a rule counts."""
    return Reckoning(rule.counts, rule.end, timetable(procedure.calendar) if procedure.calendar else None)


def next_threshold(case: Case) -> Threshold | None:
    """The earliest threshold of all clocks that may still ask for something; equal instants in the order in which the
    clocks began. What lies beyond the calendar or the year 9999 is never due: no rule may bring a workflow to a halt.
    """
    procedure = case.procedure
    if procedure is None:
        return None
    table = timetable(procedure.calendar) if procedure.calendar else None
    asking = (clock for clock in case.clocks if clock.is_live or _may_have_stopped_late(case, procedure, clock))
    found = (threshold for clock in asking for threshold in _ahead(case, procedure, clock, table))
    return min(found, key=lambda threshold: threshold.due_at, default=None)


def instant_of(measure: Reckoning, clock: Clock, percent: int, delay: timedelta = ZERO) -> datetime | None:
    """When so much was or will be used, as `Reckoning` tells it; None too when no date or calendar reaches so far."""
    try:
        return measure.instant_of(clock, percent, delay)
    except (AmendsError, OverflowError):
        return None


def events_of(case: Case, threshold: Threshold) -> tuple[Event, ...]:
    """What passing a threshold means under the policy."""
    if case.procedure is None:
        return ()
    clock, percent = threshold.clock, threshold.percent
    if threshold.late:
        return (_reached(case, threshold, threshold.late),)
    rule = case.procedure.rule(clock.name)
    expired = percent == WHOLE_PERCENT and rule.on_expiry is not OnExpiry.BREACH
    breached = percent == WHOLE_PERCENT and not expired
    events: list[Event] = []
    if breached:
        events.append(ClockBreached(clock=clock.name, round=clock.round, due_at=threshold.due_at))
        events.extend(escalations(case, rule) if clock.is_live else ())
    events.extend(_reached(case, threshold, rung) for rung in rule.ladder if rung.percent == percent)
    events.extend(_reminder(case, threshold, rule))
    if expired:
        events.append(ClockExpired(clock=clock.name, round=clock.round, due_at=threshold.due_at))
        events.extend(_consequences(case, rule.on_expiry))
    return tuple(events)


def _may_have_stopped_late(case: Case, procedure: Procedure, clock: Clock) -> bool:
    """The last step stopped it, and before that may have moved its limit into the past: a graver severity together
    with another department, an assessment that comes after the limit. Other rules judge no clock that had stopped.
    """
    if clock.stopped_at != case.settled_at or clock.waived or not procedure.rule(clock.name).is_obligation:
        return False
    last = next((event for event in reversed(case.happened) if event not in _NOTICED), None)
    return last not in _OTHER_RULES


def _ahead(case: Case, procedure: Procedure, clock: Clock, table: Timetable | None) -> Iterator[Threshold]:
    rule = procedure.rule(clock.name)
    measure, percents = Reckoning(rule.counts, rule.end, table), rule.percents
    for percent in percents[clock.passed :]:
        due_at = instant_of(measure, clock, percent)
        if due_at is None:
            break
        if _asks_at(case, rule, percent, due_at):
            yield Threshold(due_at, clock, percent)
            break
    for rung in rule.ladder:
        percent = rung.percent or WHOLE_PERCENT
        if (rung.after is not None or rung.every) and percent in percents[: clock.passed]:
            due_at = _late_instant(measure, clock, rung)
            if due_at is not None and (clock.stopped_at is None or due_at < clock.stopped_at):
                yield Threshold(due_at, clock, percent, rung)


def _asks_at(case: Case, rule: ClockRule, percent: int, due_at: datetime) -> bool:
    """A percentage at which nobody is told and nothing ends must be skipped: passing it would leave no trace, so it
    would be due for ever.
    """
    is_rung = percent == WHOLE_PERCENT or any(rung.percent == percent for rung in rule.ladder)
    return is_rung or _reminds_at(case, rule, percent, due_at)


def _reminds_at(case: Case, rule: ClockRule, percent: int, due_at: datetime) -> bool:
    """The complainant was asked before, and has not answered."""
    if percent not in rule.remind_complainant or case.wait is None:
        return False
    asked_at = case.happened.get(EventType.WAITING)
    return case.wait.waiting_for is WaitingFor.COMPLAINANT and (asked_at is None or asked_at < due_at)


def _late_instant(measure: Reckoning, clock: Clock, rung: Rung) -> datetime | None:
    """When a rung whose percentage has passed is reached next; None if never again, or not while the clock rests."""
    repetition = clock.reminded.get(rung.key, 0) + (1 if rung.after is None else 0)
    if repetition and (rung.every is None or repetition > rung.at_most):
        return None
    delay = (rung.after or ZERO) + repetition * (rung.every or ZERO)
    percent = rung.percent or WHOLE_PERCENT
    if measure.counts.is_in_hours and rung.counts in (None, measure.counts):
        return instant_of(measure, clock, percent, delay)
    since = instant_of(measure, clock, percent)
    return since and _later(since, delay, measure.timetable if rung.counts is Counts.BUSINESS_HOUR else None)


def _later(since: datetime, delay: timedelta, table: Timetable | None) -> datetime | None:
    """`delay` after an instant, in plain time or in that of a timetable; None beyond what these reach."""
    try:
        return table.after(since, delay) if table else since + delay
    except (AmendsError, OverflowError):
        return None


def _reached(case: Case, threshold: Threshold, rung: Rung) -> RungReached:
    clock = threshold.clock
    before = clock.reminded.get(rung.key, 0)
    return RungReached(
        clock=clock.name,
        round=clock.round,
        percent=threshold.percent,
        rung=rung.key,
        repetition=before + 1 if threshold.late and rung.after is None else before,
        level=rung.tell,
        tell=case.person_at(rung.tell),
        due_at=threshold.due_at,
    )


def _reminder(case: Case, threshold: Threshold, rule: ClockRule) -> Iterator[Event]:
    if case.wait and _reminds_at(case, rule, threshold.percent, threshold.due_at):
        yield ComplainantReminded(
            clock=threshold.clock.name,
            round=threshold.clock.round,
            percent=threshold.percent,
            question=case.wait.question,
            due_at=threshold.due_at,
        )


def _consequences(case: Case, on_expiry: OnExpiry) -> tuple[Event, ...]:  # noqa: PLR0911 - one flat table of endings
    match on_expiry:
        case OnExpiry.RESUME if case.status is Status.WAITING:
            return (Resumed(answer=None),)
        case OnExpiry.CLOSE if case.wait and case.wait.waiting_for is WaitingFor.COMPLAINANT:
            return closing(case, Closed(outcome=Outcome.UNANSWERED, reason="the complainant did not answer in time"))
        case OnExpiry.CLOSE if case.wait:  # that others are silent is not the complainant's doing
            return (Resumed(answer=None),)
        case OnExpiry.CLOSE if case.status is Status.CONFIRMING:
            return closing(case, Closed(outcome=Outcome.RESOLVED, reason="the complainant did not object in time"))
        case OnExpiry.ARCHIVE if may_archive(case):
            return (Archived(),)
        case OnExpiry.LAPSE_MEETING if case.meeting:
            told = case.person_at(Level.EXECUTIVE)
            reason = "the meeting reached no decision in time"
            return (
                MeetingLapsed(number=case.meeting.number),
                Escalated(to=Level.EXECUTIVE, tell=told, reason=reason),
            )
    return ()
