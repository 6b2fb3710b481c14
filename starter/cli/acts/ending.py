"""The end of a complaint, and taking it up again."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.acts.options import Reason
from starter.cli.acts.room import Room
from workflows.contract import commands as ask

room = Room("Its end")


@room.command(ask.Withdraw)
def withdraw(reason: Reason) -> None:
    """End the case because the complainant takes it back."""


@room.command(ask.DeclareOutOfScope)
def declare_out_of_scope(reason: Reason, referral: Annotated[str, typer.Option(help="Who can help instead.")]) -> None:
    """End the case because it is not ours to solve."""


@room.command(ask.Close)
def close(reason: Reason) -> None:
    """End a case that was carried out and is not objected to, or whose complainant does not answer."""


@room.command(ask.Reopen)
def reopen(reason: Reason) -> None:
    """Take up a closed case again."""
