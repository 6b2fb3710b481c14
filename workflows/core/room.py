"""The shape of a room of the core: each mechanism has tables of what it decides, changes, causes and answers.

A room is a module. Its `CONDITIONS` say when a command is possible for an actor, whatever it contains; its `DECISIONS`
what a command makes happen; its `CHANGES` what the case becomes by an event; its `EFFECTS` what it causes outside.
Several rooms may change a case and cause something by the same event: each has its own fields and its own work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from workflows.contract.effects import Effect
from workflows.contract.events import Entry, Event
from workflows.contract.parties import Actor
from workflows.core.case import Case

Key = TypeVar("Key")
Told = TypeVar("Told")

Conditions: TypeAlias = Mapping[str, Callable[[Case, Actor], object]]
"""By command: raises `AmendsError` when no content of the command would be accepted from the actor."""

Decisions: TypeAlias = Mapping[str, Callable[[Case, Any, datetime], tuple[Event, ...]]]
"""By command: what it makes happen; raises `AmendsError` when it is refused."""

Changes: TypeAlias = Mapping[type[Any], Callable[[Case, Any], dict[str, Any]]]
"""By type of event: the fields of the case that it changes. Total: any recorded history can be folded."""

Effects: TypeAlias = Mapping[type[Any], Callable[[Entry, Any, Case], tuple[Effect, ...]]]
"""By type of event: the work it causes, told the entry, its event and the case after it."""

Replies: TypeAlias = Mapping[str, Callable[[Case, Any, datetime], tuple[Event, ...]]]
"""By kind of reply: what the answer of an effect makes happen."""


def by_all(*tables: Mapping[Key, Told]) -> dict[Key, tuple[Told, ...]]:
    """What any of the tables has for each key, in the order of the tables."""
    keys = dict.fromkeys(key for table in tables for key in table)
    return {key: tuple(table[key] for table in tables if key in table) for key in keys}
