"""All that one run of the complaint workflow hands to the next: a single versioned value, upcast when it is old."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from workflows.contract.base import Line, Model
from workflows.contract.effects import Effect
from workflows.contract.events import Entry
from workflows.contract.views import Receipt
from workflows.core.case import Case

VERSION = 2


class State(Model):
    """The case, what is still to be written or done outside, and the receipts that answer repeated commands."""

    version: int = VERSION
    origin_run_id: Line
    case: Case
    entries: tuple[Entry, ...] = ()
    effects: tuple[Effect, ...] = ()
    undelivered: tuple[Line, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    digests: dict[str, str] = Field(default={}, description="What each command id was used for.")


def restore(carried: dict[str, Any]) -> State:
    """The state a previous run carried over, whatever version wrote it."""
    version = carried.get("version")
    if version == 1:
        carried = _from_version_1(carried)
    elif version != VERSION:
        raise ValueError(f"state version {version} is not known to this build, which knows up to {VERSION}")
    return State.model_validate(carried)


def _from_version_1(carried: dict[str, Any]) -> dict[str, Any]:
    """Rungs stood at a percentage only, and did not say so."""
    return carried | {"version": 2, "entries": [_with_rung(entry) for entry in carried.get("entries", [])]}


def _with_rung(entry: dict[str, Any]) -> dict[str, Any]:
    event = entry["event"]
    if event["type"] != "rung_reached":
        return entry
    return entry | {"event": {"rung": f"{event['percent']} %"} | event}
