"""What happened to the rules an open complaint goes by."""

from __future__ import annotations

from typing import Literal

from workflows.contract.assessment import Responsible
from workflows.contract.base import Instant, Line, Model, Name, Slug
from workflows.contract.calendar import Calendar
from workflows.contract.limits import Target
from workflows.contract.policy import Policy


class ClockExtended(Model):
    """Somebody entitled lengthened a limit."""

    type: Literal["clock_extended"] = "clock_extended"
    clock: Slug
    round: int
    to: Target
    reason: Line
    due_before: Instant
    due_after: Instant


class Moved(Model):
    """What a change of the rules did to one live clock. A due time that has become past is breached with the change."""

    clock: Slug
    round: int
    due_before: Instant | None
    due_after: Instant | None


class PolicyAdopted(Model):
    """The complaint goes on under another version of the policy; time used and pauses are kept."""

    type: Literal["policy_adopted"] = "policy_adopted"
    before: Line
    after: Line
    policy: Policy
    calendar: Calendar | None
    reason: Line
    moved: tuple[Moved, ...]


class CalendarAmended(Model):
    """Holidays or working hours changed while the complaint was open."""

    type: Literal["calendar_amended"] = "calendar_amended"
    before: Line
    after: Line
    calendar: Calendar
    reason: Line
    moved: tuple[Moved, ...]


class StaffAmended(Model):
    """Other people are in charge while the complaint is open, or people left who had something to do for it."""

    type: Literal["staff_amended"] = "staff_amended"
    departments: dict[Slug, Responsible]
    executive: Name
    left: tuple[Name, ...]
    reason: Line
    moved: tuple[Moved, ...] = ()
