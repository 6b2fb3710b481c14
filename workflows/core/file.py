"""What is kept with the file of a complaint without moving it: notes."""

from __future__ import annotations

from datetime import datetime

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.events import Event
from workflows.core.case import Case
from workflows.core.room import Changes, Conditions, Decisions, Effects


def _note(_case: Case, command: ask.AddNote, _now: datetime) -> tuple[Event, ...]:
    return (fact.Noted(text=command.text),)


CONDITIONS: Conditions = {}
DECISIONS: Decisions = {"note": _note}
CHANGES: Changes = {}
EFFECTS: Effects = {}
