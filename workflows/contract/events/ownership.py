"""What happened to who answers for a complaint and what it is about."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from workflows.contract.base import Line, Model
from workflows.contract.classification import Classification
from workflows.contract.parties import Owner


class Classified(Model):
    """It was assessed, by the classifier or (corrected) by a person, under this version of the policy."""

    type: Literal["classified"] = "classified"
    classification: Classification
    policy: Line = Field(description="Name and version of the policy, `default@3f2a…`.")
    calendar: Line | None = Field(default=None, description="Name and version of the working calendar, if any.")
    reason: Line | None = None


class Assigned(Model):
    """A department and one person in it became responsible."""

    type: Literal["assigned"] = "assigned"
    owner: Owner
    because: Line


class Reassigned(Model):
    """Somebody gave the case to another owner."""

    type: Literal["reassigned"] = "reassigned"
    owner: Owner
    reason: Line


class Accepted(Model):
    """The owner took the case in hand."""

    type: Literal["accepted"] = "accepted"
    owner: Owner
