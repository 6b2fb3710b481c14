"""The dates of a calendar: which windows each has, how its 24 hours divide, and the count-th business day."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate

from workflows.contract.calendar import Calendar, Weekday, Window, window_seconds
from workflows.contract.views import SegmentKind
from workflows.core.local_time import DAY, SECOND, day_number

Windows = tuple[tuple[int, int], ...]
"""Start and end of each window, in ticks of wall time since the midnight of the day it starts."""

Parts = tuple[tuple[int, SegmentKind], ...]
"""How the 24 hours of a date divide: from which tick on what holds. The first part begins at 0."""

_WEEK = len(Weekday)


class WorkingDays:
    """Dates by their day number (`local_time.day_number`)."""

    def __init__(self, calendar: Calendar) -> None:
        self._weekly = tuple(_windows(calendar.hours.get(weekday, ())) for weekday in Weekday)
        self._workdays = {day_number(day): _windows(windows) for day, windows in calendar.workdays.items()}
        self._holidays = frozenset(map(day_number, calendar.holidays)) - self._workdays.keys()
        self.special = sorted(self._holidays | self._workdays.keys())
        """The dates that are not like their weekday, in order."""

        weekly = [bool(windows) for windows in self._weekly]
        self._before_weekday = [0, *accumulate(weekly)]
        # How many business days more (or fewer) than by weekdays alone there are up to each special date.
        surplus = (bool(self.windows(day)) - weekly[day % _WEEK] for day in self.special)
        self._surplus = [0, *accumulate(surplus)]

    def windows(self, day: int) -> Windows:
        """The windows that begin on this date."""
        if day in self._workdays:
            return self._workdays[day]
        return () if day in self._holidays else self._weekly[day % _WEEK]

    def parts(self, day: int) -> Parts:
        """How this date divides; windows of the evening before reach into it."""
        return _parts(self.windows(day - 1), self.windows(day), day in self._holidays)

    def business_days_before(self, day: int) -> int:
        """How many business days there are before this date, from a fixed date on."""
        weeks, weekday = divmod(day, _WEEK)
        by_weekday = weeks * self._before_weekday[-1] + self._before_weekday[weekday]
        return by_weekday + self._surplus[bisect_left(self.special, day)]

    def business_day_after(self, day: int, count: int, last: int) -> int | None:
        """The count-th business day after this date (at least the first), or None if it would come after `last`."""
        wanted = self.business_days_before(day + 1) + count
        later = range(day + 1, last + 1)
        found = bisect_left(later, wanted, key=lambda each: self.business_days_before(each + 1))
        return later[found] if found < len(later) else None


def _windows(windows: Iterable[Window]) -> Windows:
    return tuple((start * SECOND, end * SECOND) for start, end in map(window_seconds, windows))


@lru_cache(maxsize=1024)
def _parts(evening_before: Windows, windows: Windows, is_holiday: bool) -> Parts:
    spans = sorted([(start - DAY, end - DAY) for start, end in evening_before if end > DAY] + list(windows))
    idle = SegmentKind.HOLIDAY if is_holiday else SegmentKind.OUTSIDE_HOURS
    parts: list[tuple[int, SegmentKind]] = []
    covered = 0
    for start, end in spans:
        if start > covered:
            parts.append((covered, idle))
        # Windows may overlap or touch: what an earlier one covers is not counted again.
        first, past = max(start, covered, 0), min(end, DAY)
        if past > first:
            if not parts or parts[-1][1] is idle:
                parts.append((first, SegmentKind.COUNTED))
            covered = past
    return (*parts, (covered, idle)) if covered < DAY else tuple(parts)
