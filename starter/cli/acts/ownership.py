"""Who answers for a complaint, and what it is about."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.acts.options import Reason, To, party
from starter.cli.acts.room import Fields, Room
from starter.cli.completion import parties, people
from workflows.contract import commands as ask
from workflows.contract.vocabulary import Nature, Severity

room = Room("Who answers for it")


@room.command(ask.Accept)
def accept() -> None:
    """Take the case in hand."""


@room.command(ask.Assign)
def assign(
    to: Annotated[
        str | None,
        typer.Option(
            metavar="DEPARTMENT/PERSON",
            autocompletion=parties,
            help="Somebody of the department that holds it.",
            show_default="whom it suits best",
        ),
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why; it is kept in the journal.")] = None,
) -> Fields:
    """Give a case that nobody has accepted to a person of its department.

    Without --to the choice is made by skill, language, working hours and load.
    """
    return {"to": party(to, "to") if to else None, "reason": reason}


@room.command(ask.TakeOver)
def take_over(reason: Reason) -> None:
    """Take a case in hand that somebody else owns: for those above them, and deputies of owners who are absent."""


@room.command(ask.DeclareInterest)
def declare_interest(
    reason: Reason,
    subject: Annotated[
        str | None,
        typer.Option(metavar="USER", autocompletion=people, help="Whose interest it is.", show_default="whoever acts"),
    ] = None,
) -> None:
    """Keep somebody out of the case who has an interest in its outcome. What they own falls to the head."""


@room.command(ask.Reassign)
def reassign(to: To, reason: Reason) -> Fields:
    """Give the case to another department or person. Every clock keeps running."""
    return {"to": party(to, "to"), "reason": reason}


@room.command(ask.Classify)
def classify(
    nature: Annotated[Nature, typer.Option(help="What it is about.")],
    severity: Annotated[Severity, typer.Option(help="How bad it is.")],
    reason: Reason,
) -> None:
    """Correct what the classifier said; the case goes to the department responsible."""
