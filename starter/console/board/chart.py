"""What all charts of the board have in common: drawn in the page's own colours and letters, still, and flat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Options = dict[str, Any]
"""What ECharts is given."""

# The charts are drawn as SVG, in which colours may be variables of the page's style: so they follow it into the dark.
INK, QUIET, LINE, SURFACE = "var(--ink)", "var(--quiet)", "var(--line)", "var(--surface)"
ACCENT, GOOD, WARN, BAD = "var(--accent)", "var(--good)", "var(--warn)", "var(--bad)"

LETTERS = 'system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif'
"""Those of the page, spelled out: what is drawn is measured before it is on the page."""

_FAINT = "rgba(255, 255, 255, 0.5)"
HATCHED: Options = {
    "symbol": "rect",
    "dashArrayX": [1, 0],
    "dashArrayY": [1.5, 4.5],
    "rotation": -0.785,
    "color": _FAINT,
}
DOTTED: Options = {
    "symbol": "circle",
    "symbolSize": 0.4,
    "dashArrayX": [[7, 7], [0, 7, 7, 0]],
    "dashArrayY": [7, 0],
    "color": _FAINT,
}
"""Patterns, so that no part of a bar is known by its colour alone."""

SHADED = {"type": "shadow", "shadowStyle": {"color": LINE, "opacity": 0.35}}
"""Points at a whole row."""

ROW_PIXELS = 36
_AROUND_PIXELS = 66
_SHORT_NAME = "(name) => (name.length > 30 ? name.slice(0, 14) + '…' + name.slice(-14) : name)"
_LEGEND_LINE_PIXELS = 20


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of a table: what ECharts draws, in how many pixels of height, and what it says in words."""

    options: Options
    height: int
    summary: str


@dataclass(frozen=True, slots=True)
class Bars:
    """One part of each bar: its name, colour and pattern, and for each row a value with where it leads."""

    name: str
    colour: str
    values: Sequence[float | None]
    links: Sequence[str | None] = ()
    labels: Sequence[str] = ()
    pattern: Options | None = None


WITH_LABELS: Options = {"outerBoundsMode": "same", "outerBoundsContain": "axisLabel"}
"""The names beside the axes are inside of what a grid is given."""


def basis(legend_lines: int = 1) -> Options:
    """A chart with nothing in it."""
    top = 16 + legend_lines * _LEGEND_LINE_PIXELS
    letters = {"color": INK, "fontFamily": LETTERS, "fontSize": 12}
    return {
        "animation": False,
        "textStyle": letters,
        "grid": {"left": 4, "right": 28, "top": top, "bottom": 4, **WITH_LABELS},
        "legend": {"top": 0, "left": 0, "itemWidth": 14, "itemHeight": 10, "textStyle": letters, "selectedMode": False},
        "tooltip": {
            "backgroundColor": SURFACE,
            "borderColor": LINE,
            "textStyle": letters,
            "confine": True,
            "transitionDuration": 0,
        },
    }


def value_axis(**more: Any) -> Options:
    """One along which values are measured."""
    return {
        "type": "value",
        "axisLabel": {"color": QUIET, "hideOverlap": True},
        "splitLine": {"lineStyle": {"color": LINE}},
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        **more,
    }


def name_axis(names: Sequence[str], **more: Any) -> Options:
    """One along which rows are named."""
    return {
        "type": "category",
        "data": list(names),
        "axisLabel": {"color": INK, ":formatter": _SHORT_NAME},
        "axisLine": {"lineStyle": {"color": LINE}},
        "axisTick": {"show": False},
        **more,
    }


def rows_of_bars(names: Sequence[str], parts: Sequence[Bars], *, stacked: bool, legend_lines: int = 1) -> Options:
    """A row for each name, the first one at the top, with its bars one after the other or one below the other."""
    options = basis(legend_lines)
    options["tooltip"] |= {"trigger": "axis", "axisPointer": SHADED}
    options["yAxis"] = name_axis(names, inverse=True)
    options["xAxis"] = value_axis(minInterval=1)
    options["series"] = [_series(part, stacked=stacked) for part in parts]
    return options


def height_of(rows: int, bars: int = 1, legend_lines: int = 1) -> int:
    """How high a chart of rows of bars is."""
    around = _AROUND_PIXELS + (legend_lines - 1) * _LEGEND_LINE_PIXELS
    return around + rows * (ROW_PIXELS if bars == 1 else 16 + 18 * bars)


def _series(part: Bars, *, stacked: bool) -> Options:
    links = part.links or [None] * len(part.values)
    labels = part.labels or [""] * len(part.values)
    style = {"color": part.colour, "borderColor": SURFACE, "borderWidth": 1}
    if part.pattern is not None:
        style["decal"] = part.pattern
    return {
        "name": part.name,
        "type": "bar",
        "stack": "all" if stacked else None,
        "barMaxWidth": 20,
        "emphasis": {"disabled": True},
        "itemStyle": style,
        "cursor": "pointer" if any(links) else "default",
        "label": {"show": any(labels), "position": "right", "color": INK},
        "data": [
            {"value": value, "link": link, "label": {"formatter": label}} if label else {"value": value, "link": link}
            for value, link, label in zip(part.values, links, labels, strict=True)
        ],
    }
