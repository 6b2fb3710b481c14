"""What a case becomes when the rules it goes by are changed by a recorded command."""

from __future__ import annotations

from typing import Any

from workflows.contract import events as fact
from workflows.core.case import Case, Procedure
from workflows.core.room import Changes


def _adopted(case: Case, event: fact.PolicyAdopted) -> dict[str, Any]:
    """The procedure under another policy. The rules of clocks that it no longer has stay on file."""
    present = case.procedure
    if present is None:
        return {}
    kept = {rule.name for rule in event.policy.clocks}
    gone = sorted({clock.name for clock in case.clocks} - kept)
    changes = {
        "policy": event.policy,
        "version": event.after,
        # A policy that needs none keeps it: the clocks of the one before are still told by it.
        "calendar": event.calendar or present.calendar,
        "retired": tuple(present.rule(name) for name in gone),
    }
    return _with(present, changes)


def _amended(case: Case, event: fact.CalendarAmended) -> dict[str, Any]:
    return _with(case.procedure, {"calendar": event.calendar}) if case.procedure else {}


def _with(present: Procedure, changes: dict[str, Any]) -> dict[str, Any]:
    return {"procedure": present.model_copy(update=changes)}


CHANGES: Changes = {fact.PolicyAdopted: _adopted, fact.CalendarAmended: _amended}
