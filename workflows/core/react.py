"""`react(entry, case) -> effects`: the work in the outside world that an event causes."""

from __future__ import annotations

from workflows.contract.effects import Effect
from workflows.contract.events import Entry
from workflows.core import attention, dialogue, ending, file, meeting, ownership, solution
from workflows.core.case import Case
from workflows.core.room import Effects

_EFFECTS: Effects = {
    **ownership.EFFECTS,
    **solution.EFFECTS,
    **meeting.EFFECTS,
    **dialogue.EFFECTS,
    **attention.EFFECTS,
    **file.EFFECTS,
    **ending.EFFECTS,
}


def react(entry: Entry, case: Case) -> tuple[Effect, ...]:
    """The effects of `entry`; `case` is the case after it."""
    effects = _EFFECTS.get(type(entry.event))
    return effects(entry, entry.event, case) if effects else ()
