"""The cross-department meeting a case may need."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.acts.options import Departments
from starter.cli.acts.room import Room
from starter.cli.completion import departments as known_departments
from workflows.contract import commands as ask

room = Room("The meeting")


@room.command(ask.CallMeeting)
def call_meeting(
    departments: Departments,
    agenda: Annotated[str, typer.Option(help="What is to be decided.")],
    starts_at: Annotated[
        str | None, typer.Option(help="Such as 2026-03-01T09:30:00+08:00.", show_default="soon")
    ] = None,
) -> None:
    """Convene the departments a case needs."""


@room.command(ask.DecideMeeting)
def decide_meeting(
    present: Annotated[
        list[str],
        typer.Option(autocompletion=known_departments, help="A department that was there; repeat for more."),
    ],
    minutes: Annotated[str, typer.Option(help="What was said.")],
    decision: Annotated[str, typer.Option(help="What was decided.")],
) -> None:
    """Record what the meeting decided."""
