"""What clocks must say, told naively: window by window and day by day, with the zone database and no arithmetic of the
core's. Only for the years around the tests'.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tests.core.calendars import windows_of
from workflows.contract.calendar import Calendar, window_seconds
from workflows.contract.clock_rule import ClockRule
from workflows.contract.limits import Counts, Days, LimitEnd, Target, Weeks
from workflows.contract.views import SegmentKind
from workflows.core.ledger import Clock

NONE = timedelta(0)
DAY = timedelta(days=1)
FIRST, LAST = date(2025, 12, 1), date(2040, 1, 1)


class Phase(NamedTuple):
    """A time in which a clock counts; without an end it goes on."""

    start: datetime
    end: datetime | None


class Office:
    """All working windows of a calendar, in UTC."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.zone = ZoneInfo(calendar.timezone)
        days = (FIRST + DAY * number for number in range((LAST - FIRST).days))
        self.windows = [window for day in days for window in self.on(day)]
        self._starts = [start for start, _ in self.windows]

    def on(self, day: date) -> list[tuple[datetime, datetime]]:
        """The windows that begin on a date."""
        spans = map(window_seconds, windows_of(self.calendar, day))
        return [(self._instant(day, start), self._instant(day, end)) for start, end in spans]

    def midnight(self, day: date) -> datetime:
        """When a date begins."""
        return self._instant(day, 0)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """The working time in between."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        total = NONE
        for opens, closes in self.windows[first:]:
            if opens >= end:
                break
            total += max(min(closes, end) - max(opens, start), NONE)
        return total

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """When so much working time has passed."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        for opens, closes in self.windows[first:] if amount else ():
            lasts = max(closes - max(opens, start), NONE)
            if lasts >= amount:
                return max(opens, start) + amount
            amount -= lasts
        return start

    def _instant(self, day: date, seconds: int) -> datetime:
        days, seconds = divmod(seconds, 86_400)
        wall = datetime.combine(day + DAY * days, time(), self.zone).replace(hour=seconds // 3600)
        return wall.replace(minute=seconds % 3600 // 60).astimezone(UTC)


_OFFICES: dict[int, Office] = {}


def office(calendar: Calendar | None) -> Office | None:
    """The office of a calendar, made once for each object; it keeps that alive."""
    if calendar is None:
        return None
    if id(calendar) not in _OFFICES:
        _OFFICES[id(calendar)] = Office(calendar)
    return _OFFICES[id(calendar)]


class Measure(NamedTuple):
    """How a rule counts in an office."""

    rule: ClockRule
    office: Office | None

    def passed(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time between two instants counts."""
        if self.rule.counts is Counts.BUSINESS_HOUR:
            assert self.office
            return self.office.worked(start, end)
        return max(end - start, NONE)

    def plus(self, start: datetime, amount: timedelta) -> datetime:
        """When so much more has counted."""
        if self.rule.counts is Counts.BUSINESS_HOUR:
            assert self.office
            return self.office.after(start, amount)
        return start + amount

    def used(self, clock: Clock, until: datetime) -> timedelta:
        """What a clock has counted up to an instant, or to its stop."""
        until = min(until, clock.stopped_at or until)
        if not self.rule.counts.is_in_hours:
            return max(until - clock.started_at, NONE)
        return sum(
            (self.passed(start, min(end or until, until)) for start, end in phases(clock) if start < until), NONE
        )

    def total(self, clock: Clock) -> timedelta:
        """All the time it has."""
        if isinstance(clock.target, timedelta):
            return clock.target
        return self.day_limit(clock.started_at, clock.target) - clock.started_at

    def reached(self, clock: Clock, amount: timedelta, more: Iterable[Phase] = ()) -> datetime | None:
        """When it has counted an amount; None if it rests before."""
        if not self.rule.counts.is_in_hours:
            return clock.started_at + amount
        for start, end in (*phases(clock), *more):
            at = self.plus(start, amount)
            if end is None or at < end:
                return at
            amount -= self.passed(start, end)
        return None

    def due_at(self, clock: Clock, now: datetime) -> datetime:
        """When it runs out: if it goes on now, while it rests; if it had gone on, once it has stopped."""
        rests = clock.stopped_at or (now if clock.is_paused else None)
        going_on = (Phase(rests, None),) if rests else ()
        due_at = clock.breached_at or self.reached(clock, self.total(clock), going_on)
        assert due_at
        return due_at

    def day_limit(self, start: datetime, target: Target) -> datetime:
        """The end of the last day; the first is not counted."""
        assert self.office
        last = start.astimezone(self.office.zone).date()
        if isinstance(target, Weeks):
            last += 7 * DAY * target.weeks
        elif isinstance(target, Days):
            for _ in range(target.days):
                last += DAY
                while self.rule.counts is Counts.BUSINESS_DAY and not self.office.on(last):
                    last += DAY
        if self.rule.end is LimitEnd.MIDNIGHT:
            return self.office.midnight(last + DAY)
        return max(end for _, end in self.office.on(last))


def phases(clock: Clock) -> list[Phase]:
    """When a clock counts, by its ledger."""
    return [Phase(part.start, part.end) for part in clock.segments if part.kind is SegmentKind.COUNTED]
