"""Differences between two policies as people read them on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import typer
from pydantic import TypeAdapter

from starter.cli.policy_text import print_clock
from starter.cli.terminal import plain, stdout, written
from starter.policy.differences import CLOCKS, DAYS, Difference
from starter.policy.words import extension_in_words, rung_in_words, target_in_words
from workflows.contract.clock_rule import ClockRule, Extension, Rung
from workflows.contract.limits import Counts

_DURATION = TypeAdapter(timedelta)


def print_differences(before: str, after: str, found: Sequence[Difference]) -> None:
    """Each field that differs, under its clock; clocks that only one of the two has, in words."""
    if not found:
        typer.echo(f"{before} and {after} say the same.")
        return
    _line(f"{before} -> {after}")
    heading = ""
    for difference in found:
        part, field = _heading(difference.place)
        if part != heading:
            heading = part
            _line(f"\n{part}")
        if field:
            _line(f"  {field}: {_value(field, difference.before)} -> {_value(field, difference.after)}")
        elif part == DAYS:
            _line(f"  {_calendar(difference.before)} -> {_calendar(difference.after)}")
        else:
            _line("  is there only " + ("after:" if difference.before is None else "before:"))
            print_clock(ClockRule.model_validate(difference.after or difference.before))


def _heading(place: str) -> tuple[str, str]:
    part, _, rest = place.partition(".")
    if part == CLOCKS:
        clock, _, field = rest.partition(".")
        return f"clock {clock}", field
    return (part, rest) if part == DAYS else ("general", place)


def _calendar(value: Any) -> str:
    return "(no calendar)" if value is None else f"{value['name']} in {value['timezone']}"


def _value(field: str, value: Any) -> str:
    match value:
        case None:
            return "(not set)"
        case str() if field.startswith("target."):
            return target_in_words(_DURATION.validate_python(value), Counts.BUSINESS_HOUR)
        case dict():
            return " ".join(f"{number} {unit}" for unit, number in value.items())
        case list():
            return ", ".join(_item(field, item) for item in value) or "(none)"
        case _:
            return written(value)


def _item(field: str, item: Any) -> str:
    match field:
        case "ladder":
            return rung_in_words(Rung.model_validate(item))
        case "extensions":
            return extension_in_words(Extension.model_validate(item), Counts.BUSINESS_HOUR)
        case _:
            return _value("", item)


def _line(text: str) -> None:
    stdout().print(plain(text), soft_wrap=True)
