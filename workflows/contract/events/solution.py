"""What happened to a solution on its way."""

from __future__ import annotations

from typing import Literal

from workflows.contract.base import Line, Model, Name, Text
from workflows.contract.redress import Redress


class Proposed(Model):
    """A solution was put up for approval."""

    type: Literal["proposed"] = "proposed"
    round: int
    by: Name
    solution: Text
    redress: tuple[Redress, ...]


class ApprovalGranted(Model):
    """One person consented; `needed` more must."""

    type: Literal["approval_granted"] = "approval_granted"
    round: int
    by: Name
    needed: int
    comment: Line | None


class Approved(Model):
    """Everybody needed has consented."""

    type: Literal["approved"] = "approved"
    round: int


class Refused(Model):
    """The proposal went back to its owner."""

    type: Literal["refused"] = "refused"
    round: int
    by: Name
    reason: Line


class Executed(Model):
    """The approved solution was carried out."""

    type: Literal["executed"] = "executed"
    round: int
    result: Text
