"""What passed between the desk and the complainant."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from workflows.contract.base import Instant, Line, Model, Slug, Text
from workflows.contract.vocabulary import WaitingFor


class Acknowledged(Model):
    """A person told the complainant that the complaint is here."""

    type: Literal["acknowledged"] = "acknowledged"
    how: Line


class Informed(Model):
    """The complainant was told how far it has come."""

    type: Literal["informed"] = "informed"
    text: Text


class Asked(Model):
    """The complainant was asked something; work goes on."""

    type: Literal["asked"] = "asked"
    question: Text


class Answered(Model):
    """The complainant answered, or added something, without anything waiting for it."""

    type: Literal["answered"] = "answered"
    answer: Text


class Waiting(Model):
    """Work stopped until somebody outside answers."""

    type: Literal["waiting"] = "waiting"
    waiting_for: WaitingFor
    question: Line
    still_counting: tuple[Slug, ...] = Field(default=(), description="Limits that do not pause, as of a law.")


class ComplainantReminded(Model):
    """The complainant was asked again, because so much of the waiting time is used."""

    type: Literal["complainant_reminded"] = "complainant_reminded"
    clock: Slug
    round: int
    percent: int
    question: Line | None
    due_at: Instant


class Resumed(Model):
    """Work went on, with the answer or because nobody answered in time."""

    type: Literal["resumed"] = "resumed"
    answer: Text | None


class SurveyAnswered(Model):
    """The complainant said whether it is really solved."""

    type: Literal["survey_answered"] = "survey_answered"
    solved: bool
    score: int | None
    comment: Text | None


class CalledBack(Model):
    """The complainant was called back, and said whether it is really solved."""

    type: Literal["called_back"] = "called_back"
    solved: bool
    how: Line
    score: int | None
    comment: Text | None
