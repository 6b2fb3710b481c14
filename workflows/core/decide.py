"""`decide(case, command, now) -> events`: what a permitted command makes happen, or the refusal that says why not."""

from __future__ import annotations

from datetime import datetime

from workflows.contract.commands import Command, Propose
from workflows.contract.events import Event
from workflows.contract.redress import total
from workflows.core import attention, authority, dialogue, ending, file, meeting, new_limits, ownership, solution
from workflows.core.case import Case
from workflows.core.room import Decisions

_DECISIONS: Decisions = {
    **ownership.DECISIONS,
    **solution.DECISIONS,
    **meeting.DECISIONS,
    **dialogue.DECISIONS,
    **attention.DECISIONS,
    **file.DECISIONS,
    **ending.DECISIONS,
    **new_limits.DECISIONS,
}


def decide(case: Case, command: Command, now: datetime) -> tuple[Event, ...]:
    """The events a command causes at `now`, in order; at least one.

    Raises:
        AmendsError: the command is refused and nothing happens.
    """
    amount = total(command.redress) if isinstance(command, Propose) else None
    authority.check(case, command.name, command.actor, amount)
    return _DECISIONS[command.name](case, command, now)
