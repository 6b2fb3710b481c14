"""What all pages of the administration have in common: their style, the heading, and the way to the other rooms."""

from __future__ import annotations

from datetime import date, datetime

from nicegui import ui
from nicegui.element import Element

from starter.access.caller import Scope
from starter.console.frame import STATIC
from starter.console.visit import Visit

ROOMS = (
    ("policies", "gavel"),
    ("people", "groups"),
    ("letters", "mail"),
    ("deliveries", "outbox"),
)
"""Of each its name, which is the end of its address, and its icon."""

PLACE = "/administration"


def room(visit: Visit, name: str, heading: str | None = None, *, within: str | None = None) -> None:
    """Put the links to all rooms above a page, and its heading.

    Args:
        visit: the page.
        name: of the room it belongs to.
        heading: of the page itself, if it is not the first of its room.
        within: what is said below the heading.
    """
    for file in ("commands", "administration"):
        ui.add_head_html(f'<link rel="stylesheet" href="{STATIC}/{file}.css">')
    with ui.element("nav").classes("rooms") as nav:
        nav.props["aria-label"] = visit.say("frame.administration")
        for each, icon in ROOMS:
            _link(visit, each, icon, is_here=each == name)
    said = visit.say(f"administration.rooms.{name}")
    with ui.element("div").classes("room-head"):
        if heading is not None:
            with ui.link(target=f"{PLACE}/{name}").classes("room-back") as back:
                back.props["aria-label"] = visit.say("administration.back_to", room=said)
                ui.icon("arrow_back").props('aria-hidden="true"')
        title(heading or said, level=1)
        if within:
            ui.label(within).classes("quiet")


def _link(visit: Visit, name: str, icon: str, *, is_here: bool) -> None:
    with ui.link(target=f"{PLACE}/{name}").classes("room") as link:
        if is_here:
            link.props["aria-current"] = "page"
        ui.icon(icon).props('aria-hidden="true"')
        ui.label(visit.say(f"administration.rooms.{name}"))


def title(words: str, *, level: int = 2) -> Element:
    """A heading."""
    heading = ui.label(words).classes(f"title-{level}")
    heading.props["role"] = "heading"
    heading.props["aria-level"] = str(level)
    return heading


def may_change(visit: Visit) -> bool:
    """Whether they were let in for changing anything at all."""
    return Scope.COMMAND in visit.caller.scopes


def today(visit: Visit) -> date:
    """The date at the desk."""
    return datetime.now(visit.moments.zone).date()


def notice(words: str, *, icon: str = "info", tone: str = "") -> None:
    """A sentence that stands out."""
    with ui.element("div").classes(f"notice {tone}"):
        ui.icon(icon).props('aria-hidden="true"')
        ui.label(words)
