"""The earliest time at which everybody can meet: inside the working hours of all at once, and outside all absences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from workflows.contract.replies import MEETING_HORIZON
from workflows.contract.views import SegmentKind
from workflows.core.local_time import as_ticks, instant, ticks
from workflows.core.timetable import Timetable

_QUARTER = as_ticks(timedelta(minutes=15))

Span = tuple[datetime, datetime]
"""From the first instant to before the second."""


def common_time(
    tables: Sequence[Timetable | None],
    busy: Iterable[Span],
    earliest: datetime,
    duration: timedelta,
    *,
    within: timedelta = MEETING_HORIZON,
) -> datetime | None:
    """When a meeting of that length can begin: a quarter of an hour in UTC, not before `earliest`.

    Args:
        tables: one for each person; None for somebody who can meet at any hour.
        busy: when one of them is away, in any order.
        earliest: as of when; an aware instant.
        duration: lies in one uninterrupted stretch of everybody's working time.
        within: how long after `earliest` the meeting is over at the latest.

    Returns:
        The start in UTC, or None if all are never free together for so long.

    Raises:
        AmendsError: `invalid_input` when what is looked at ends after the year 9999.
    """
    latest = instant(ticks(earliest) + as_ticks(within))
    free_from = earliest
    for since, until in [*sorted(_taken(tables, busy, earliest, latest)), (latest, latest)]:
        start = _quarter_from(free_from)
        if duration <= since - start:
            return start
        free_from = max(free_from, until)
    return None


def _taken(
    tables: Iterable[Timetable | None], busy: Iterable[Span], earliest: datetime, latest: datetime
) -> Iterator[Span]:
    """When somebody cannot meet, as far as it matters: a span without length would divide free time for nothing."""
    yield from ((since, min(until, latest)) for since, until in busy if since < min(until, latest))
    for table in dict.fromkeys(tables):
        for stretch in table.stretches(earliest, latest) if table else ():
            if stretch.kind is not SegmentKind.COUNTED:
                yield stretch.start, stretch.end


def _quarter_from(at: datetime) -> datetime:
    """The first quarter of an hour that is not before."""
    return instant(-(-ticks(at) // _QUARTER) * _QUARTER)
