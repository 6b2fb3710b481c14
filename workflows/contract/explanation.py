"""What the clocks of a described case say: the answer of `amends clock explain`."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field, PlainSerializer
from pydantic_core import to_jsonable_python

from workflows.contract.base import Instant, Line, Model
from workflows.contract.views import ClockState, SegmentKind

_DAYS_PER_YEAR = 365
"""Pydantic writes so many days as a year; but not every year has them."""


def _iso(value: timedelta) -> str:
    if value.days < _DAYS_PER_YEAR:
        return str(to_jsonable_python(value))
    rest = value - timedelta(days=value.days)
    time_of_day = str(to_jsonable_python(rest)).removeprefix("P") if rest else ""
    return f"P{value.days}D{time_of_day}"


Duration = Annotated[timedelta, PlainSerializer(_iso, when_used="json")]
"""ISO 8601 in days and smaller units."""


class ThresholdAnswer(Model):
    """When so much was or will be used; null while the clock is pending."""

    percent: int
    at: Instant | None


class LedgerLine(Model):
    """A stretch of time, booked once."""

    start: Annotated[Instant, Field(serialization_alias="from")]
    end: Annotated[Instant, Field(serialization_alias="to")]
    kind: SegmentKind
    reason: Line | None
    department: Line | None


class ClockAnswer(Model):
    """What a clock says at `now`."""

    name: Line
    state: ClockState
    started_at: Instant | None
    due_at: Instant | None
    stopped_at: Instant | None
    breached_at: Instant | None
    used: Duration
    paused: Duration
    remaining: Duration | None
    percent: float
    thresholds: tuple[ThresholdAnswer, ...]
    by_department: dict[str, Duration]
    ledger: tuple[LedgerLine, ...]
    provisional: bool | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="Due on a date whose holidays are not confirmed; there if the case says until when they are.",
    )


class Explanation(Model):
    """The answer to a case: its clocks, in the order of the case."""

    clocks: tuple[ClockAnswer, ...]
