"""`evolve(case, entry) -> case`: what a complaint becomes by an event. Total: any recorded history can be folded."""

from __future__ import annotations

from datetime import datetime

from workflows.contract.events import Entry
from workflows.contract.vocabulary import EventType
from workflows.core import (
    adoption,
    attention,
    dialogue,
    ending,
    file,
    kinship,
    meeting,
    ownership,
    solution,
    tasks,
)
from workflows.core.case import Case
from workflows.core.clocks import follow, life
from workflows.core.room import by_all

_CHANGES = by_all(
    ownership.CHANGES,
    solution.CHANGES,
    meeting.CHANGES,
    tasks.CHANGES,
    dialogue.CHANGES,
    attention.CHANGES,
    file.CHANGES,
    kinship.CHANGES,
    ending.CHANGES,
    adoption.CHANGES,
)


def evolve(case: Case, entry: Entry) -> Case:
    """The case after `entry`, clocks included."""
    changes = {
        "sequence": entry.sequence,
        "changed_at": entry.at,
        "settled_at": entry.effective_at or entry.at,
    }
    for change in _CHANGES.get(type(entry.event), ()):
        changes |= change(case, entry.event)
    changed = case.model_copy(update=changes)
    changed = changed.model_copy(update={"happened": _happened(case, changed, entry), "life": life(case, changed)})
    return changed.model_copy(update={"clocks": follow(case, changed, entry)})


def _happened(case: Case, changed: Case, entry: Entry) -> dict[EventType, datetime]:
    """When each kind of event last took effect, in that order: instants alone do not tell what came first."""
    kind = EventType(entry.event.type)
    before = case.happened or {EventType.FILED: case.received_at}
    return {event: at for event, at in before.items() if event is not kind} | {kind: changed.settled_at}
