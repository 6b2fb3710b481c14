"""The table of how far what is shown is behind what has happened."""

from __future__ import annotations

from datetime import datetime, timedelta

from starter.console.board.figure_table import Cell, Column, FigureTable, Kind
from starter.console.board.seen import Seen


def lag(seen: Seen) -> FigureTable:
    """A row for each thing that can be measured: a number, a length of time, and since when."""
    lag, now = seen.figures.lag, seen.figures.as_of
    rows: tuple[tuple[str, int | None, timedelta | None, datetime | None], ...] = (
        ("written_median", lag.entries, lag.took.median if lag.took else None, None),
        ("written_p90", lag.entries, lag.took.p90 if lag.took else None, None),
        ("newest", None, _since(lag.newest, now), lag.newest),
        ("unnoticed", lag.unnoticed, _since(lag.unnoticed_since, now), lag.unnoticed_since),
        ("letters", lag.letters, _since(lag.letters_since, now), lag.letters_since),
    )
    columns = (
        Column("measured", Kind.WORDS),
        Column("number", Kind.COUNT),
        Column("lasts", Kind.LENGTH),
        Column("since", Kind.MOMENT),
    )
    return FigureTable(
        "lag", columns, [[Cell(seen.wording.say(f"board.lag.{name}")), *map(Cell, values)] for name, *values in rows]
    )


def _since(at: datetime | None, now: datetime) -> timedelta | None:
    return max(now - at, timedelta(0)) if at else None
