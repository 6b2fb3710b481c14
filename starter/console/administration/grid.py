"""A table as one element: its rows are data, and the browser draws them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypedDict

from nicegui.element import Element

from starter.console.visit import Visit


class Column(TypedDict, total=False):
    """One column: its name, label and look (a class); the label of a `hidden` one is for screen readers alone."""

    name: str
    label: str
    look: str
    hidden: bool


class Part(TypedDict, total=False):
    """What is in a cell: text, which may lead somewhere or be a button, with an icon and a tone (`good`, `bad`…);
    `below` is smaller in a line of its own, `line` as large.
    """

    text: str
    href: str
    act: str
    label: str
    icon: str
    tone: str
    title: str
    mono: bool
    theirs: bool
    below: bool
    line: bool


Cell = str | Part | Sequence[Part | str] | None
Row = dict[str, Any]
"""A `Cell` for each column by its name, and a `key`."""


class _Grid(Element, component="grid.js"):
    """The table in the browser."""


class Grid:
    """A table where the page is being built.

    Args:
        columns: all of them.
        rows: all of them.
        caption: what it shows, for screen readers.
        nothing: what is said when it is empty.
    """

    def __init__(self, columns: Sequence[Column], rows: Sequence[Row], *, caption: str, nothing: str) -> None:
        self._grid = _Grid()
        self._grid.props.update(columns=list(columns), rows=list(rows), caption=caption, nothing=nothing)

    def show(self, rows: Sequence[Row]) -> None:
        """Other rows."""
        self._grid.props["rows"] = list(rows)
        self._grid.update()

    def on_act(self, visit: Visit, act: Callable[[str, str], Awaitable[None]]) -> None:
        """Call this with the name of a button and the key of its row; what it is refused is said."""

        async def heard(event: Any) -> None:
            await act(str(event.args["act"]), str(event.args["key"]))

        self._grid.on("act", visit.guarded(heard))
