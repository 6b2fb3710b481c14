"""How a complaint began, ended and went on."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from workflows.contract.base import Instant, Line, Model
from workflows.contract.filing import FileComplaint
from workflows.contract.vocabulary import Outcome


class Filed(Model):
    """The complaint was received and registered."""

    type: Literal["filed"] = "filed"
    complaint: FileComplaint
    received_at: Instant


class Reopened(Model):
    """It was not solved; the same complaint goes on."""

    type: Literal["reopened"] = "reopened"
    count: int
    reason: Line


class Withdrawn(Model):
    """The complainant took the complaint back."""

    type: Literal["withdrawn"] = "withdrawn"
    reason: Line


class DeclaredOutOfScope(Model):
    """It is not ours to solve; the complainant was told who can."""

    type: Literal["declared_out_of_scope"] = "declared_out_of_scope"
    reason: Line
    referral: Line


class ClosingDeferred(Model):
    """The complaint could be closed, but for tasks of a meeting's decision: with the last of them it will be."""

    type: Literal["closing_deferred"] = "closing_deferred"
    outcome: Outcome
    reason: Line
    tasks: tuple[int, ...]


class Closed(Model):
    """Nothing is owed any more; it can be reopened until the policy's reopening window ends."""

    type: Literal["closed"] = "closed"
    outcome: Outcome
    reason: Line
    referral: Line | None = Field(default=None, description="Who can help, when it is out of scope.")


class Archived(Model):
    """The file is complete and kept."""

    type: Literal["archived"] = "archived"
