"""A solution on its way: proposed, approved or refused, carried out."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.acts.options import Reason, party
from starter.cli.acts.room import Fields, Room
from starter.cli.completion import parties
from starter.intake.redress import parse_redress
from workflows.contract import commands as ask

room = Room("The solution")


@room.command(ask.Propose)
def propose(
    solution: Annotated[str, typer.Option(help="What is to be done.")],
    redress: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND[:AMOUNT:CURRENCY][:NOTE]", help="Such as refund:120:CNY or apology. Repeatable."),
    ] = None,
) -> Fields:
    """Put up a solution with its redress for approval."""
    return {"solution": solution, "redress": [parse_redress(written) for written in redress or []]}


@room.command(ask.Approve)
def approve(comment: Annotated[str | None, typer.Option(help="What the owner should know.")] = None) -> None:
    """Consent to the present proposal."""


@room.command(ask.Refuse)
def refuse(reason: Reason) -> None:
    """Send the proposal back to its owner."""


@room.command(ask.Delegate)
def delegate(
    to: Annotated[
        str,
        typer.Option(metavar="DEPARTMENT/PERSON", autocompletion=parties, help="The colleague who decides instead."),
    ],
    reason: Reason,
) -> Fields:
    """Hand your own right to decide on the present proposal to a colleague. It holds for this proposal alone."""
    return {"to": party(to, "to"), "reason": reason}


@room.command(ask.Execute)
def execute(result: Annotated[str, typer.Option(help="What was done; the complainant reads it.")]) -> None:
    """Say that the approved solution has been carried out."""
