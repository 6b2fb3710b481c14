"""What a complaint has to do with others. What complaints tell each other has no subcommands: Amends alone gives it."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.acts.options import Departments, Reason
from starter.cli.acts.room import Room
from starter.cli.completion import references
from workflows.contract import commands as ask
from workflows.contract.vocabulary import Kinship

room = Room("Other complaints")

Text = Annotated[str, typer.Option(help="What the complainants are told.")]


@room.command(ask.LinkTo)
def link(
    reference: Annotated[str, typer.Argument(metavar="OTHER", autocompletion=references, help="The other complaint.")],
    reason: Reason,
    relation: Annotated[Kinship, typer.Option(help="What this one is to the other.")] = Kinship.RELATED,
) -> None:
    """Show on both that they have to do with each other."""


@room.command(ask.Merge)
def merge(
    into: Annotated[
        str,
        typer.Argument(
            metavar="SURVIVOR", autocompletion=references, help="The complaint it is handled together with."
        ),
    ],
    reason: Reason,
) -> None:
    """End a duplicate: its complainant is told what becomes of the other. Asks the other one first."""


@room.command(ask.Split)
def split(
    text: Annotated[str, typer.Option(help="The part, in the complainant's words.")],
    reason: Reason,
    subject: Annotated[str | None, typer.Option(help="The part in one line.")] = None,
) -> None:
    """File a part that is another matter as a complaint of its own."""


@room.command(ask.DeclareMajorEvent)
def declare_major_event(
    title: Annotated[str, typer.Option(help="What has happened, in one line.")],
    departments: Departments,
    plan: Annotated[str, typer.Option(help="Who tells whom what, and when.")],
    spokesperson: Annotated[str | None, typer.Option(help="Who alone speaks to the outside.")] = None,
    statement: Annotated[
        str | None, typer.Option(help="What complainants are told now, and those of complaints that join later.")
    ] = None,
) -> None:
    """Have this complaint lead many with one cause. Heads and leads of the departments are told at once."""


@room.command(ask.JoinEvent)
def join_event(
    parent: Annotated[
        str, typer.Argument(metavar="PARENT", autocompletion=references, help="The complaint that leads the event.")
    ],
    reason: Reason,
) -> None:
    """Join a major event: its statements and its decision are this complaint's, too."""


@room.command(ask.LeaveEvent)
def leave_event(reason: Reason) -> None:
    """Leave the major event: it has another cause after all."""


@room.command(ask.Broadcast)
def broadcast(text: Text) -> None:
    """Tell the complainants of all complaints of the event the same."""
