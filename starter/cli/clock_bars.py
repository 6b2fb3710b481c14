"""Draws a clock for people: a bar of its time with what counted and what did not, its facts, and its ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from rich.console import Console
from rich.text import Text

from starter.cli.clock_ledger import ledger_table
from starter.cli.clock_words import (
    Drawable,
    Line,
    Local,
    amount,
    departments_in_words,
    kind_in_words,
    state_in_words,
    when,
)
from starter.cli.terminal import add_row, plain, table
from workflows.contract.limits import Counts
from workflows.contract.views import ClockState, SegmentKind

_WIDTH_MAX = 100
_ZERO = timedelta(0)
_VISIBLE_SHARE = 0.2
"""A cell of the bar is idle only if nothing else fills so much of it: a week of work is mostly nights."""


class _Look(NamedTuple):
    """How a kind of time is drawn; the character tells it too, where there is no colour."""

    character: str
    in_ascii: str
    style: str


_LOOKS = {
    SegmentKind.COUNTED: _Look("█", "#", "green"),
    SegmentKind.PAUSED: _Look("▒", "~", "yellow"),
    SegmentKind.OUTSIDE_HOURS: _Look("·", ".", "bright_black"),
    SegmentKind.HOLIDAY: _Look("H", "H", "magenta"),
}
_UP, _DOWN = _Look("▲", "^", "bold"), _Look("▼", "v", "bold")
_STATE_STYLES = {
    ClockState.BREACHED: "bold red",
    ClockState.MET_LATE: "bold red",
    ClockState.PAUSED: "bold yellow",
    ClockState.PENDING: "bold",
    ClockState.WAIVED: "bold",
}


def draw_clock(
    console: Console,
    clock: Drawable,
    counts: Counts,
    *,
    local: Local,
    now: datetime,
    outlook: Sequence[Line] = (),
    facts: Mapping[str, str] | None = None,
) -> None:
    """Print a clock.

    Args:
        console: where.
        clock: what it says at `now`.
        counts: its measure.
        local: for the times shown.
        now: the moment of the clock's figures.
        outlook: how the time from then until it is due will be booked; drawn after it.
        facts: more to say of it, by name; follows the due time.
    """
    style = _STATE_STYLES.get(clock.state, "bold green")
    title = plain(clock.name)
    title.stylize("bold")
    console.print(Text(" ").join([title, Text(state_in_words(clock.state), style)]))
    shown = table(None, "", "")
    shown.show_header = False
    dates, figures = _dates(clock, local), _figures(clock, counts)
    for name, value in {**dates, **(facts or {}), **figures}.items():
        add_row(shown, name, value)
    console.print(shown)
    if clock.started_at:
        console.print()
        for line in _bar(clock, now, outlook, min(console.width, _WIDTH_MAX), in_ascii=console.options.ascii_only):
            console.print(line)
        console.print()
        console.print(ledger_table(clock, counts, local=local, now=now, outlook=outlook))


def _dates(clock: Drawable, local: Local) -> dict[str, str]:
    instants = {"started": clock.started_at, "stopped": clock.stopped_at, "due": clock.due_at}
    dates = {name: when(at, local) for name, at in instants.items() if at}
    if clock.state is ClockState.PAUSED:
        dates["due"] += " if it goes on now"
    return dates


def _figures(clock: Drawable, counts: Counts) -> dict[str, str]:
    left = f", {amount(clock.remaining, counts)} left" if clock.remaining else ""
    paused = f", paused for {amount(clock.paused, counts)}" if clock.paused else ""
    figures = {"used": f"{amount(clock.used, counts)} ({clock.percent:g} %){left}{paused}"}
    if clock.by_department:
        figures["used by"] = departments_in_words(clock.by_department, counts)
    return figures


def _bar(clock: Drawable, now: datetime, outlook: Sequence[Line], width: int, *, in_ascii: bool) -> Iterator[Text]:
    """Four lines: where we are, the bar, where it is due, and what the characters mean."""
    until = clock.stopped_at or now
    lines = [*clock.ledger, *outlook]
    start, end = lines[0].start if lines else until, max((line.end or until for line in lines), default=until)
    if end <= start:
        return
    yield _pointer(_DOWN, "stopped" if clock.stopped_at else "now", _place(until, start, end, width), width, in_ascii)
    bar = Text()
    for cell_start, cell_end in pairwise(start + (end - start) * number / width for number in range(width + 1)):
        look = _LOOKS[_filling(lines, cell_start, cell_end)]
        style = f"{look.style} dim" if cell_start >= until else look.style
        bar.append(look.in_ascii if in_ascii else look.character, style)
    yield bar
    if clock.due_at and start <= clock.due_at <= end:
        yield _pointer(_UP, "due", _place(clock.due_at, start, end, width), width, in_ascii)
    yield _legend({line.kind for line in lines}, in_ascii=in_ascii)


def _filling(lines: Sequence[Line], start: datetime, end: datetime) -> SegmentKind:
    """What a cell shows: what fills most of it, of idle hours only if they fill nearly all."""
    filled = dict.fromkeys(SegmentKind, _ZERO)
    for line in lines:
        filled[line.kind] += max(min(line.end or end, end) - max(line.start, start), _ZERO)
    fullest = max((kind for kind in filled if kind is not SegmentKind.OUTSIDE_HOURS), key=lambda kind: filled[kind])
    return fullest if filled[fullest] >= _VISIBLE_SHARE * (end - start) else SegmentKind.OUTSIDE_HOURS


def _place(at: datetime, start: datetime, end: datetime, width: int) -> int:
    return min(int((at - start) / (end - start) * width), width - 1)


def _pointer(look: _Look, says: str, place: int, width: int, in_ascii: bool) -> Text:
    """The word stands to the right of its arrow, or to the left where there is no room."""
    arrow = look.in_ascii if in_ascii else look.character
    to_the_right = f"{' ' * place}{arrow} {says}"
    return Text(to_the_right if len(to_the_right) <= width else f"{says} {arrow}".rjust(place + 1), look.style)


def _legend(kinds: set[SegmentKind], *, in_ascii: bool) -> Text:
    legend = Text()
    for kind, look in _LOOKS.items():
        if kind in kinds:
            legend.append(f"{look.in_ascii if in_ascii else look.character} ", look.style)
            legend.append(f"{kind_in_words(kind)}   ")
    return legend
