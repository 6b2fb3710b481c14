"""A clock's ledger as a table: what each stretch of time was booked as, how much had counted by then, and when warnings
and the limit fell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from rich.table import Table

from infra.time_zones import offset_change
from starter.cli.clock_words import Drawable, Line, Local, amount, kind_in_words, when
from starter.cli.terminal import plain, table, written
from workflows.contract.limits import Counts
from workflows.contract.views import SegmentKind
from workflows.core.reckoning import WHOLE_PERCENT

_ZERO = timedelta(0)
_DAY = timedelta(days=1)
_LINES_TOGETHER_MAX = 12
_LINES_AROUND_A_FOLD = 4


class _Mark(NamedTuple):
    """Something that happens to the clock, or to local time, at an instant."""

    at: datetime
    says: str


class _Row(NamedTuple):
    """A stretch of one kind, and how much had counted at its end; `ahead` is what is expected, not booked."""

    line: Line
    start: datetime
    end: datetime
    counted: timedelta
    ahead: bool


class _Writer(NamedTuple):
    """Fills the table, in local time and in the unit of the clock."""

    shown: Table
    local: Local
    counts: Counts

    def run(self, rows: Sequence[_Row]) -> None:
        """Rows without a mark between them; of many, the first and the last."""
        if len(rows) <= _LINES_TOGETHER_MAX:
            for row in rows:
                self._row(row)
            return
        hidden = rows[_LINES_AROUND_A_FOLD:-_LINES_AROUND_A_FOLD]
        self.run(rows[:_LINES_AROUND_A_FOLD])
        lasted = amount(hidden[-1].end - hidden[0].start, self.counts)
        self._add("dim", hidden[0].start, lasted, f"… {len(hidden)} lines", hidden[-1].counted)
        self.run(rows[-_LINES_AROUND_A_FOLD:])

    def mark(self, mark: _Mark, counted: timedelta) -> None:
        """A moment, with what had counted by then."""
        self._add("bold", mark.at, "", mark.says, counted)

    def _row(self, row: _Row) -> None:
        line, lasted = row.line, amount(row.end - row.start, self.counts)
        reason = "expected" if row.ahead else line.reason
        style = "dim" if row.ahead else ""
        self._add(style, row.start, lasted, kind_in_words(line.kind), row.counted, line.department, reason)

    def _add(self, style: str, at: datetime, lasted: str, says: str, counted: timedelta, *more: str | None) -> None:
        values = (when(at, self.local), lasted, says, amount(counted, self.counts), *more)
        self.shown.add_row(*(plain(value) for value in values), style=style)


def ledger_table(clock: Drawable, counts: Counts, *, local: Local, now: datetime, outlook: Sequence[Line]) -> Table:
    """The ledger up to the stop or `now`, then the outlook. Lines are cut at marks, and long runs of them folded."""
    shown = table(None, "from", "lasts", "booked as", "counted", "department", "reason")
    # The instants stay whole; on a narrow screen all else is wrapped rather than cut off.
    shown.columns[0].no_wrap = True
    until, writer = clock.stopped_at or now, _Writer(shown, local, counts)
    lines = [*clock.ledger, *(() if clock.stopped_at else outlook)]
    marks = sorted([*_marks(clock, until, lines), *_shifts(lines, until, local)], key=lambda mark: mark.at)
    counted, run = _ZERO, list[_Row]()
    for row in _rows(lines, marks, until):
        if marks and marks[0].at <= row.start:
            writer.run(run)
            run = []
        while marks and marks[0].at <= row.start:
            writer.mark(marks.pop(0), counted)
        run.append(row)
        counted = row.counted
    writer.run(run)
    for mark in marks:
        writer.mark(mark, counted)
    return shown


def _marks(clock: Drawable, until: datetime, lines: Sequence[Line]) -> Iterator[_Mark]:
    """Those that lie within the lines."""
    last = max((line.end or until for line in lines), default=until)
    for threshold in clock.thresholds:
        if threshold.at and threshold.at <= last and threshold.percent != WHOLE_PERCENT:
            yield _Mark(threshold.at, f"{threshold.percent} % used")
    if clock.due_at and clock.due_at <= last:
        yield _Mark(clock.due_at, "due")
    yield _Mark(until, "stopped" if clock.stopped_at else "now")


def _shifts(lines: Sequence[Line], until: datetime, local: Local) -> Iterator[_Mark]:
    """Where local time jumps: without a word there, hours would seem to be missing or too many."""
    if not lines:
        return
    start, end = lines[0].start, lines[-1].end or until
    days = [start + _DAY * number for number in range((end - start) // _DAY + 1)]
    for before, after in pairwise([*days, end]):
        shift = _offset(after, local) - _offset(before, local)
        if shift:
            says = f"clocks {'forward' if shift > _ZERO else 'back'} {written(abs(shift))}"
            yield _Mark(offset_change(before, after, lambda at: _offset(at, local)), says)


def _offset(at: datetime, local: Local) -> timedelta:
    return local(at).utcoffset() or _ZERO


def _rows(lines: Iterable[Line], marks: Iterable[_Mark], until: datetime) -> Iterator[_Row]:
    """The lines, cut at the marks inside them."""
    instants, counted = {mark.at for mark in marks}, _ZERO
    for line in lines:
        line_end = line.end or until
        inside = sorted(at for at in instants if line.start < at < line_end)
        for start, end in pairwise([line.start, *inside, line_end]):
            counted += end - start if line.kind is SegmentKind.COUNTED else _ZERO
            yield _Row(line, start, end, counted, ahead=start >= until)
