"""Commands about what passes between the desk and the complainant."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workflows.contract.base import Line, Text
from workflows.contract.commands.base import Command
from workflows.contract.vocabulary import WaitingFor


class Inform(Command):
    """Tell the complainant how far it has come."""

    name = "inform"
    text: Text


class Wait(Command):
    """Nothing can be done until somebody outside answers; pausable clocks stop counting."""

    name = "wait"
    waiting_for: WaitingFor
    question: Line


class Resume(Command):
    """The answer is there."""

    name = "resume"
    answer: Text


class AnswerSurvey(Command):
    """Is it really solved? "No" reopens the same complaint."""

    name = "answer_survey"
    round: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="The solution it is about, as the survey's link says; the present one without."
    )
    solved: bool
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    comment: Text | None = None


COMMANDS: tuple[type[Command], ...] = (Inform, Wait, Resume, AnswerSurvey)
