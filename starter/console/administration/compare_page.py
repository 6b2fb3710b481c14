"""Two policies side by side: what one says and the other does not."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import groupby

from nicegui import ui

from starter.console.administration.difference_words import in_words
from starter.console.administration.grid import Cell, Column, Grid, Part, Row
from starter.console.administration.policy_page import rules_in_words
from starter.console.administration.room import room, title, today
from starter.console.administration.sieve import among, sieve
from starter.console.frame import staff_page
from starter.console.visit import Visit
from starter.policy.differences import differences
from starter.policy.shelf import shelf
from starter.policy.sources import in_force

_COLUMNS = ("field", "before", "after")


@staff_page("/administration/policies/compare", "administration.policies.compare")
async def compare(visit: Visit) -> None:
    """Which two, and how they differ."""
    found = (await shelf(visit.office.engine, today(visit))).policies
    room(visit, "policies", visit.say("administration.policies.compare"))
    labels = {each.label: f"{each.title} ({each.label})" for each in found}
    sides = [among(visit, side, visit.say(f"administration.compare.{side}"), labels) for side in ("before", "after")]
    sieve(visit, sides)
    before, after = (side["value"] for side in sides)
    if not before or not after:
        ui.label(visit.say("administration.compare.choose")).classes("quiet")
        return
    await _differences(visit, before, after)


async def _differences(visit: Visit, before: str, after: str) -> None:
    engine, day = visit.office.engine, today(visit)
    old, new = [(await in_force(label, lambda: nullcontext(engine), day))[0] for label in (before, after)]
    words = await rules_in_words(visit)
    found = list(in_words(differences(old, new), words, visit.language))
    if not found:
        ui.label(visit.say("administration.compare.same"))
    columns = [Column(name=name, label=visit.say(f"administration.compare.{name}")) for name in _COLUMNS]
    for part, rows in groupby(found, key=lambda each: each.part):
        with ui.element("section").classes("card part compared"):
            title(part)
            listed: list[Row] = [
                {
                    "key": str(place),
                    "field": each.field or visit.say("administration.compare.all_of_it"),
                    "before": _said(visit, each.before),
                    "after": _said(visit, each.after),
                }
                for place, each in enumerate(rows)
            ]
            Grid(columns, listed, caption=part, nothing="")


def _said(visit: Visit, lines: tuple[str, ...]) -> Cell:
    if not lines:
        return Part(text=visit.say("administration.compare.not_said"), tone="quiet")
    return [Part(text=line, line=True) for line in lines]
