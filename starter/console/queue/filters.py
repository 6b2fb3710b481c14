"""The head of the queue: its lists as tabs, the reader's own views among them, and the filters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple, TypedDict

from nicegui.element import Element

from starter.console.complaint.names import Names
from starter.console.queue.address import FILTERS, ROWS_DEFAULT, Tab, View, view_of_query
from starter.console.queue.elements import put, told
from starter.console.queue.rows import department_named
from starter.console.queue.saved_views import SavedView
from starter.console.visit import Visit
from workflows.contract.base import LINE_MAX_CHARACTERS, NAME_MAX_CHARACTERS
from workflows.contract.vocabulary import Channel, Nature, Severity, Status

Option = tuple[str, str]

DUE_WITHIN = tuple(timedelta(hours=hours) for hours in (1, 4, 8, 24, 72, 168))
RARE = frozenset({"nature", "channel", "breached", "policy", "parent"})
"""These are shown when they are asked for, or set."""

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_REFERENCE_MAX_CHARACTERS = 20


class Field(TypedDict, total=False):
    """One filter: of the kind `words`, `choice` of some options, `person`, or `plain`."""

    name: str
    label: str
    kind: str
    options: Sequence[Option]
    rare: bool
    key: str
    most: int


class Asked(NamedTuple):
    """What the head asks for: to save the present view, or to rename or delete a saved one."""

    save: Callable[[], Awaitable[None]]
    rename: Callable[[str], Awaitable[None]]
    delete: Callable[[str], Awaitable[None]]


class _Head(Element, component="filters.js"):
    """Tabs and filters."""


class Filters:
    """The head of the page, made where it stands.

    Args:
        visit: the page.
        asked: what is done about saved views.
    """

    def __init__(self, visit: Visit, asked: Asked) -> None:
        self._visit = visit
        self._names = Names()
        self._head = _Head()
        put(self._head, says=_says(visit), people=())
        self._head.on("people", self._offer_people)
        self._head.on("save", visit.guarded(asked.save))
        self._head.on("rename", told(visit, lambda name: asked.rename(str(name))))
        self._head.on("delete", told(visit, lambda name: asked.delete(str(name))))

    def show(self, view: View, saved: Sequence[SavedView], names: Names) -> None:
        """Say which list is shown, and how it is filtered."""
        self._names = names
        present = view.of_its_first_page()
        own = next((each.name for each in saved if _is(each, present)), None)
        put(
            self._head,
            tabs=tuple(self._tabs(present, saved, own)),
            tab=view.tab.value,
            fields=tuple(self._fields(view)),
            values={name: view.filters().get(name, "") for name in FILTERS},
            size="" if view.rows == ROWS_DEFAULT else str(view.rows),
            own=own or "",
            canSave=bool(own is None and view.filters()),
        )

    def _tabs(self, view: View, saved: Sequence[SavedView], own: str | None) -> Iterator[dict[str, Any]]:
        say, icons = self._visit.say, {Tab.MINE: "person", Tab.ALL: "list"}
        for tab in Tab:
            is_current = own is None and tab is view.tab
            href = View(tab=tab).address()
            yield {"label": say(f"queue.tabs.{tab}"), "href": href, "icon": icons[tab], "current": is_current}
        for each in saved:
            href = view_of_query(each.query)[0].address()
            yield {"label": each.name, "href": href, "icon": "bookmark", "saved": True, "current": each.name == own}

    def _offer_people(self) -> None:
        """Only when somebody is looked for: there may be many."""
        me = self._visit.caller.actor.subject
        mine = (me, self._visit.say("queue.filters.me", name=self._names.person(me)))
        others = sorted((subject, name) for subject, name in self._names.people.items() if subject != me)
        put(self._head, people=(mine, *others))

    def _fields(self, view: View) -> Iterator[Field]:
        chosen = view.filters()
        for name in FILTERS:
            field = Field(name=name, label=self._visit.say(f"queue.filters.{name}"), rare=name in RARE)
            options = self._options(name)
            if options is None:
                yield field | _WRITTEN[name]
                continue
            value = chosen.get(name)
            if value and value not in dict(options):
                options.append((value, value))
            yield field | Field(kind="choice", options=options, key="f" if name == "status" else "")

    def _options(self, name: str) -> list[Option] | None:
        visit, say = self._visit, self._visit.say
        if name in _WORDS:
            return [(word.value, visit.word(name, word)) for word in _WORDS[name]]
        match name:
            case "department":
                known = [(each, department_named(visit, each, self._names)) for each in self._names.departments]
                return sorted(known, key=lambda option: option[1])
            case "due_within":
                return [(str(length // _HOUR), _length(visit, length)) for length in DUE_WITHIN]
            case "archived":
                return [("false", say("queue.filters.open")), ("true", say("queue.filters.archived_only"))]
            case "breached":
                return [("true", say("queue.filters.breached_yes")), ("false", say("queue.filters.breached_no"))]
        return None


_WORDS: dict[str, Any] = {"status": Status, "severity": Severity, "nature": Nature, "channel": Channel}
_WRITTEN: dict[str, Field] = {
    "text": Field(kind="words", most=NAME_MAX_CHARACTERS),
    "owner": Field(kind="person", most=NAME_MAX_CHARACTERS),
    "policy": Field(kind="plain", most=LINE_MAX_CHARACTERS),
    "parent": Field(kind="plain", most=_REFERENCE_MAX_CHARACTERS),
}


def _length(visit: Visit, length: timedelta) -> str:
    if length > _DAY and not length % _DAY:
        return visit.say("queue.filters.due_days", count=length // _DAY)
    return visit.say("queue.filters.due_hours", count=length // _HOUR)


def _is(saved: SavedView, view: View) -> bool:
    return view_of_query(saved.query)[0] == view


def _says(visit: Visit) -> dict[str, str]:
    named = {name: visit.say(f"queue.filters.{name}") for name in ("name", "any", "more", "fewer", "clear")}
    views = {name: visit.say(f"queue.views.{name}") for name in ("save", "rename", "delete")}
    return {**named, **views, "tabs": visit.say("queue.tabs.name")}
