"""All policies: which are in force, how long, and how many open complaints are under each."""

from __future__ import annotations

from datetime import date

from nicegui import ui

from starter.console.administration.grid import Cell, Column, Grid, Part, Row
from starter.console.administration.rights import may_change_rules
from starter.console.administration.room import PLACE, notice, room, title, today
from starter.console.frame import staff_page
from starter.console.visit import Visit
from starter.policy.shelf import Shelved, shelf

_COLUMNS = ("policy", "standing", "valid", "published", "open", "actions")
_VERSION_CHARACTERS = 12


@staff_page("/administration", "administration.rooms.policies")
@staff_page("/administration/policies", "administration.rooms.policies")
async def policies(visit: Visit) -> None:
    """Published ones first, then those that come with Amends."""
    found = await shelf(visit.office.engine, today(visit))
    room(visit, "policies", within=visit.say("administration.policies.says"))
    with ui.element("div").classes("room-tools"):
        if may_change_rules(visit):
            _link(visit, "publish", "publish", "publish")
        else:
            ui.label(visit.say("administration.policies.not_yours")).classes("quiet")
        if len(found.policies) > 1:
            _link(visit, "compare", "compare", "difference")
    published = [each for each in found.policies if each.publication]
    shipped = [each for each in found.policies if not each.publication]
    for name, policies in (("published", published), ("shipped", shipped)):
        with ui.element("section").classes("card part"):
            heading = visit.say(f"administration.policies.{name}")
            title(heading)
            nothing = visit.say("administration.policies.nothing_published")
            Grid(columns(visit), [_row(visit, each) for each in policies], caption=heading, nothing=nothing)
    if found.elsewhere:
        listed = visit.say("administration.rules.and").join(f"{label} ({n})" for label, n in found.elsewhere.items())
        notice(visit.say("administration.policies.elsewhere", policies=listed), icon="help", tone="warn")


def columns(visit: Visit) -> list[Column]:
    """What is said of each."""
    looks = {"open": "number", "actions": "actions", "valid": "nowrap", "published": "nowrap"}
    return [
        Column(
            name=name,
            label=visit.say(f"administration.policies.columns.{name}"),
            look=looks.get(name, ""),
            hidden=name == "actions",
        )
        for name in _COLUMNS
    ]


def _link(visit: Visit, name: str, path: str, icon: str) -> None:
    with ui.link(target=f"{PLACE}/policies/{path}").classes("tool"):
        ui.icon(icon).props('aria-hidden="true"')
        ui.label(visit.say(f"administration.policies.{name}"))


def _row(visit: Visit, policy: Shelved) -> Row:
    address = address_of(policy.label)
    actions: list[Part] = []
    if policy.is_valid and not policy.unconfirmed and may_change_rules(visit):
        actions.append(Part(text=visit.say("administration.policies.migrate"), href=f"{address}/migrate"))
    return {
        "key": policy.label,
        "policy": [
            Part(text=policy.title, href=address),
            Part(text=f"{policy.name}@{policy.version[:_VERSION_CHARACTERS]}", mono=True, tone="quiet", below=True),
        ],
        "standing": _standing(visit, policy),
        "valid": term(visit, policy.valid_from, policy.valid_to),
        "published": _published(visit, policy),
        "open": str(policy.open_complaints),
        "actions": actions,
    }


def _standing(visit: Visit, policy: Shelved) -> Cell:
    if policy.in_force:
        is_ours = policy.name == visit.office.settings.policy
        key, icon, tone = ("in_force", "check_circle", "good") if is_ours else ("ready", "check", "quiet")
        parts = [Part(text=visit.say(f"administration.policies.{key}"), icon=icon, tone=tone)]
    elif not policy.is_valid:
        parts = [Part(text=visit.say("administration.policies.not_valid"), icon="event_busy", tone="quiet")]
    else:
        parts = [Part(text=visit.say("administration.policies.replaced"), icon="history", tone="quiet")]
    if policy.unconfirmed:
        said = visit.say("administration.policies.unconfirmed", count=len(policy.unconfirmed))
        parts.append(Part(text=said, icon="warning", tone="warn", below=True, title=", ".join(policy.unconfirmed)))
    return parts


def _published(visit: Visit, policy: Shelved) -> Cell:
    row = policy.publication
    if row is None:
        return Part(text=visit.say("administration.policies.with_amends"), tone="quiet")
    parts: list[Part | str] = [
        visit.moments.short(row.published_at),
        Part(text=row.published_by, tone="quiet", below=True),
    ]
    return [*parts, Part(text=row.note, tone="quiet", below=True)] if row.note else parts


def term(visit: Visit, valid_from: date | None, valid_to: date | None) -> str:
    """From when to when a policy may be put in force."""
    days = {"start": valid_from and valid_from.isoformat(), "end": valid_to and valid_to.isoformat()}
    match valid_from, valid_to:
        case None, None:
            return visit.say("administration.policies.always")
        case _, None:
            return visit.say("administration.policies.from", **days)
        case None, _:
            return visit.say("administration.policies.until", **days)
        case _:
            return visit.say("administration.policies.between", **days)


def address_of(label: str) -> str:
    """The page of a version of a policy."""
    return f"{PLACE}/policies/of/{label}"
