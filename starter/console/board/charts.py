"""The charts of what is open, what came and went, and what has grown: each drawn from its table, with a summary for
those who do not see it.
"""

from __future__ import annotations

from starter.console.board.chart import (
    ACCENT,
    BAD,
    DOTTED,
    GOOD,
    HATCHED,
    WARN,
    Bars,
    Chart,
    basis,
    height_of,
    name_axis,
    rows_of_bars,
    value_axis,
)
from starter.console.board.figure_table import FigureTable
from starter.console.board.open_tables import OPEN
from starter.console.board.seen import Seen
from workflows.contract.vocabulary import Status

ROWS_MOST = 12
"""A chart of more is no picture any more; the table has them all."""

KINDS_MOST = 6
"""Each has two bars."""

POINTS_MOST = 40
"""A line with more has no marks on it."""

_TREND_PIXELS = 240
_FLOWS = (
    ("received", ACCENT, "solid", "circle"),
    ("closed", GOOD, "dashed", "rect"),
    ("reopened", WARN, "dotted", "triangle"),
)
_PATTERNS = {Status.WAITING: HATCHED, Status.APPROVING: DOTTED, Status.CONFIRMING: HATCHED}
_URGENCIES = (
    ("overdue", "breached", BAD, HATCHED),
    ("at_risk", "at_risk", WARN, DOTTED),
    ("on_track", "open", ACCENT, None),
)
"""Each with the column whose complaints the queue can list."""


def trend(seen: Seen, table: FigureTable) -> Chart:
    """Lines of what came and went."""
    options = basis()
    options["tooltip"] |= {"trigger": "axis"}
    days = [seen.wording.value(row[0].value, table.columns[0].kind) for row in table.rows]
    options["xAxis"] = name_axis(days, boundaryGap=False)
    options["yAxis"] = value_axis(minInterval=1)
    options["series"] = [
        {
            "name": seen.wording.say(f"board.columns.{name}"),
            "type": "line",
            "data": table.counts(name),
            "symbol": symbol,
            "symbolSize": 6,
            "showSymbol": len(days) <= POINTS_MOST,
            "itemStyle": {"color": colour},
            "lineStyle": {"color": colour, "type": dash, "width": 2},
            "emphasis": {"disabled": True},
        }
        for name, colour, dash, symbol in _FLOWS
    ]
    return Chart(options, _TREND_PIXELS, _summary(seen, table, *(name for name, *_ in _FLOWS)))


def by_status(seen: Seen, table: FigureTable) -> Chart:
    """For each department a bar of its statuses."""
    shown = table.first(ROWS_MOST)
    parts = [
        Bars(
            name=seen.wording.word("status", status),
            colour=f"var(--chart-{place})",
            values=shown.counts(status.value),
            links=shown.links(status.value),
            pattern=_PATTERNS.get(status),
        )
        for place, status in enumerate(OPEN, start=1)
    ]
    options = rows_of_bars(_counted(seen, shown, "department"), parts, stacked=True, legend_lines=2)
    return Chart(options, height_of(len(shown.rows), legend_lines=2), _summary(seen, table, "open"))


def by_limits(seen: Seen, table: FigureTable) -> Chart:
    """For each department a bar of what is overdue, at risk, and neither."""
    return _limits(seen, table, "department")


def by_person(seen: Seen, table: FigureTable) -> Chart:
    """The same for each person."""
    return _limits(seen, table, "person")


def hot(seen: Seen, table: FigureTable) -> Chart:
    """For each kind how many there are, and were before."""
    shown, number = table.first(KINDS_MOST), seen.wording.number
    kinds = [
        f"{nature} · {product if each.department is None else department}"
        for each, nature, product, department in zip(
            seen.figures.hot, *(shown.words(name) for name in ("nature", "product", "department")), strict=False
        )
    ]
    parts = [
        Bars(
            name=seen.wording.say(f"board.columns.{name}"),
            colour=colour,
            values=shown.counts(name),
            links=shown.links("nature"),
            labels=[number(count) for count in shown.counts(name)],
            pattern=pattern,
        )
        for name, colour, pattern in (("count", BAD, HATCHED), ("before", "var(--chart-7)", None))
    ]
    summary = seen.wording.say("board.hot.summary", count=len(table.rows), first="".join(kinds[:1]))
    return Chart(rows_of_bars(kinds, parts, stacked=False), height_of(len(kinds), len(parts)), summary)


def _limits(seen: Seen, table: FigureTable, of: str) -> Chart:
    shown = table.first(ROWS_MOST)
    names = _counted(seen, shown, of)
    parts = [
        Bars(
            name=seen.wording.say(f"board.columns.{name}"),
            colour=colour,
            values=shown.counts(name),
            links=shown.links(leads_to),
            pattern=pattern,
        )
        for name, leads_to, colour, pattern in _URGENCIES
    ]
    options = rows_of_bars(names, parts, stacked=True)
    return Chart(options, height_of(len(names)), _summary(seen, table, "open", "overdue", "at_risk"))


def _counted(seen: Seen, table: FigureTable, of: str) -> list[str]:
    """The names of the rows, each with how many are open."""
    number = seen.wording.number
    return [f"{name}  {number(count)}" for name, count in zip(table.words(of), table.counts("open"), strict=True)]


def _summary(seen: Seen, table: FigureTable, *columns: str) -> str:
    """The totals in words; of a table without a total, the sums."""
    say, number = seen.wording.say, seen.wording.number
    counts = {name: table.count_in_all(name) if table.total else sum(table.counts(name)) for name in columns}
    parts = [
        say("board.summary", name=say(f"board.columns.{name}"), value=number(count)) for name, count in counts.items()
    ]
    return say("board.and_so_on").join(parts)
