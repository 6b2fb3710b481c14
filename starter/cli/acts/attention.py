"""Calling on a higher level."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.acts.options import Reason
from starter.cli.acts.room import Room
from workflows.contract import commands as ask
from workflows.contract.vocabulary import Level

room = Room("Who is told")


@room.command(ask.Escalate)
def escalate(
    reason: Reason,
    to: Annotated[
        Level | None, typer.Option(help="Whom to tell.", show_default="one rung above the present one")
    ] = None,
) -> None:
    """Tell a higher level that this case needs them."""


@room.command(ask.DeEscalate)
def de_escalate(to: Annotated[Level, typer.Option(help="Who goes on with it.")], reason: Reason) -> None:
    """Hand the case back to a lower level: those above it have done their part."""
