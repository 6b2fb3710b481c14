"""What is kept with the file of a complaint."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.acts.room import Room
from workflows.contract import commands as ask

room = Room("Its file")


@room.command(ask.AddNote)
def note(text: Annotated[str, typer.Option(help="Something worth knowing later.")]) -> None:
    """Write something down in the journal."""
