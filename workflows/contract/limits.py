"""How long a time limit is and what counts towards it: hours on a clock, or whole days and weeks of a calendar."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field

from workflows.contract.base import Model

LONGEST_TARGET = timedelta(days=36_500)
"""A hundred years: longer than any duty to keep a file, and still a date."""


class Counts(StrEnum):
    """Which time counts. Hours can pause; a limit in days or weeks never does."""

    CONTINUOUS = "continuous"
    BUSINESS_HOUR = "business_hour"
    BUSINESS_DAY = "business_day"
    CALENDAR_DAY = "calendar_day"
    CALENDAR_WEEK = "calendar_week"

    @property
    def is_in_hours(self) -> bool:
        """The target is a duration; otherwise it is a number of days, weeks or months."""
        return self in (Counts.CONTINUOUS, Counts.BUSINESS_HOUR)

    @property
    def needs_working_time(self) -> bool:
        """It cannot be told without a calendar that has working hours."""
        return self in (Counts.BUSINESS_HOUR, Counts.BUSINESS_DAY)


class LimitEnd(StrEnum):
    """When a limit in days ends: at 00:00 local time after the last day, or when that day's last window closes."""

    MIDNIGHT = "midnight"
    CLOSE = "close"


class Days(Model):
    """A number of days after the day on which the clock starts."""

    days: Annotated[int, Field(ge=0, le=36_500)]


class Weeks(Model):
    """A number of weeks after the day on which the clock starts."""

    weeks: Annotated[int, Field(ge=0, le=5_200)]


class Months(Model):
    """Until the same day of a later month, or that month's last day."""

    months: Annotated[int, Field(ge=0, le=1_200)]


Hours: TypeAlias = Annotated[timedelta, Field(ge=timedelta(0), le=LONGEST_TARGET)]
Target: TypeAlias = Hours | Days | Weeks | Months
"""A duration for `continuous` and `business_hour`; days for `business_day`; days or months for `calendar_day`; weeks
for `calendar_week`. The day on which the clock starts is never counted.
"""

_UNIT_OF: dict[Counts, tuple[type, ...]] = {
    Counts.CONTINUOUS: (timedelta,),
    Counts.BUSINESS_HOUR: (timedelta,),
    Counts.BUSINESS_DAY: (Days,),
    Counts.CALENDAR_DAY: (Days, Months),
    Counts.CALENDAR_WEEK: (Weeks,),
}


def unsuitable(counts: Counts, target: Target, end: LimitEnd, *, pausable: bool) -> str | None:
    """Why these do not go together, as the end of a sentence that names the clock; None when they do."""
    if not isinstance(target, _UNIT_OF[counts]):
        expected = "an ISO 8601 duration such as PT24H" if counts.is_in_hours else _EXAMPLE_OF[counts]
        return f"counts {counts.value}, so its target must be {expected}"
    if pausable and not counts.is_in_hours:
        return f"counts {counts.value}, which never pauses, so it cannot be pausable"
    if end is LimitEnd.CLOSE and counts is not Counts.BUSINESS_DAY:
        return f"counts {counts.value}; only a business_day limit can end at the close"
    return None


_EXAMPLE_OF = {
    Counts.BUSINESS_DAY: '{"days": 15}',
    Counts.CALENDAR_DAY: '{"days": 15} or {"months": 6}',
    Counts.CALENDAR_WEEK: '{"weeks": 8}',
}
