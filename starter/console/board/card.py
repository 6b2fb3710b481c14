"""One part of the board: a title, a chart where there is one, the numbers behind it, how they are counted, and the file
to save.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from nicegui import ui
from nicegui.element import Element

from starter.console.board.address import Wish
from starter.console.board.chart import Chart
from starter.console.board.figure_table import FigureTable
from starter.console.board.numbers import Numbers
from starter.console.board.remarks import remark_on
from starter.console.board.seen import Seen
from starter.console.board.wording import Wording

Draw: TypeAlias = Callable[[Seen, FigureTable], Chart]
"""Draws a table."""

EXPORT = "/board/export"


class Card:
    """One part.

    Args:
        name: of its table.
        wish: what is asked for.
        wording: of the reader.
        draw: draws its chart; without one, its numbers are always shown.
        is_wide: as wide as the page.
    """

    def __init__(self, name: str, wish: Wish, wording: Wording, draw: Draw | None, *, is_wide: bool) -> None:
        self._name, self._wording, self._draw = name, wording, draw
        self._chart: ui.echart | None = None
        self._behind: Element
        say = wording.say
        title = say(f"board.{name}.title")
        with ui.element("section").classes("card figure wide" if is_wide else "card figure") as self._card:
            self._card.props["aria-label"] = title
            self._card.props["data-figure"] = name
            _text("h2", title)
            self._nothing = ui.label(say(f"board.{name}.nothing")).classes("quiet figure-nothing")
            self._picture = ui.element("div").classes("picture")
            self._remark = ui.label().classes("quiet figure-remark")
            if draw is None:
                self._behind = self._numbers = _numbers(title, wording)
            with ui.element("div").classes("figure-foot"):
                if draw is not None:
                    with ui.element("details").classes("behind") as self._behind:
                        _text("summary", say("board.numbers"))
                        self._numbers = _numbers(title, wording)
                with ui.element("details").classes("how"):
                    _text("summary", say("board.how"))
                    ui.label(say(f"board.{name}.how"))
                save = ui.link(say("board.save"), wish.address(f"{EXPORT}/{name}.csv")).classes("save")
                save.props["download"] = True
                save.props["aria-label"] = say("board.save_of", title=title)

    def show(self, table: FigureTable, seen: Seen) -> None:
        """Show these figures."""
        has_any = table.has_any
        self._nothing.set_visibility(not has_any)
        self._picture.set_visibility(has_any and self._draw is not None)
        self._numbers.show(table, self._wording)
        self._behind.set_visibility(has_any)
        remark = remark_on(self._name, seen)
        self._remark.set_text(remark)
        self._remark.set_visibility(bool(remark))
        if self._draw is not None and has_any:
            self._show_chart(self._draw(seen, table))

    def _show_chart(self, chart: Chart) -> None:
        if self._chart is None:
            with self._picture:
                self._chart = ui.echart(chart.options, renderer="svg").props('role="img"')
            follow = "(point) => { if (point.data?.link) location.href = point.data.link; }"
            self._chart.on("componentClick", js_handler=follow)
        else:
            self._chart.options.clear()
            self._chart.options.update(chart.options)
        self._chart.style(f"height: {chart.height}px")
        self._chart.props["aria-label"] = chart.summary
        self._chart.update()


def _numbers(title: str, wording: Wording) -> Numbers:
    say = wording.say
    return Numbers(title, sorts=say("board.sort_by", column="{column}"), nothing=say("board.nothing"))


def _text(tag: str, words: str) -> None:
    with ui.element(tag):
        ui.label(words)
