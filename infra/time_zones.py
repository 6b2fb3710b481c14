"""Time zones as data: every change of a zone's UTC offset in a span of years, found once and kept with the calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workflows.contract.calendar import UtcOffset
from workflows.contract.errors import AmendsError, ErrorCode

_STEP = timedelta(days=1)
"""No zone has ever changed its offset twice within a day."""

_EXACT = timedelta(seconds=1)
"""Zones change at whole seconds."""

_YEARS = range(MINYEAR + 1, MAXYEAR)
"""A day before and after them must still be a date."""


def time_zone(name: str) -> ZoneInfo:
    """The zone with this IANA name.

    Raises:
        AmendsError: `invalid_input` when there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise AmendsError(
            ErrorCode.INVALID_INPUT,
            f"there is no time zone {name}; give an IANA name such as Asia/Shanghai or Europe/London",
            "timezone",
        ) from error


@lru_cache(maxsize=256)
def utc_offsets(name: str, first_year: int, last_year: int) -> tuple[UtcOffset, ...]:
    """A zone's offsets from UTC throughout these years; the first also holds before them, the last after them.

    Raises:
        AmendsError: `invalid_input` for an unknown zone, or years out of order or at the very ends of time.
    """
    zone = time_zone(name)
    if first_year not in _YEARS or last_year not in _YEARS or last_year < first_year:
        raise AmendsError(
            ErrorCode.INVALID_INPUT,
            f"years must rise within {_YEARS[0]} to {_YEARS[-1]}, found {first_year} to {last_year}",
        )
    # Local years begin up to a day before or after those of UTC.
    start, end = datetime(first_year, 1, 1, tzinfo=UTC) - _STEP, datetime(last_year + 1, 1, 1, tzinfo=UTC) + _STEP
    days = [start + _STEP * number for number in range((end - start) // _STEP + 1)]
    offsets = [_offset(zone, day) for day in days]
    changes = [
        offset_change(*around, lambda at: _offset(zone, at))
        for around, (old, new) in zip(pairwise(days), pairwise(offsets), strict=True)
        if old != new
    ]
    return (
        UtcOffset(seconds=offsets[0]),
        *(UtcOffset(since=change, seconds=_offset(zone, change)) for change in changes),
    )


def offset_change(before: datetime, after: datetime, offset_at: Callable[[datetime], object]) -> datetime:
    """The first second with the offset that holds at `after`, another one holding at `before`; by bisection."""
    later = offset_at(after)
    while after - before > _EXACT:
        middle = before + (after - before) // _EXACT // 2 * _EXACT
        before, after = (before, middle) if offset_at(middle) == later else (middle, after)
    return after


def _offset(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None  # noqa: S101 - a ZoneInfo always knows the offset of an instant; this tells mypy
    return round(offset.total_seconds())
