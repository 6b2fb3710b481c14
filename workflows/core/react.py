"""`react(entry, case) -> effects`: the work in the outside world that an event causes."""

from __future__ import annotations

from workflows.contract.effects import Effect
from workflows.contract.events import Entry
from workflows.core import attention, dialogue, ending, file, kinship, meeting, ownership, solution, tasks
from workflows.core.case import Case
from workflows.core.room import by_all

_EFFECTS = by_all(
    ownership.EFFECTS,
    solution.EFFECTS,
    meeting.EFFECTS,
    tasks.EFFECTS,
    dialogue.EFFECTS,
    attention.EFFECTS,
    file.EFFECTS,
    ending.EFFECTS,
    kinship.EFFECTS,
)


def react(entry: Entry, case: Case) -> tuple[Effect, ...]:
    """The effects of `entry`; `case` is the case after it."""
    causes = _EFFECTS.get(type(entry.event), ())
    return tuple(effect for cause in causes for effect in cause(entry, entry.event, case))
