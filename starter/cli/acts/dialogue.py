"""What passes between the desk and the complainant."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.acts.room import Room
from workflows.contract import commands as ask
from workflows.contract.vocabulary import WaitingFor

room = Room("With the complainant")


@room.command(ask.Inform)
def inform(text: Annotated[str, typer.Option(help="How far it has come; the complainant reads it.")]) -> None:
    """Tell the complainant how far it has come."""


@room.command(ask.Wait)
def wait(
    question: Annotated[str, typer.Option(help="What is asked.")],
    waiting_for: Annotated[WaitingFor, typer.Option("--for", help="Who has to answer.")] = WaitingFor.COMPLAINANT,
) -> None:
    """Wait for an answer from outside; pausable clocks stop counting."""


@room.command(ask.Resume)
def resume(answer: Annotated[str, typer.Option(help="What was answered.")]) -> None:
    """Go on with the answer."""


@room.command(ask.AnswerSurvey)
def answer_survey(
    *,
    solved: Annotated[bool, typer.Option("--solved/--not-solved", help="Is it really solved? No reopens the case.")],
    score: Annotated[int | None, typer.Option(min=1, max=5, help="5 is best.")] = None,
    comment: Annotated[str | None, typer.Option(help="In the complainant's words.")] = None,
) -> None:
    """Answer the survey for the complainant, for example after a call-back."""
