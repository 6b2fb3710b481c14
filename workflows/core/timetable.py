"""Working time by the calendar: how much of it lies between two instants, and when an amount of it will have passed.

An instant counts if its local wall time lies in a window: of its date, or of the date before if that one crosses
midnight. So a window in a repeated hour counts twice, and one in a skipped hour not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import MAXYEAR, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from workflows.contract.calendar import Calendar
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.views import SegmentKind
from workflows.core.local_time import (
    DAY,
    LAST_DAY,
    LAST_TICK,
    LocalTime,
    as_ticks,
    date_of,
    day_number,
    duration,
    instant,
    ticks,
)
from workflows.core.working_days import WorkingDays
from workflows.core.working_time import BLOCK, WorkingTime

_MOST_TIMETABLES = 128
"""How many calendars one process keeps indexed."""


class Stretch(NamedTuple):
    """From `start` to before `end` (UTC), all of one kind: counted, outside hours or holiday."""

    start: datetime
    end: datetime
    kind: SegmentKind


class Timetable:
    """A calendar's working time, indexed. Instants are aware datetimes, answers are UTC."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._days = WorkingDays(calendar)
        self._local_time = LocalTime(calendar.offsets)
        self._index = WorkingTime(self._days, self._local_time)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """The working time in [start, end); none if it ends before it starts."""
        if end <= start:
            return timedelta(0)
        (first, since), (last, until) = divmod(ticks(start), BLOCK), divmod(ticks(end), BLOCK)
        whole = sum(self._index.block(number).total for number in range(first, last))
        return duration(
            whole + self._index.block(last).worked_before(until) - self._index.block(first).worked_before(since)
        )

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """The earliest instant, not before `start`, by which so much working time has passed since `start`.

        Raises:
            AmendsError: `invalid_input` when the calendar never has so much working time up to the year 9999.
        """
        if amount <= timedelta(0):
            return start
        first, since = divmod(ticks(start), BLOCK)
        missing = self._index.block(first).worked_before(since) + as_ticks(amount)
        for number in range(first, LAST_TICK // BLOCK + 1):
            block = self._index.block(number)
            if missing <= block.total:
                return instant(number * BLOCK + block.earliest_with(missing))
            missing -= block.total
        raise self._without(f"{amount} of working time after {start.isoformat()} up to the year {MAXYEAR}")

    def stretches(self, start: datetime, end: datetime) -> tuple[Stretch, ...]:
        """Tile [start, end) without gap or overlap; neighbours differ in kind."""
        since, until = ticks(start), ticks(end)
        if until <= since:
            return ()
        changes = list(self._index.changes(since, until))
        edges = [*(instant(at) for at, _ in changes), instant(until)]
        return tuple(map(Stretch, edges, edges[1:], (kind for _, kind in changes)))

    def local_date(self, at: datetime) -> date:
        """The date that local calendars show."""
        moment = ticks(at)
        return date_of((moment + self._local_time.offset_at(moment)) // DAY)

    def local(self, at: datetime) -> datetime:
        """The instant in local time, with a fixed offset, for showing."""
        return self._local_time.local(at)

    def midnight(self, day: date) -> datetime:
        """The first instant whose local date is `day`; for a date that the zone left out, the first one after it."""
        return instant(self._local_time.first_at(day_number(day) * DAY))

    def is_business_day(self, day: date) -> bool:
        """The date has at least one window."""
        return bool(self._days.windows(day_number(day)))

    def business_day_after(self, day: date, count: int) -> date:
        """The count-th business day after `day`, which is itself not counted; `day` for a count of zero.

        Raises:
            AmendsError: `invalid_input` when the calendar has fewer business days up to the year 9999.
        """
        if count <= 0:
            return day
        found = self._days.business_day_after(day_number(day), count, LAST_DAY)
        if found is None:
            raise self._without(f"{count} business days after {day.isoformat()} up to the year {MAXYEAR}")
        return date_of(found)

    def close(self, day: date) -> datetime:
        """When the last window of that business day ends for good, perhaps on the date after it.

        Raises:
            AmendsError: `invalid_input` when the date has no window.
        """
        number = day_number(day)
        windows = self._days.windows(number)
        if not windows:
            raise self._without(f"working hours on {day.isoformat()}")
        return instant(self._local_time.past(number * DAY + max(end for _, end in windows)))

    def _without(self, wanted: str) -> AmendsError:
        return AmendsError(
            ErrorCode.INVALID_INPUT,
            f"the calendar {self.calendar.name} has no {wanted}; give its weekdays hours such as 09:00-18:00",
            "calendar.hours",
        )


@dataclass(frozen=True)
class _Versioned:
    """A calendar that equals every other of its version."""

    version: str
    calendar: Calendar = field(compare=False)


@lru_cache(maxsize=_MOST_TIMETABLES)
def _indexed(versioned: _Versioned) -> Timetable:
    return Timetable(versioned.calendar)


_recent: dict[int, tuple[Calendar, Timetable]] = {}
"""By identity: telling the version of a calendar takes longer than most of what is asked of its timetable."""


def timetable(calendar: Calendar) -> Timetable:
    """The calendar's timetable, indexed once in a process for each version of it."""
    known, table = _recent.get(id(calendar), (None, None))
    if table is None or known is not calendar:
        table = _indexed(_Versioned(calendar.version, calendar))
        if len(_recent) >= _MOST_TIMETABLES:
            _recent.clear()
        _recent[id(calendar)] = (calendar, table)
    return table
