"""How instants, durations, states and kinds of time are written for people who look at a clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from starter.cli.terminal import written
from workflows.contract.explanation import ClockAnswer, LedgerLine
from workflows.contract.limits import Counts
from workflows.contract.views import ClockState, ClockView, SegmentKind, SegmentView

Local: TypeAlias = Callable[[datetime], datetime]
"""Brings an instant into the local time that people are shown."""

Line: TypeAlias = SegmentView | LedgerLine
"""A line of a clock's ledger; one without an end goes on."""

Drawable: TypeAlias = ClockView | ClockAnswer
"""A clock of a complaint or of a described case."""

_HOUR = timedelta(hours=1)
_STATE = {
    ClockState.PENDING: "has not started",
    ClockState.RUNNING: "is running",
    ClockState.PAUSED: "is paused",
    ClockState.MET: "was met",
    ClockState.MET_LATE: "was met too late",
    ClockState.BREACHED: "is breached",
    ClockState.EXPIRED: "has run out",
    ClockState.WAIVED: "is waived",
}


def when(at: datetime, local: Local) -> str:
    """Such as `Wed 2026-09-30 16:00 +08:00`, with seconds where there are any."""
    shown = local(at)
    written_out = shown.isoformat(" ", "seconds")
    minutes, seconds, offset = written_out[:16], written_out[16:19], written_out[19:]
    return f"{shown:%a} {minutes}{seconds if shown.second else ''} {offset}"


def amount(value: timedelta, counts: Counts) -> str:
    """Such as `26h 5min`, or `3d 4h` for a limit in days: hours of work are never gathered into days of 24 hours."""
    hours, rest = divmod(value, _HOUR)
    if not counts.is_in_hours or not hours:
        return written(value)
    return f"{hours}h {written(rest)}" if rest else f"{hours}h"


def state_in_words(state: ClockState) -> str:
    """As the end of a sentence that begins with the clock's name."""
    return _STATE[state]


def kind_in_words(kind: SegmentKind) -> str:
    """As the ledger calls it, with blanks."""
    return kind.value.replace("_", " ")


def departments_in_words(by_department: Mapping[str, timedelta], counts: Counts) -> str:
    """Whoever used most comes first."""
    ranked = sorted(by_department.items(), key=lambda used: -used[1])
    return ", ".join(f"{department} {amount(used, counts)}" for department, used in ranked)
