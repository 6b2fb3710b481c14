"""Commands that change the rules an open complaint goes by."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workflows.contract.assessment import Responsible
from workflows.contract.base import LIST_MAX_ITEMS, Line, Name, Slug
from workflows.contract.calendar import Calendar
from workflows.contract.commands.base import Command
from workflows.contract.policy import Policy


class ExtendClock(Command):
    """Lengthen a running limit, as far as its policy allows it."""

    name = "extend"
    clock: Slug
    reason: Line


class AdoptPolicy(Command):
    """Go on under another version of the policy. Given by `amends policy migrate`, complaint by complaint."""

    name = "adopt_policy"
    policy: Policy
    calendar: Calendar | None = None
    reason: Line


class AmendCalendar(Command):
    """Holidays or working hours have changed. The calendar must be the one the complaint's policy names."""

    name = "amend_calendar"
    calendar: Calendar
    reason: Line


LEFT_MAX_NAMES = 200
"""So many people can have left since a complaint was filed, and still be named in one command."""


class AmendStaff(Command):
    """Other people are in charge, or people have left. What these had to do for the complaint falls to the head.
    Given by `amends staff rollout`, complaint by complaint.
    """

    name = "amend_staff"
    departments: Annotated[dict[Slug, Responsible], Field(min_length=1, max_length=LIST_MAX_ITEMS)]
    executive: Name
    left: Annotated[tuple[Name, ...], Field(max_length=LEFT_MAX_NAMES)] = ()
    reason: Line


COMMANDS: tuple[type[Command], ...] = (ExtendClock, AdoptPolicy, AmendCalendar, AmendStaff)
