"""Commands about what passes between the desk and the complainant."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workflows.contract.base import Line, Text
from workflows.contract.commands.base import Command
from workflows.contract.vocabulary import WaitingFor

Score = Annotated[int, Field(ge=1, le=5)]
"""How content the complainant is; 5 is best."""


class Acknowledge(Command):
    """The complainant was told by a person that the complaint is here."""

    name = "acknowledge"
    how: Line = Field(description="Such as `by telephone, spoke to Ms Wang`.")


class Inform(Command):
    """Tell the complainant how far it has come."""

    name = "inform"
    text: Text


class Ask(Command):
    """Ask the complainant something, while the case goes on and its clocks run."""

    name = "ask"
    question: Text


class RecordAnswer(Command):
    """What the complainant answered, or added. A case that waits for the complainant goes on with it."""

    name = "record_answer"
    answer: Text


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
    score: Score | None = None
    comment: Text | None = None


class Confirm(Command):
    """The complainant was called back and said whether it is really solved. "No" reopens the same complaint."""

    name = "confirm"
    solved: bool
    how: Line = Field(description="Such as `by telephone, spoke to Ms Wang`.")
    score: Score | None = None
    comment: Text | None = None


COMMANDS: tuple[type[Command], ...] = (
    Acknowledge,
    Inform,
    Ask,
    RecordAnswer,
    Wait,
    Resume,
    AnswerSurvey,
    Confirm,
)
