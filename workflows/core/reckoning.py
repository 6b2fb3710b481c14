"""What a clock's booked phases amount to under its measure: due time, share used, ledger and blame.

Hours count inside the phases that are booked as counted, working hours only where the calendar has them. A limit in
days, weeks or months is a date of the calendar: its ledger counts throughout and never pauses.
"""

from __future__ import annotations

import calendar as months_of
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.limits import Counts, Days, LimitEnd, Months, Weeks
from workflows.contract.views import SegmentKind, SegmentView
from workflows.core.ledger import ZERO, Clock, Segment
from workflows.core.timetable import Timetable

WHOLE_PERCENT = 100
_PERCENT_DECIMALS = 2
_DAY = timedelta(days=1)
_MONTHS_PER_YEAR = 12
_BEYOND_DATES = "the limit would end after the year 9999; give a shorter target"


class Reckoning(NamedTuple):
    """How a clock counts. All but `continuous` need the timetable, for working time or for local dates.

    Every method may raise AmendsError `invalid_input`: when the calendar is missing, or never has the time asked for.
    """

    counts: Counts
    end: LimitEnd = LimitEnd.MIDNIGHT
    timetable: Timetable | None = None

    def instant_of(self, clock: Clock, percent: int, delay: timedelta = ZERO) -> datetime | None:
        """When `percent` of the target and so much more (`delay`) was used, or will be if nothing changes.

        None if it then never will be: the clock rests, or has stopped before.
        """
        if isinstance(clock.target, timedelta):
            return self._reached(clock, clock.target * percent / WHOLE_PERCENT + delay)
        at = clock.started_at + self.total(clock) * percent / WHOLE_PERCENT + delay
        return at if clock.stopped_at is None or at < clock.stopped_at else None

    def projected(self, clock: Clock, percent: int, now: datetime) -> datetime:
        """When `percent` was used or will be: while paused, if it went on `now`; after a stop, as things were then."""
        share = self.total(clock) * percent / WHOLE_PERCENT
        if not isinstance(clock.target, timedelta):
            return clock.started_at + share
        reached = self._reached(clock, share)
        return reached or self._after(clock.stopped_at or now, share - self.used(clock, now))

    def due_at(self, clock: Clock, now: datetime) -> datetime:
        """When the whole target is used, with the provisos of `projected`. A recorded breach keeps its date."""
        return clock.breached_at or self.projected(clock, WHOLE_PERCENT, now)

    def total(self, clock: Clock) -> timedelta:
        """All the time there is: the target in hours, or the time from the start to the date it ends on."""
        if isinstance(clock.target, timedelta):
            return clock.target
        return self._due_date(clock.started_at, clock.target) - clock.started_at

    def last_day(self, start: datetime, target: Days | Weeks | Months) -> date:
        """The local date on which a limit in days, weeks or months ends; the date of its start is not counted."""
        table = self._calendar()
        try:
            last = self._whole_days_later(table.local_date(start), target)
        except (OverflowError, ValueError):
            raise _invalid(_BEYOND_DATES, "target") from None
        # A limit of no days may start on a date that never closes.
        closes = self.end is LimitEnd.MIDNIGHT or table.is_business_day(last)
        return last if closes else table.business_day_after(last, 1)

    def used(self, clock: Clock, now: datetime) -> timedelta:
        """Counted time up to the stop or `now`; for a limit in days the time elapsed."""
        if not isinstance(clock.target, timedelta):
            return max((clock.stopped_at or now) - clock.started_at, ZERO)
        counted = _up_to(clock, now, SegmentKind.COUNTED)
        return sum((self._worked(start, end) for start, end, _ in counted), ZERO)

    def remaining(self, clock: Clock, now: datetime) -> timedelta:
        """What is left, never less than nothing."""
        return ZERO if clock.breached_at else max(self.total(clock) - self.used(clock, now), ZERO)

    def percent(self, clock: Clock, now: datetime) -> float:
        """The share used, with two decimals; a target of nothing is used up at once."""
        total = self.total(clock)
        return round(self.used(clock, now) / total * WHOLE_PERCENT, _PERCENT_DECIMALS) if total else WHOLE_PERCENT

    def ledger(self, clock: Clock, now: datetime) -> tuple[SegmentView, ...]:
        """Every moment from the start to the stop or `now`, booked once; neighbours differ."""
        return tuple(_merged(self._lines(clock, now)))

    def by_department(self, clock: Clock, now: datetime) -> dict[str, timedelta]:
        """The time counted while each department held the case, in the order in which they used it."""
        counted: dict[str, timedelta] = {}
        for line in self.ledger(clock, now):
            if line.kind is SegmentKind.COUNTED:
                counted[line.department] = counted.get(line.department, ZERO) + ((line.end or now) - line.start)
        return counted

    def _reached(self, clock: Clock, amount: timedelta) -> datetime | None:
        """When the counted phases reach an amount of time, the last of a live clock going on for ever."""
        missing = amount
        for phase in clock.segments:
            if phase.kind is not SegmentKind.COUNTED:
                continue
            at = self._after(phase.start, missing)
            # A pause at the very instant of a limit keeps it: it then runs out as soon as time counts again.
            if phase.end is None or at < phase.end:
                return at
            missing -= self._worked(phase.start, phase.end)
        return None

    def _lines(self, clock: Clock, now: datetime) -> Iterator[SegmentView]:
        in_hours = isinstance(clock.target, timedelta)
        for start, end, phase in _up_to(clock, now):
            if not in_hours:
                yield _line(start, end, SegmentKind.COUNTED, phase)
            elif phase.kind is SegmentKind.COUNTED and self.counts is Counts.BUSINESS_HOUR:
                for stretch in self._calendar().stretches(start, end):
                    yield _line(stretch.start, stretch.end, stretch.kind, phase)
            else:
                yield _line(start, end, phase.kind, phase)

    def _worked(self, start: datetime, end: datetime) -> timedelta:
        return end - start if self.counts is Counts.CONTINUOUS else self._calendar().worked(start, end)

    def _after(self, start: datetime, amount: timedelta) -> datetime:
        if self.counts is not Counts.CONTINUOUS:
            return self._calendar().after(start, amount)
        try:
            return start + amount
        except OverflowError:
            raise _invalid(_BEYOND_DATES, "target") from None

    def _due_date(self, start: datetime, target: Days | Weeks | Months) -> datetime:
        last, table = self.last_day(start, target), self._calendar()
        if self.end is LimitEnd.CLOSE:
            return max(table.close(last), start)
        try:
            return table.midnight(last + _DAY)
        except OverflowError:
            raise _invalid(_BEYOND_DATES, "target") from None

    def _whole_days_later(self, first: date, target: Days | Weeks | Months) -> date:
        match target:
            case Months():
                return _months_later(first, target.months)
            case Weeks():
                return first + timedelta(weeks=target.weeks)
            case Days() if self.counts is Counts.BUSINESS_DAY:
                return self._calendar().business_day_after(first, target.days)
            case Days():
                return first + timedelta(days=target.days)

    def _calendar(self) -> Timetable:
        if self.timetable is None:
            raise _invalid(f"a clock that counts {self.counts} needs a calendar", "calendar")
        return self.timetable


