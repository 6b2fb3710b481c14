"""What happened to who answers for a complaint and what it is about."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from workflows.contract.base import Line, Model, Name, Slug
from workflows.contract.classification import Classification
from workflows.contract.events.rules import Moved
from workflows.contract.parties import Owner


class Classified(Model):
    """It was assessed, by the classifier or (corrected) by a person, under this version of the policy."""

    type: Literal["classified"] = "classified"
    classification: Classification
    policy: Line = Field(description="Name and version of the policy, `default@3f2a…`.")
    calendar: Line | None = Field(default=None, description="Name and version of the working calendar, if any.")
    reason: Line | None = None
    department_before: Slug | None = Field(default=None, description="Which held the case before it was corrected.")
    department_after: Slug | None = Field(default=None, description="Which holds it with the correction.")
    moved: tuple[Moved, ...] = Field(default=(), description="By the correction, with all that it led to.")


class Assigned(Model):
    """A department and one person in it became responsible."""

    type: Literal["assigned"] = "assigned"
    owner: Owner
    because: Line
    warning: Line | None = Field(
        default=None, description="What somebody should look at, such as that nobody is there."
    )


class Reassigned(Model):
    """Somebody gave the case to another owner."""

    type: Literal["reassigned"] = "reassigned"
    owner: Owner
    reason: Line


class Accepted(Model):
    """The owner took the case in hand."""

    type: Literal["accepted"] = "accepted"
    owner: Owner


class InterestDeclared(Model):
    """A person has an interest in the outcome, and is barred from the case."""

    type: Literal["interest_declared"] = "interest_declared"
    subject: Name
    reason: Line
