"""All that one run of the complaint workflow hands to the next: a single versioned value, upcast when it is old."""

from __future__ import annotations

from typing import Any

from workflows.contract.base import Line, Model
from workflows.contract.effects import Effect
from workflows.contract.events import Entry
from workflows.contract.views import Receipt
from workflows.core.case import Case

VERSION = 1

RECEIPTS_KEPT = 200
"""How many command ids are remembered for repeats: far more than a caller has in flight, small enough to carry."""


class State(Model):
    """The case, what is still to be written or done outside, and the receipts that answer repeated commands."""

    version: int = VERSION
    origin_run_id: Line
    case: Case
    entries: tuple[Entry, ...] = ()
    effects: tuple[Effect, ...] = ()
    undelivered: tuple[Line, ...] = ()
    receipts: tuple[Receipt, ...] = ()


def restore(carried: dict[str, Any]) -> State:
    """The state a previous run carried over, whatever version wrote it."""
    version = carried.get("version")
    if version != VERSION:
        raise ValueError(f"state version {version} is not known to this build, which knows {VERSION}")
    return State.model_validate(carried)
