"""Commands about who answers for a complaint and what it is about."""

from __future__ import annotations

from workflows.contract.base import Line
from workflows.contract.commands.base import Command
from workflows.contract.parties import Party
from workflows.contract.vocabulary import Nature, Severity


class Accept(Command):
    """The case is mine: the actor becomes the owner and starts investigating."""

    name = "accept"


class Reassign(Command):
    """Give the case to another department, or person in it. Every clock keeps running."""

    name = "reassign"
    to: Party
    reason: Line


class Classify(Command):
    """Correct what the classifier said; the case goes to the department responsible for the corrected nature."""

    name = "classify"
    nature: Nature
    severity: Severity
    reason: Line


COMMANDS: tuple[type[Command], ...] = (Accept, Reassign, Classify)
