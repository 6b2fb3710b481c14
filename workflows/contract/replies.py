"""What effects bring back to the case that asked for them: answers from the outside world, told apart by `kind`."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from workflows.contract.base import Instant, Line, Model, Name, Slug, Sparse
from workflows.contract.calendar import Calendar
from workflows.contract.errors import ErrorCode

MEETING_HORIZON = timedelta(days=30)
"""How far ahead a meeting's time is looked for, and how far ahead absences matter."""


class Busy(Sparse):
    """A time from `since` to before `until` in which somebody is away."""

    since: Instant
    until: Instant


class Diary(Sparse):
    """When one person can meet: in the working hours of their calendar (the policy's, without one), unless busy."""

    subject: Name
    calendar: Slug | None = Field(default=None, description="A key of the reply's `calendars`.")
    busy: tuple[Busy, ...] = ()
    deputy: Name | None = Field(default=None, description="Who stands in while they are absent.")


class Availability(Model):
    """Answers `FindTime`: first the diaries of those invited who are still on the staff, then those of the deputies of
    whoever is away for some of the time looked at, and of theirs in turn.

    `unknown_calendars` are named in the directory and do not exist; who has one counts as following the policy's.
    """

    kind: Literal["availability"] = "availability"
    sequence: int = Field(description="Of the event that asked.")
    number: int
    call: int
    people: tuple[Diary, ...]
    calendars: dict[Slug, Calendar] = Field(default={}, description="By the names that the directory gives them.")
    unknown_calendars: tuple[Slug, ...] = ()


class Answer(Model):
    """What another complaint answered to a command that this one sent it; without a code it was carried out."""

    kind: Literal["answer"] = "answer"
    sequence: int = Field(description="Of the event that sent the command.")
    reference: Line
    command: Line
    code: ErrorCode | None = None
    message: Line | None = None
    events: tuple[Slug, ...] = Field(default=(), description="What it led to there.")


Reply = Annotated[Availability | Answer, Field(discriminator="kind")]
