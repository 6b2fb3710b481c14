"""Commands on the way of a solution: proposed, approved or refused, carried out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workflows.contract.base import LIST_MAX_ITEMS, Line, Text
from workflows.contract.commands.base import Command
from workflows.contract.parties import Party
from workflows.contract.redress import Redress


class Propose(Command):
    """A solution with its redress, for approval."""

    name = "propose"
    solution: Text
    redress: Annotated[tuple[Redress, ...], Field(max_length=LIST_MAX_ITEMS)] = ()


class Approve(Command):
    """Consent to the present proposal."""

    name = "approve"
    comment: Line | None = None


class Refuse(Command):
    """Send the proposal back to its owner, with the reason."""

    name = "refuse"
    reason: Line


class Delegate(Command):
    """Hand one's own right to decide on the present proposal to a colleague, for as long as it is the present one."""

    name = "delegate"
    to: Party
    reason: Line


class Execute(Command):
    """The approved solution has been carried out."""

    name = "execute"
    result: Text


COMMANDS: tuple[type[Command], ...] = (Propose, Approve, Refuse, Delegate, Execute)
