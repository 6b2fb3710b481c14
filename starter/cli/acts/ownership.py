"""Who answers for a complaint, and what it is about."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.acts.options import Reason, To, party
from starter.cli.acts.room import Fields, Room
from workflows.contract import commands as ask
from workflows.contract.vocabulary import Nature, Severity

room = Room("Who answers for it")


@room.command(ask.Accept)
def accept() -> None:
    """Take the case in hand."""


@room.command(ask.Reassign)
def reassign(to: To, reason: Reason) -> Fields:
    """Give the case to another department or person. Every clock keeps running."""
    return {"to": party(to), "reason": reason}


@room.command(ask.Classify)
def classify(
    nature: Annotated[Nature, typer.Option(help="What it is about.")],
    severity: Annotated[Severity, typer.Option(help="How bad it is.")],
    reason: Reason,
) -> None:
    """Correct what the classifier said; the case goes to the department responsible."""
