"""All that one run of the complaint workflow hands to the next: a single versioned value, upcast when it is old."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from workflows.contract.approval_rule import ONLY_STEP
from workflows.contract.base import Line, Model
from workflows.contract.effects import Effect, FileSplit, Relay
from workflows.contract.events import Entry
from workflows.contract.meeting import USUAL_DURATION
from workflows.contract.meeting_rule import MeetingRule
from workflows.contract.views import Receipt
from workflows.core.case import Case

VERSION = 3

_CONVENE = "convene_meeting"
"""An effect of the first two versions."""


class State(Model):
    """The case, what is still to be written or done outside, and the receipts that answer repeated commands."""

    version: int = VERSION
    origin_run_id: Line
    case: Case
    entries: tuple[Entry, ...] = ()
    effects: tuple[Effect, ...] = ()
    undelivered: tuple[Line, ...] = ()
    relays: tuple[Relay | FileSplit, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    digests: dict[str, str] = Field(default={}, description="What each command id was used for.")


def restore(carried: dict[str, Any]) -> State:
    """The state a previous run carried over, whatever version wrote it."""
    version = carried.get("version")
    if not isinstance(version, int) or not 1 <= version <= VERSION:
        raise ValueError(f"state version {version} is not known to this build, which knows up to {VERSION}")
    for upcast in _UPCASTS[version - 1 :]:
        carried = upcast(carried)
    return State.model_validate(carried)


def _from_version_1(carried: dict[str, Any]) -> dict[str, Any]:
    """Rungs stood at a percentage only, and did not say so."""
    return carried | {"version": 2, "entries": [_with_rung(entry) for entry in carried.get("entries", [])]}


def _from_version_2(carried: dict[str, Any]) -> dict[str, Any]:
    """An approval had one step, and everybody consented for themselves. A case knew no more of its meeting than the
    departments; who was invited to what stood in the effect that recorded it and invited at once.
    """
    case, effects = dict(carried["case"]), list(carried.get("effects", []))
    if case.get("proposal"):
        proposal = dict(case["proposal"])
        proposal["consents"] = [{"by": name, "step": ONLY_STEP} for name in proposal.pop("approvals", [])]
        case["proposal"] = proposal
    if case.get("meeting"):
        convened: dict[str, Any] = next((effect for effect in effects if effect["kind"] == _CONVENE), {})
        case["meeting"] = _meeting(case, case["meeting"], convened)
    effects = [_invitation(effect, case) if effect["kind"] == _CONVENE else effect for effect in effects]
    return carried | {"version": 3, "case": case, "effects": effects}


def _meeting(case: dict[str, Any], meeting: dict[str, Any], convened: dict[str, Any]) -> dict[str, Any]:
    """With its departments' heads; what has gone out already is not asked for again."""
    heads = case["procedure"]["departments"]
    owner = {"subject": case["owner"]["subject"], "departments": [case["owner"]["department"]]}
    others = [
        {"subject": heads[name]["head"], "departments": [name]} for name in meeting["departments"] if name in heads
    ]
    seats = [owner, *(seat for seat in others if seat["subject"] != owner["subject"])]
    is_asked = bool(convened) and not convened["starts_at"]
    return {
        "number": meeting["number"],
        "departments": meeting["departments"],
        "chair": convened.get("chair", owner["subject"]),
        "seats": seats,
        "agenda": convened.get("agenda", MeetingRule().agenda),
        "asked": convened["sequence"] if is_asked else None,
        "starts_at": convened.get("starts_at"),
        "revision": 0 if convened.get("starts_at") else None,
        "told_call": 1 if convened.get("starts_at") else 0,
    }


def _invitation(convened: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    """What invited at once now invites to a time, or looks for one."""
    same = {name: convened[name] for name in ("sequence", "number", "invited")} | {"call": 1}
    if convened["starts_at"] is None:
        looked_for = {"duration": USUAL_DURATION, "earliest": case["changed_at"]}
        return same | {"kind": "find_time"} | looked_for
    starts_at = datetime.fromisoformat(convened["starts_at"])
    told = {"revision": 0, "status": "called", "starts_at": starts_at, "ends_at": starts_at + USUAL_DURATION}
    return same | told | {"kind": "invite_to_meeting", "chair": convened["chair"], "agenda": convened["agenda"]}


def _with_rung(entry: dict[str, Any]) -> dict[str, Any]:
    event = entry["event"]
    if event["type"] != "rung_reached":
        return entry
    return entry | {"event": {"rung": f"{event['percent']} %"} | event}


_UPCASTS = (_from_version_1, _from_version_2)
"""By the version each reads, in order."""
