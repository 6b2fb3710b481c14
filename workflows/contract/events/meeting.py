"""What happened to the cross-department meeting of a case."""

from __future__ import annotations

from typing import Literal

from workflows.contract.base import Instant, Line, Model, Name, Slug, Text


class MeetingCalled(Model):
    """Departments were invited to decide together."""

    type: Literal["meeting_called"] = "meeting_called"
    number: int
    chair: Name
    departments: tuple[Slug, ...]
    invited: tuple[Name, ...]
    agenda: Text
    starts_at: Instant | None


class MeetingDecided(Model):
    """The meeting reached a decision."""

    type: Literal["meeting_decided"] = "meeting_decided"
    number: int
    present: tuple[Slug, ...]
    minutes: Text
    decision: Line


class MeetingLapsed(Model):
    """The meeting's time limit passed without a decision."""

    type: Literal["meeting_lapsed"] = "meeting_lapsed"
    number: int
