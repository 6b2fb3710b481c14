"""Commands that call on a higher level, or no longer."""

from __future__ import annotations

from pydantic import Field

from workflows.contract.base import Line
from workflows.contract.commands.base import Command
from workflows.contract.vocabulary import Level


class Escalate(Command):
    """Tell the next level, or the one named, that this case needs them."""

    name = "escalate"
    to: Level | None = Field(default=None, description="Defaults to one rung above the present one.")
    reason: Line


class DeEscalate(Command):
    """Hand the case back to a lower level: those above it have done their part."""

    name = "de_escalate"
    to: Level
    reason: Line


COMMANDS: tuple[type[Command], ...] = (Escalate, DeEscalate)
