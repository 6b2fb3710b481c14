"""What passes between the desk and the complainant."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.acts.room import Room
from workflows.contract import commands as ask
from workflows.contract.vocabulary import WaitingFor

room = Room("With the complainant")


How = Annotated[str, typer.Option(help="How they were told or asked, such as: by telephone, spoke to Ms Wang.")]
Solved = Annotated[bool, typer.Option("--solved/--not-solved", help="Is it really solved? No reopens the case.")]
Score = Annotated[int | None, typer.Option(min=1, max=5, help="5 is best.")]
Comment = Annotated[str | None, typer.Option(help="In the complainant's words.")]


@room.command(ask.Acknowledge)
def acknowledge(how: How) -> None:
    """Record that somebody told the complainant that the complaint is here."""


@room.command(ask.Ask)
def ask_complainant(question: Annotated[str, typer.Option(help="The complainant reads it.")]) -> None:
    """Ask the complainant something while the case goes on; its clocks run."""


@room.command(ask.RecordAnswer)
def record_answer(answer: Annotated[str, typer.Option(help="What the complainant answered, or added.")]) -> None:
    """Record an answer. A case that waits for the complainant goes on with it."""


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
def answer_survey(*, solved: Solved, score: Score = None, comment: Comment = None) -> None:
    """Answer the survey as the complainant. Of a call-back, `confirm` says that it was one."""


@room.command(ask.Confirm)
def confirm(*, solved: Solved, how: How, score: Score = None, comment: Comment = None) -> None:
    """Record a call-back: what the complainant said to somebody who did not carry the solution out."""
