"""UTC and local wall-clock time, by offsets that are data: exact through repeated and skipped hours, without a library.

Moments are whole microseconds ("ticks") since the year 1 in UTC, walls the same in local time: integers are exact, and
quick to search.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

from workflows.contract.calendar import UtcOffset
from workflows.contract.errors import AmendsError, ErrorCode

_TICK = timedelta(microseconds=1)
_YEAR_ONE = datetime.min.replace(tzinfo=UTC)
SECOND = timedelta(seconds=1) // _TICK
DAY = timedelta(days=1) // _TICK
LAST_TICK = (datetime.max.replace(tzinfo=UTC) - _YEAR_ONE) // _TICK
LAST_DAY = LAST_TICK // DAY


def ticks(at: datetime) -> int:
    """An aware instant as ticks."""
    return (at - _YEAR_ONE) // _TICK


def as_ticks(amount: timedelta) -> int:
    """A duration as ticks."""
    return amount // _TICK


def duration(amount: int) -> timedelta:
    """Ticks as a duration."""
    return timedelta(microseconds=amount)


def instant(at: int) -> datetime:
    """Ticks as an aware UTC datetime.

    Raises:
        AmendsError: `invalid_input` for a moment before the year 1 or after the year 9999.
    """
    if not 0 <= at <= LAST_TICK:
        raise _no_such_date()
    return _YEAR_ONE + timedelta(microseconds=at)


def day_number(day: date) -> int:
    """Days since 0001-01-01, a Monday: `day_number * DAY` is the wall-clock midnight that begins the date."""
    return day.toordinal() - 1


def date_of(day: int) -> date:
    """The date with this day number.

    Raises:
        AmendsError: `invalid_input` for a date before the year 1 or after the year 9999.
    """
    if not 0 <= day <= LAST_DAY:
        raise _no_such_date()
    return date.fromordinal(day + 1)


def _no_such_date() -> AmendsError:
    return AmendsError(ErrorCode.INVALID_INPUT, "the date lies outside the years 1 to 9999; set a nearer limit or date")


class Span(NamedTuple):
    """From `start` to before `end`, local time is UTC plus `offset` (all in ticks)."""

    start: int
    end: int
    offset: int


class LocalTime:
    """What clocks on the wall show at each moment."""

    def __init__(self, offsets: tuple[UtcOffset, ...]) -> None:
        self._since = [ticks(offset.since) for offset in offsets if offset.since]
        self._offsets = [offset.seconds * SECOND for offset in offsets]

    @property
    def changes(self) -> tuple[int, ...]:
        """The moments at which the offset changes."""
        return tuple(self._since)

    def offset_at(self, at: int) -> int:
        """What to add to this moment to have its wall time."""
        return self._offsets[bisect_right(self._since, at)]

    def spans(self, start: int, end: int) -> Iterator[Span]:
        """Tile [start, end) with spans of one offset each."""
        for period in range(bisect_right(self._since, start), len(self._offsets)):
            changes = self._since[period] if period < len(self._since) else end
            until = min(changes, end)
            if start < until:
                yield Span(start, until, self._offsets[period])
                start = until
            if changes >= end:
                return

    def first_at(self, wall: int) -> int:
        """The earliest moment that shows `wall` or later: the first of two, the jump itself for a skipped one."""
        # An offset is less than a day, so periods that ended a day before in UTC cannot show it.
        period = bisect_right(self._since, wall - DAY)
        while period < len(self._since) and wall - self._offsets[period] >= self._since[period]:
            period += 1
        shown = wall - self._offsets[period]
        return max(shown, self._since[period - 1]) if period else shown

    def past(self, wall: int) -> int:
        """The moment from which on nothing before `wall` is shown: the second of two, the jump for a skipped one."""
        period = bisect_right(self._since, wall + DAY)
        while period > 0 and self._since[period - 1] + self._offsets[period] >= wall:
            period -= 1
        shown = wall - self._offsets[period]
        return min(shown, self._since[period]) if period < len(self._since) else shown

    def local(self, at: datetime) -> datetime:
        """The instant in local time, with a fixed offset.

        Raises:
            AmendsError: `invalid_input` when its local date lies outside the years 1 to 9999.
        """
        moment = ticks(at)
        offset = self.offset_at(moment)
        if not 0 <= moment + offset <= LAST_TICK:
            raise _no_such_date()
        return at.astimezone(timezone(duration(offset)))
