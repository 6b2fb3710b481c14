"""What a complaint has to do with others: the room whose mechanisms are links, merging, and major events."""

from __future__ import annotations

from workflows.core import links, major_event, merging
from workflows.core.room import Changes, Conditions, Decisions, Effects

CONDITIONS: Conditions = {**links.CONDITIONS, **merging.CONDITIONS, **major_event.CONDITIONS}
DECISIONS: Decisions = {**links.DECISIONS, **merging.DECISIONS, **major_event.DECISIONS}
CHANGES: Changes = {**links.CHANGES, **merging.CHANGES, **major_event.CHANGES}
EFFECTS: Effects = {**links.EFFECTS, **merging.EFFECTS, **major_event.EFFECTS}
