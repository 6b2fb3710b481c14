"""The parts of the board, made once and then shown with other figures again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nicegui import ui

from starter.console.board import charts, charts_of_quality
from starter.console.board.address import Wish
from starter.console.board.card import Card, Draw
from starter.console.board.controls import Controls
from starter.console.board.seen import Seen
from starter.console.board.tables import TABLES
from starter.console.board.tiles import Tiles, tiles_of
from starter.console.board.wording import Wording
from starter.console.frame import refused
from starter.console.visit import Visit
from workflows.contract.errors import AmendsError

DRAWN: Mapping[str, Draw] = {
    "trend": charts.trend,
    "status": charts.by_status,
    "limits": charts.by_limits,
    "speed": charts_of_quality.speed,
    "satisfaction": charts_of_quality.satisfaction,
    "hot": charts.hot,
    "workload": charts.by_person,
}
"""The tables that have a chart."""

WIDE = frozenset({"trend", "speed", "recognition", "contractors"})
"""The parts that are as wide as the page."""


class BoardView:
    """The page's content: at first what was asked for, and then the figures."""

    def __init__(self, visit: Visit, wish: Wish, wording: Wording) -> None:
        self._visit, self._wording = visit, wording
        say = wording.say
        with ui.element("div").classes("board-head"):
            ui.element("h1").classes("board-title").add_slot("default", say("board.title"))
            self._as_of = ui.label(say("board.counting")).classes("quiet as-of").props('role="status"')
        self._controls = Controls(wish, wording)
        for name in wish.faults:
            ui.label(say("board.fault", parameter=name, value=visit.query.get(name, ""))).classes("board-fault")
        self._whose = ui.label().classes("quiet board-whose")
        self._content = ui.element("div").classes("board-content")
        with self._content:
            self._tiles = Tiles(wording)
            _how(say, "board.tiles.how")
            with ui.element("div").classes("board-grid"):
                self._cards = {
                    name: Card(name, wish, wording, DRAWN.get(name), is_wide=name in WIDE) for name in TABLES
                }
        self._content.set_visibility(False)

    def show(self, seen: Seen) -> None:
        """Show these figures."""
        say = self._wording.say
        self._as_of.set_text(say("board.as_of", time=self._wording.second(seen.figures.as_of)))
        self._whose.set_text(_whose(seen))
        departments = [(each, seen.department(each)) for each in seen.figures.departments]
        self._controls.offer(sorted(departments, key=lambda each: each[1]))
        self._tiles.show(tiles_of(seen))
        for name, card in self._cards.items():
            card.show(TABLES[name](seen), seen)
        self._content.set_visibility(True)

    def fail(self, error: AmendsError) -> None:
        """Say why there are none."""
        self._as_of.set_text("")
        with self._content:
            self._content.clear()
            refused(self._visit, error)
        self._content.set_visibility(True)


def _how(say: Callable[[str], str], key: str) -> None:
    with ui.element("details").classes("how"):
        ui.element("summary").add_slot("default", say("board.how"))
        ui.label(say(key))


def _whose(seen: Seen) -> str:
    say, lines = seen.wording.say, seen.lines
    if lines.everybody:
        return say("board.whose.everybody")
    if lines.departments:
        named = say("board.and").join(sorted(map(seen.department, lines.departments)))
        return say("board.whose.departments", departments=named)
    return say("board.whose.own")
