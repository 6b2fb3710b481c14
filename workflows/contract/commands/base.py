"""What all commands share."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from workflows.contract.base import STORABLE, Model
from workflows.contract.parties import Actor

OWN_IDS = "amends:"
"""So begin the ids of commands that Amends gives by itself. A caller who chose one of them would have the receipt that
Amends' own command is then refused for.
"""


class Command(Model):
    """What all commands share. `command_id` makes a repeat harmless: the same id acts once and gets the same receipt.
    An update without one uses its update id, a signal without one is given the number of the event it causes.
    """

    name: ClassVar[str]
    actor: Actor
    command_id: Annotated[str, StringConstraints(max_length=100), STORABLE] = ""
    seen_sequence: Annotated[int, Field(ge=0)] | None = Field(
        default=None,
        exclude_if=lambda sequence: sequence is None,
        description="The last event its sender had seen; when more has happened, the command is refused as `stale`.",
    )
