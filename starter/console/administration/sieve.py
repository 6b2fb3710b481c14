"""Filters of a list, which the page's address holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict

from nicegui.element import Element

from starter.console.visit import Visit


class Option(TypedDict):
    """One answer; an empty value is any."""

    value: str
    label: str


class Sifted(TypedDict, total=False):
    """What a list can be filtered by; without options it is text."""

    name: str
    label: str
    value: str
    options: list[Option]


class _Sieve(Element, component="sieve.js"):
    """The filters in the browser."""


def sieve(visit: Visit, fields: Sequence[Sifted]) -> None:
    """Put them on the page."""
    says = {"name": visit.say("administration.filters"), "clear": visit.say("administration.clear_filters")}
    _Sieve().props.update(fields=list(fields), says=says)


def among(visit: Visit, name: str, label: str, options: Mapping[str, str] | Iterable[tuple[str, str]]) -> Sifted:
    """One of some answers, or any."""
    pairs = options.items() if isinstance(options, Mapping) else options
    value = visit.query.get(name, "")
    known = [Option(value=each, label=said) for each, said in pairs]
    if value not in {option["value"] for option in known}:
        value = ""
    anything = Option(value="", label=visit.say("administration.any"))
    return Sifted(name=name, label=label, value=value, options=[anything, *known])
