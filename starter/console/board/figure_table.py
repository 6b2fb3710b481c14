"""A table of figures: what is in it, apart from how it is shown or saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

Value = str | int | float | timedelta | datetime | date | bool | None


class Kind(StrEnum):
    """What the values of a column are."""

    WORDS = "words"
    THEIRS = "theirs"
    COUNT = "count"
    SCORE = "score"
    SHARE = "share"
    LENGTH = "length"
    MOMENT = "moment"
    DAY = "day"
    MARK = "mark"


AMOUNTS = frozenset({Kind.COUNT, Kind.SCORE, Kind.SHARE, Kind.LENGTH, Kind.MOMENT})
"""What is counted or measured; the rest says what of."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, which its heading is found by, and what is in it; or with a heading of its own."""

    name: str
    kind: Kind
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, and where more is said of what was counted."""

    value: Value
    link: str | None = None


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Rows of cells, the first of which says what the row is about; `total` is the row that sums them up, if any."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] = ()

    @property
    def has_any(self) -> bool:
        """Something in it was counted."""
        are_amounts = [column.kind in AMOUNTS for column in self.columns]
        return any(cell.value for row in self.rows for cell, is_one in zip(row, are_amounts, strict=True) if is_one)

    def cells(self, column: str) -> list[Cell]:
        """A column by its name, from the first row to the last; without the total."""
        place = self._place(column)
        return [row[place] for row in self.rows]

    def counts(self, column: str) -> list[int]:
        """The same as numbers."""
        return [_count(cell) for cell in self.cells(column)]

    def lengths(self, column: str) -> list[timedelta | None]:
        """The same as lengths of time."""
        return [cell.value if isinstance(cell.value, timedelta) else None for cell in self.cells(column)]

    def links(self, column: str) -> list[str | None]:
        """Where more is said of each."""
        return [cell.link for cell in self.cells(column)]

    def words(self, column: str) -> list[str]:
        """The same as words."""
        return [cell.value if isinstance(cell.value, str) else "" for cell in self.cells(column)]

    def in_all(self, column: str) -> Cell:
        """What the total says; nothing, if there is none."""
        return self.total[self._place(column)] if self.total else Cell(None)

    def count_in_all(self, column: str) -> int:
        """The same as a number."""
        return _count(self.in_all(column))

    def first(self, most: int) -> FigureTable:
        """The same with so many rows at most."""
        return replace(self, rows=self.rows[:most])

    def _place(self, column: str) -> int:
        return next(place for place, each in enumerate(self.columns) if each.name == column)


def _count(cell: Cell) -> int:
    return cell.value if isinstance(cell.value, int) else 0
