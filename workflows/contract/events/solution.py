"""What happened to a solution on its way."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from workflows.contract.approval_rule import ONLY_STEP
from workflows.contract.base import Line, Model, Name, Slug, Text
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import Level


class Proposed(Model):
    """A solution was put up for approval."""

    type: Literal["proposed"] = "proposed"
    round: int
    by: Name
    solution: Text
    redress: tuple[Redress, ...]
    decided_by: Line | None = Field(
        default=None,
        exclude_if=lambda reference: reference is None,
        description="The complaint that leads its major event, whose approval this needs no other beside.",
    )


class Delegated(Model):
    """Somebody handed their right to decide on the proposal to a colleague, for this round."""

    type: Literal["delegated"] = "delegated"
    round: int
    step: Slug
    by: Name
    to: Name
    reason: Line


class ApprovalGranted(Model):
    """One person consented; `needed` more must in this step."""

    type: Literal["approval_granted"] = "approval_granted"
    round: int
    by: Name
    step: Slug = ONLY_STEP
    on_behalf_of: Name | None = Field(
        default=None, description="Whose right it was: of somebody absent, or of somebody who handed it over."
    )
    needed: int
    comment: Line | None


class ApprovalStepPassed(Model):
    """Everybody needed in one step has consented, and others still have to: `next` are the steps that are open now."""

    type: Literal["approval_step_passed"] = "approval_step_passed"
    round: int
    step: Slug
    next: tuple[Slug, ...]


class ApprovalEscalated(Model):
    """A limit passed while a step was open; people of this level may decide in it, too."""

    type: Literal["approval_escalated"] = "approval_escalated"
    round: int
    step: Slug
    to: Level


class Approved(Model):
    """Everybody needed has consented."""

    type: Literal["approved"] = "approved"
    round: int


class Refused(Model):
    """The proposal went back to its owner."""

    type: Literal["refused"] = "refused"
    round: int
    by: Name
    on_behalf_of: Name | None = None
    reason: Line


class Executed(Model):
    """The approved solution was carried out."""

    type: Literal["executed"] = "executed"
    round: int
    result: Text
    by: Name | None = None
