"""`decide(case, command, now) -> events`: what a permitted command makes happen, or the refusal that says why not."""

from __future__ import annotations

from datetime import datetime

from workflows.contract.commands import Command, Propose
from workflows.contract.events import Event
from workflows.contract.redress import total
from workflows.core import (
    attention,
    authority,
    correction,
    dialogue,
    ending,
    file,
    kinship,
    meeting,
    new_limits,
    new_staff,
    ownership,
    solution,
    tasks,
)
from workflows.core.case import Case
from workflows.core.room import Decisions

_DECISIONS: Decisions = {
    **ownership.DECISIONS,
    **correction.DECISIONS,
    **solution.DECISIONS,
    **meeting.DECISIONS,
    **tasks.DECISIONS,
    **dialogue.DECISIONS,
    **attention.DECISIONS,
    **file.DECISIONS,
    **kinship.DECISIONS,
    **ending.DECISIONS,
    **new_limits.DECISIONS,
    **new_staff.DECISIONS,
}


def decide(case: Case, command: Command, now: datetime) -> tuple[Event, ...]:
    """The events a command causes at `now`, in order; at least one.

    Raises:
        AmendsError: the command is refused and nothing happens.
    """
    amount = total(command.redress) if isinstance(command, Propose) else None
    authority.check(case, command.name, command.actor, amount)
    return _DECISIONS[command.name](case, command, now)
