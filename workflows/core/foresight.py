"""What a case would be after events that have not been recorded yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from workflows.contract.commands import Command
from workflows.contract.events import Entry, Event
from workflows.core.case import Case
from workflows.core.evolve import evolve


def after(case: Case, events: Iterable[Event], command: Command, now: datetime) -> Case:
    """The case, if `command` led to these events now."""
    for event in events:
        entry = Entry(
            sequence=case.sequence + 1, at=now, actor=command.actor, command_id=command.command_id, event=event
        )
        case = evolve(case, entry)
    return case
