"""What a case becomes when the rules it goes by are changed by a recorded command."""

from __future__ import annotations

from typing import Any

from workflows.contract import events as fact
from workflows.contract.vocabulary import Status
from workflows.core.case import Case, Procedure
from workflows.core.people import next_in_line
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


def _staffed(case: Case, event: fact.StaffAmended) -> dict[str, Any]:
    """The procedure with other people in charge. Of a closed case nobody takes over anything: if its owner has left,
    the head answers for it from now on.
    """
    staffed = with_staff(case, event)
    if case.status is Status.CLOSED and case.owner.subject in event.left:
        return {"procedure": staffed.procedure, "owner": next_in_line(staffed, case.owner.department)}
    return {"procedure": staffed.procedure}


def with_staff(case: Case, event: fact.StaffAmended) -> Case:
    """The case with other people in charge, and otherwise as it was."""
    if case.procedure is None:
        return case
    changes = {"departments": event.departments, "executive": event.executive}
    return case.model_copy(update=_with(case.procedure, changes))


def _with(present: Procedure, changes: dict[str, Any]) -> dict[str, Any]:
    return {"procedure": present.model_copy(update=changes)}


CHANGES: Changes = {
    fact.PolicyAdopted: _adopted,
    fact.CalendarAmended: _amended,
    fact.StaffAmended: _staffed,
}
