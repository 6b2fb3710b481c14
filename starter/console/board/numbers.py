"""A table of figures on a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from nicegui.element import Element

from starter.console.board.figure_table import AMOUNTS, Cell, Column, FigureTable, Kind, Value
from starter.console.board.wording import Wording


class Numbers(Element, component="numbers.js"):
    """It is one element with its rows as data.

    Args:
        caption: what it is a table of.
        sorts: says that a click sorts by `{column}`.
        nothing: what is said when there are no rows.
    """

    def __init__(self, caption: str, *, sorts: str, nothing: str) -> None:
        super().__init__()
        self._props |= {"caption": caption, "sorts": sorts, "nothing": nothing, "columns": [], "rows": [], "total": []}

    def show(self, table: FigureTable, wording: Wording) -> None:
        """From now on it has these rows."""
        self._props["columns"] = [_column(column, wording) for column in table.columns]
        self._props["rows"] = [_cells(row, table, wording) for row in table.rows]
        self._props["total"] = _cells(table.total, table, wording)
        self.update()


def _cells(row: Sequence[Cell], table: FigureTable, wording: Wording) -> list[dict[str, Any]]:
    return [_cell(cell, column, wording) for cell, column in zip(row, table.columns, strict=False)]


def _column(column: Column, wording: Wording) -> dict[str, Any]:
    heading = column.heading or wording.say(f"board.columns.{column.name}")
    return {
        "name": column.name,
        "heading": heading,
        "amount": column.kind in AMOUNTS,
        "theirs": column.kind is Kind.THEIRS,
    }


def _cell(cell: Cell, column: Column, wording: Wording) -> dict[str, Any]:
    text = wording.value(cell.value, column.kind)
    return {"text": text, "link": cell.link, "order": _order(cell.value)}


def _order(value: Value) -> str | float | None:
    """What a column is sorted by."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime):
        return value.timestamp()
    return value.isoformat() if isinstance(value, date) else value
