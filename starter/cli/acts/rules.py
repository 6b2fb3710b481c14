"""The rules one complaint goes by."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.acts.options import Reason
from starter.cli.acts.room import Room
from workflows.contract import commands as ask

room = Room("Its limits")


@room.command(ask.ExtendClock)
def extend(
    clock: Annotated[str, typer.Option(help="The limit to lengthen, as far as its policy allows.")], reason: Reason
) -> None:
    """Lengthen a running limit."""