class _Stay(NamedTuple):
    """A phase as far as it has come."""

    start: datetime
    end: datetime
    phase: Segment


def _up_to(clock: Clock, now: datetime, kind: SegmentKind | None = None) -> Iterator[_Stay]:
    for phase in clock.segments:
        end = phase.end or now
        if end > phase.start and kind in (None, phase.kind):
            yield _Stay(phase.start, end, phase)


def _invalid(message: str, field: str) -> AmendsError:
    return AmendsError(ErrorCode.INVALID_INPUT, message, field)


def _line(start: datetime, end: datetime, kind: SegmentKind, phase: Segment) -> SegmentView:
    reason = phase.reason if kind is SegmentKind.PAUSED else None
    return SegmentView(start=start, end=end, kind=kind, reason=reason, department=phase.department)


def _merged(lines: Iterable[SegmentView]) -> Iterator[SegmentView]:
    open_line: SegmentView | None = None
    for line in lines:
        if open_line and _entry(open_line) == _entry(line):
            open_line = open_line.model_copy(update={"end": line.end})
            continue
        if open_line:
            yield open_line
        open_line = line
    if open_line:
        yield open_line


def _entry(line: SegmentView) -> tuple[SegmentKind, str | None, str]:
    return line.kind, line.reason, line.department


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    years, month = divmod(day.year * _MONTHS_PER_YEAR + day.month - 1 + months, _MONTHS_PER_YEAR)
    last = months_of.monthrange(years, month + 1)[1]
    return date(years, month + 1, min(day.day, last))
