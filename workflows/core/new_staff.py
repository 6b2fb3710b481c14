"""Other people in charge of an open complaint, and what becomes of the parts of those who have left."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Event
from workflows.core.case import Case, procedure_in
from workflows.core.foresight import after
from workflows.core.new_rules import moved
from workflows.core.ownership import fallen_to_the_line
from workflows.core.room import Decisions

_NOT_CHANGED_BY_STAFF = {"sequence", "changed_at", "settled_at", "happened", "life"}


def _amend_staff(case: Case, command: ask.AmendStaff, now: datetime) -> tuple[Event, ...]:
    _check_complete(case, command)
    amended = fact.StaffAmended(
        departments=command.departments, executive=command.executive, left=command.left, reason=command.reason
    )
    under_others = after(case, (amended,), command, now)
    led_to = _without_its_owner(under_others, command.left)
    if not led_to and _parts(under_others) == _parts(case):
        raise AmendsError(ErrorCode.ALREADY_THERE, "the complaint knows these people, and misses nobody who has left")
    changed = after(under_others, led_to, command, now)
    return (amended.model_copy(update={"moved": moved(case, changed, now)}), *led_to)


def _without_its_owner(case: Case, left: Collection[str]) -> tuple[Event, ...]:
    """An owner who has left makes way, and one whom an interest bars if there is somebody else now."""
    owner = case.owner.subject
    if owner in left:
        return fallen_to_the_line(case, f"{owner} has left")
    if owner in case.conflicts:
        return fallen_to_the_line(case, f"{owner} has an interest in it")
    return ()


def _check_complete(case: Case, command: ask.AmendStaff) -> None:
    policy = procedure_in(case).policy
    for department in (case.owner.department, *policy.departments.values()):
        if department not in command.departments:
            raise AmendsError(
                ErrorCode.UNKNOWN_DEPARTMENT,
                f"the complaint needs {department}, which has nobody in charge: name its head, or bring the complaint"
                " to another department or policy first",
                "departments",
            )
    in_charge = {command.executive: "executive"}
    for department, responsible in command.departments.items():
        in_charge |= {responsible.head: f"departments.{department}.head"}
        in_charge |= {responsible.lead: f"departments.{department}.lead"} if responsible.lead else {}
    for subject in command.left:
        if subject in in_charge:
            raise AmendsError(
                ErrorCode.INVALID_INPUT, f"{subject} has left and cannot be in charge", in_charge[subject]
            )


def _parts(case: Case) -> dict[str, Any]:
    """All of a case that people have a part in."""
    return {name: value for name, value in case if name not in _NOT_CHANGED_BY_STAFF}


DECISIONS: Decisions = {"amend_staff": _amend_staff}
