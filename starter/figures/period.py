"""The time that figures are about: whole days as people at the desk count them, in steps of days or weeks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAILY_UP_TO = timedelta(days=92)
"""A longer time is shown week by week."""

LONGEST = timedelta(days=3660)
"""About ten years: no desk compares more, and every day of it is a row."""


class Step(StrEnum):
    """How finely a trend is drawn."""

    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of the first day to the end of the last one, in the desk's time zone."""

    first: date
    last: date
    zone: str

    @classmethod
    def of_last(cls, days: int, now: datetime, zone: str) -> Period:
        """So many days, today the last."""
        today = now.astimezone(ZoneInfo(zone)).date()
        return cls(today - timedelta(days=days - 1), today, zone)

    @property
    def since(self) -> datetime:
        """When it begins."""
        return self._midnight(self.first)

    @property
    def until(self) -> datetime:
        """When it ends; that moment is outside."""
        return self._midnight(self.last + timedelta(days=1))

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def step(self) -> Step:
        """How finely its trend is drawn."""
        return Step.DAY if timedelta(days=self.days) <= DAILY_UP_TO else Step.WEEK

    def compared_from(self, now: datetime) -> datetime:
        """Where the time before begins that is exactly as long as what has passed of this one until `now`."""
        return self.since - max(min(self.until, now) - self.since, timedelta(0))

    def steps(self) -> Iterator[date]:
        """The first day of each step; that of the first week may be before the period."""
        day = self.first if self.step is Step.DAY else self.first - timedelta(days=self.first.weekday())
        while day <= self.last:
            yield day
            day += timedelta(days=1 if self.step is Step.DAY else 7)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.zone))
