"""Who was called on, by a person or by a limit."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from workflows.contract.base import Instant, Line, Model, Name, Slug
from workflows.contract.vocabulary import Level


class Escalated(Model):
    """A person, or the lapse of a meeting, called on a higher level."""

    type: Literal["escalated"] = "escalated"
    to: Level
    tell: Name
    reason: Line


class DeEscalated(Model):
    """Those above handed the case back to a lower level."""

    type: Literal["de_escalated"] = "de_escalated"
    to: Level
    tell: Name
    reason: Line


class RungReached(Model):
    """So much of a clock is used that its ladder names somebody to tell. `due_at` is when; the entry's `at` is when it
    was noticed.
    """

    type: Literal["rung_reached"] = "rung_reached"
    clock: Slug
    round: int
    percent: int = Field(description="Of the target; 100 for a rung some time after the limit.")
    rung: Line = Field(description="Its place on the ladder: `75 %`, or `2:00:00 after` the limit.")
    repetition: int = Field(default=0, description="How often this rung had been reached before.")
    level: Level
    tell: Name
    due_at: Instant


class ClockBreached(Model):
    """A time limit passed. `due_at` is the date of the breach; the entry's `at` is when it was noticed."""

    type: Literal["clock_breached"] = "clock_breached"
    clock: Slug
    round: int
    due_at: Instant


class ClockExpired(Model):
    """A waiting time or a right ended as the policy says."""

    type: Literal["clock_expired"] = "clock_expired"
    clock: Slug
    round: int
    due_at: Instant
