"""Commands about the cross-department meeting a case may need."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workflows.contract.base import LIST_MAX_ITEMS, Instant, Line, Slug, Text
from workflows.contract.commands.base import Command


class CallMeeting(Command):
    """Convene the departments a case needs."""

    name = "call_meeting"
    departments: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=LIST_MAX_ITEMS)]
    agenda: Text
    starts_at: Instant | None = Field(default=None, description="Defaults to as soon as everybody is there.")


class DecideMeeting(Command):
    """Record what the meeting decided and who was there."""

    name = "decide_meeting"
    present: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=LIST_MAX_ITEMS)]
    minutes: Text
    decision: Line


COMMANDS: tuple[type[Command], ...] = (CallMeeting, DecideMeeting)
