"""What effects bring back to the case that asked for them: answers from the outside world, told apart by `kind`."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, TypeAlias

from pydantic import Field

from workflows.contract.base import Instant, Line, Model, Name, Sparse
from workflows.contract.calendar import Calendar

MEETING_HORIZON = timedelta(days=30)
"""How far ahead a meeting's time is looked for, and how far ahead absences matter."""


class Absence(Sparse):
    """A time from `since` to before `until` in which somebody is away."""

    since: Instant
    until: Instant


class Diary(Sparse):
    """When one person can meet: in the working hours of their calendar (the policy's, without one), unless absent."""

    subject: Name
    calendar: Line | None = Field(default=None, description="A key of the reply's `calendars`.")
    absences: tuple[Absence, ...] = ()
    deputy: Name | None = Field(default=None, description="Who stands in during the absences.")


class Availability(Model):
    """Answers `FindTime`: first the diaries of those invited who are still on the staff, then of those absent people's
    deputies who were not invited themselves.

    `unknown_calendars` are named in the directory and do not exist; who has one counts as following the policy's.
    """

    kind: Literal["availability"] = "availability"
    number: int
    call: int
    people: tuple[Diary, ...]
    calendars: dict[Line, Calendar] = Field(default={}, description="By the names that the directory gives them.")
    unknown_calendars: tuple[Line, ...] = ()


Reply: TypeAlias = Availability
