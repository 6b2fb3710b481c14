"""How two policies differ: clock by clock, field by field, and in the days of their calendars."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import JsonValue

from infra.rule_sets import RuleSet
from workflows.contract.base import Model
from workflows.contract.calendar import Calendar
from workflows.contract.clock_rule import ClockRule

_UNITS = {"days", "weeks", "months"}

CLOCKS, DAYS = "clocks", "calendar_days"
"""What places of clocks, and of what calendars say of days, begin with."""


class Difference(Model):
    """A field that differs; what is not there, or left at its default, is none.

    `place` is the path in the document, with a clock under its name: `clocks.first_reply.target.low`. A clock or
    calendar that only one of the two has is one difference, with all its fields.
    """

    place: str
    before: JsonValue
    after: JsonValue


def differences(before: RuleSet, after: RuleSet) -> list[Difference]:
    """All differences: general fields, then clocks, then what the calendars say of days."""
    old, new = before.policy, after.policy
    general = [each.model_dump(mode="json", exclude={"clocks"}, exclude_defaults=True) for each in (old, new)]
    found = list(_between("", *general))
    old_clocks, new_clocks = ({clock.name: clock for clock in each.clocks} for each in (old, new))
    for name in {**old_clocks, **new_clocks}:
        found.extend(_between(f"{CLOCKS}.{name}", _stated(old_clocks.get(name)), _stated(new_clocks.get(name))))
    return [*found, *_between(DAYS, _days(before.calendar), _days(after.calendar))]


def _stated(rule: ClockRule | None) -> JsonValue:
    return None if rule is None else rule.model_dump(mode="json", exclude_defaults=True)


def _days(calendar: Calendar | None) -> JsonValue:
    """Without the offsets from UTC, which follow from the time zone and the years that were written out."""
    return None if calendar is None else calendar.model_dump(mode="json", exclude={"offsets"}, exclude_defaults=True)


def _between(place: str, before: Any, after: Any) -> Iterator[Difference]:
    """Field by field where both have fields. Lists are compared whole, as a ladder is read at one glance, and so are
    targets such as `{days: 15}`.
    """
    if before == after:
        return
    if not (isinstance(before, dict) and isinstance(after, dict)) or set(before) <= _UNITS or set(after) <= _UNITS:
        yield Difference(place=place, before=before, after=after)
        return
    for name in {**before, **after}:
        yield from _between(f"{place}.{name}" if place else name, before.get(name), after.get(name))
