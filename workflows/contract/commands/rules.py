"""Commands that change the rules an open complaint goes by."""

from __future__ import annotations

from workflows.contract.base import Line, Slug
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


COMMANDS: tuple[type[Command], ...] = (ExtendClock, AdoptPolicy, AmendCalendar)
