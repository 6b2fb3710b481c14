"""The charts of how well it goes: how long things take, and what complainants say of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starter.console.board.chart import (
    ACCENT,
    BAD,
    GOOD,
    HATCHED,
    SHADED,
    WITH_LABELS,
    Bars,
    Chart,
    basis,
    height_of,
    name_axis,
    rows_of_bars,
    value_axis,
)
from starter.console.board.charts import ROWS_MOST
from starter.console.board.figure_table import FigureTable, Kind
from starter.console.board.seen import Seen

_SIDES = (("reply", timedelta(hours=1)), ("resolution", timedelta(days=1)))
_LENGTHS = (("median", ACCENT, None), ("p90", "var(--chart-2)", HATCHED))


def speed(seen: Seen, table: FigureTable) -> Chart:
    """For each department how long it took: on the left to the first reply, on the right until it was solved."""
    shown = table.first(ROWS_MOST)
    names, options = shown.words("department"), basis()
    options |= {"grid": [], "xAxis": [], "yAxis": [], "series": []}
    options["tooltip"] |= {"trigger": "axis", "axisPointer": SHADED}
    options["title"] = []
    for number, (what, unit) in enumerate(_SIDES):
        left, right = ((4, "52%"), ("52%", 64))[number]
        title = {"text": seen.wording.say(f"board.speed.{what}"), "left": left, "top": 26}
        options["title"].append({**title, "textStyle": {**options["textStyle"], "fontWeight": 600}})
        options["grid"].append({"left": left, "right": right, "top": 50, "bottom": 4, **WITH_LABELS})
        options["xAxis"].append(value_axis(gridIndex=number))
        options["yAxis"].append(name_axis(names if number == 0 else [""] * len(names), gridIndex=number, inverse=True))
        options["series"] += _lengths(seen, shown, what, unit, number)
    said = {name: seen.wording.value(table.in_all(name).value, Kind.LENGTH) for name in _totals()}
    return Chart(options, height_of(len(names), len(_LENGTHS), 2), seen.wording.say("board.speed.summary", **said))


def satisfaction(seen: Seen, table: FigureTable) -> Chart:
    """For each department how often complainants said that it is solved, and how often not."""
    shown = table.first(ROWS_MOST)
    solved, answers = shown.counts("solved"), shown.counts("answers")
    parts = [
        Bars(seen.wording.say("board.columns.solved"), GOOD, solved),
        Bars(
            name=seen.wording.say("board.satisfaction.not_solved"),
            colour=BAD,
            values=[count - yes for count, yes in zip(answers, solved, strict=True)],
            pattern=HATCHED,
        ),
    ]
    said = {
        "answers": seen.wording.number(table.count_in_all("answers")),
        "solved": seen.wording.value(table.in_all("solved_share").value, Kind.SHARE),
        "score": seen.wording.value(table.in_all("score").value, Kind.SCORE),
    }
    shares = [seen.wording.value(cell.value, Kind.SHARE) for cell in shown.cells("solved_share")]
    names = [f"{name}  {share}" for name, share in zip(shown.words("department"), shares, strict=True)]
    options = rows_of_bars(names, parts, stacked=True)
    return Chart(options, height_of(len(shown.rows)), seen.wording.say("board.satisfaction.summary", **said))


def _lengths(seen: Seen, shown: FigureTable, what: str, unit: timedelta, number: int) -> list[dict[str, Any]]:
    parts = []
    for which, colour, pattern in _LENGTHS:
        lengths = shown.lengths(f"{what}_{which}")
        values = [round(length / unit, 2) if length is not None else None for length in lengths]
        labels = [seen.wording.value(length, Kind.LENGTH) for length in lengths]
        parts.append(Bars(seen.wording.say(f"board.speed.{which}"), colour, values, (), labels, pattern))
    drawn = rows_of_bars((), parts, stacked=False)["series"]
    return [{**series, "xAxisIndex": number, "yAxisIndex": number} for series in drawn]


def _totals() -> tuple[str, ...]:
    return tuple(f"{what}_{which}" for what, _ in _SIDES for which, *_ in _LENGTHS)
