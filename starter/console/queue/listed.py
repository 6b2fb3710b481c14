"""The list of the queue on the page: its rows, how many there are, what is there instead of none, and other pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from nicegui import ui
from nicegui.element import Element

from starter.access.caller import Scope
from starter.console.commands.offered import LOOKS
from starter.console.queue.address import ROWS, Place, Tab, View
from starter.console.queue.counting import MOST, Count
from starter.console.queue.elements import put, told
from starter.console.queue.mass import COMMANDS, MOST_AT_ONCE
from starter.console.queue.rows import Shown
from starter.console.visit import Visit
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.reference import parse_reference

_SAYS = (
    "next",
    "previous",
    "pages",
    "rows",
    "down",
    "up",
    "choose",
    "choose_row",
    "choose_all",
    "chosen",
    "clear",
    "bulk",
    "bulk_name",
    "loading",
    "news",
    "breached",
    "retry",
)
_EVERYTHING = ("everything", "everything_chosen")
_COLUMNS = ("reference", "words", "status", "holder", "due", "todo")
_REFERENCE_LOOKS_LIKE = 12


class Asked(NamedTuple):
    """What the list asks for: another page by its address, a command for some complaints, and to try again."""

    go: Callable[[str], Awaitable[None]]
    bulk: Callable[[dict[str, Any]], Awaitable[None]]
    retry: Callable[[], Awaitable[None]]


class _List(Element, component="list.js"):
    """Rows, and what can be done with them."""


class Listed:
    """The list, made where it stands.

    Args:
        visit: the page.
        asked: what is done about what it asks for.
    """

    def __init__(self, visit: Visit, asked: Asked) -> None:
        self._visit = visit
        self._stamp = 0
        self._list = _List()
        may_command = Scope.COMMAND in visit.caller.scopes
        commands = tuple(
            {"name": name, "icon": LOOKS[name].icon, "label": visit.say(f"commands.of.{name}.title")}
            for name in COMMANDS
            if may_command
        )
        with self._list:
            self._total = ui.label().classes("queue-total")
        put(self._list, says=_says(visit), commands=commands, sizes=ROWS, rows=())
        self._list.on("go", told(visit, lambda query: asked.go(str(query))))
        self._list.on("bulk", told(visit, lambda said: asked.bulk(said if isinstance(said, dict) else {})))
        self._list.on("retry", visit.guarded(asked.retry))

    def begin(self, view: View) -> None:
        """Another view is to be shown; until then it says that it is under way."""
        put(self._list, **self._of(view), loading=True)

    def show(self, view: View, rows: Sequence[Shown], following: Place | None) -> None:
        """Another view."""
        self._stamp += 1
        self._total.set_text("")
        put(self._list, **self._of(view), stamp=self._stamp, told=self._told(view, rows))
        self.renew(view, rows, following)

    def renew(self, view: View, rows: Sequence[Shown], following: Place | None) -> None:
        """The same view, as it is now."""
        following_view = replace(view, after=following)
        put(
            self._list,
            rows=tuple(rows),
            next=following_view.address() if following is not None else "",
            empty={} if rows else self._empty(view),
            trouble="",
            loading=False,
        )

    def count(self, view: View, on_page: int, count: Count | None) -> None:
        """Say how many there are in all, as far as that is known."""
        self._total.set_text(self._counted(view, on_page, count))

    def behind(self, error: AmendsError) -> None:
        """What is shown is what was there before: what is now, cannot be known."""
        put(self._list, trouble=self._visit.say("queue.list.behind", why=self._visit.refusal(error)), loading=False)

    def away(self, error: AmendsError) -> None:
        """What is asked for cannot be shown yet, and what was there before is something else."""
        self._stamp += 1
        words = self._visit.say("queue.list.away", why=self._visit.refusal(error))
        self._total.set_text("")
        put(self._list, trouble=words, stamp=self._stamp, rows=(), next="", loading=True)

    def _of(self, view: View) -> dict[str, Any]:
        first = view.of_its_first_page().address() if view.after is not None else ""
        return {"caption": self._visit.say(_caption(view)), "size": view.rows, "first": first}

    def _told(self, view: View, rows: Sequence[Shown]) -> str:
        name = self._visit.say(_caption(view))
        return self._visit.say("queue.list.shown_alone", list=name, count=len(rows))

    def _counted(self, view: View, on_page: int, count: Count | None) -> str:
        if count is None:
            return self._visit.say("queue.list.shown_alone", list=self._visit.say(_caption(view)), count=on_page)
        number = f"{count.number:,}"
        if count.is_all:
            total = self._visit.say("queue.list.count", count=1 if count.number == 1 else number)
        else:
            total = self._visit.say("queue.list.at_least", count=f"{MOST:,}")
        if count.number == on_page and count.is_all:
            return f"{self._visit.say(_caption(view))} · {total}"
        return self._visit.say("queue.list.shown", list=self._visit.say(_caption(view)), total=total, count=on_page)

    def _empty(self, view: View) -> dict[str, str]:
        """What is said instead of rows, and what leads further."""
        kind, icon, says, href = _nothing(view)
        say = self._visit.say
        return {
            "icon": icon,
            "title": say(f"queue.empty.{kind}_title"),
            "says": say(f"queue.empty.{says}_says"),
            "link": say(f"queue.empty.{kind}_link"),
            "href": href,
        }


def _nothing(view: View) -> tuple[str, str, str, str]:
    """Which words and icon, and where they lead."""
    if view.after is not None:
        return "end", "last_page", "end", view.of_its_first_page().address()
    if view.filters():
        looks_mistyped = _is_a_mistyped_reference(view.wanted.text)
        says = "mistyped" if looks_mistyped else "text" if view.wanted.text else "filtered"
        return "filtered", "search_off", says, View(tab=view.tab, rows=view.rows).address()
    if view.tab is Tab.MINE:
        return "mine", "task_alt", "mine", View(tab=Tab.ALL).address()
    return "all", "inbox", "all", "/file"


def _is_a_mistyped_reference(text: str | None) -> bool:
    """It has the length of one, and no other word has so many letters and digits."""
    bare = (text or "").replace("-", "").replace(" ", "")
    if len(bare) != _REFERENCE_LOOKS_LIKE or not bare.isascii() or not bare.isalnum() or bare.isalpha():
        return False
    try:
        parse_reference(bare)
    except AmendsError as error:
        return error.code is ErrorCode.REFERENCE_MISTYPED
    return False


def _caption(view: View) -> str:
    if view.tab is Tab.MINE:
        return "queue.list.mine"
    return "queue.list.by_due_time" if view.is_by_due_time else "queue.list.all"


def _says(visit: Visit) -> dict[str, str]:
    said = {name: visit.say(f"queue.list.{name}") for name in _SAYS}
    columns = {name: visit.say(f"queue.columns.{name}") for name in _COLUMNS}
    everything = {name: visit.say(f"queue.list.{name}", count=MOST_AT_ONCE) for name in _EVERYTHING}
    return {**said, **columns, **everything, "news_one": visit.say("queue.list.news", count=1)}
