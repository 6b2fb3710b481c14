"""Commands about who answers for a complaint and what it is about."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workflows.contract.assignment import Candidate
from workflows.contract.base import LIST_MAX_ITEMS, Line, Name, Slug
from workflows.contract.calendar import Calendar
from workflows.contract.commands.base import Command
from workflows.contract.parties import Party
from workflows.contract.vocabulary import Nature, Severity


class Accept(Command):
    """The case is mine: the actor becomes the owner and starts investigating."""

    name = "accept"


class Assign(Command):
    """Give a case that nobody has accepted to a person of its department: the one named, or else the one who suits it
    best among the candidates.
    """

    name = "assign"
    to: Party | None = Field(default=None, description="Without, the choice is made as at the first assessment.")
    reason: Line | None = None
    candidates_of: Slug | None = Field(default=None, description="Whose people the candidates are; doors fill in both.")
    candidates: Annotated[tuple[Candidate, ...], Field(max_length=LIST_MAX_ITEMS)] = ()
    calendars: Annotated[dict[Slug, Calendar], Field(max_length=LIST_MAX_ITEMS)] = Field(
        default={}, description="By the names that the candidates have them under."
    )


class TakeOver(Command):
    """The case is mine now: for those above its owner, and whoever stands in for an owner who is absent."""

    name = "take_over"
    reason: Line


class Reassign(Command):
    """Give the case to another department, or person in it. Every clock keeps running."""

    name = "reassign"
    to: Party
    reason: Line


class Classify(Command):
    """Correct what the classifier said; the case goes to the department responsible for the corrected nature."""

    name = "classify"
    nature: Nature
    severity: Severity
    reason: Line


class DeclareInterest(Command):
    """Somebody has an interest in the outcome, and keeps out of the case from now on: the actor, or for those above
    them the person named.
    """

    name = "declare_interest"
    subject: Name | None = Field(default=None, description="Defaults to the actor.")
    reason: Line


COMMANDS: tuple[type[Command], ...] = (Accept, Assign, Reassign, TakeOver, Classify, DeclareInterest)
