"""The live table of the demonstration: a row for each complaint, as many as the terminal holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text

from starter.cli.terminal import plain
from starter.demo.board import Board, Happening, Standing
from starter.demo.scenes import Scene
from workflows.contract.parties import SYSTEM
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Level, Status

_LINES_BESIDE_ROWS = 5
"""Heading, caption and a line to spare."""

_COLOURS = {
    Status.RECEIVED: "dim",
    Status.ASSIGNED: "yellow",
    Status.INVESTIGATING: "cyan",
    Status.WAITING: "magenta",
    Status.APPROVING: "blue",
    Status.EXECUTING: "bright_blue",
    Status.CONFIRMING: "bright_cyan",
    Status.CLOSED: "green",
    Status.ARCHIVED: "dim green",
}
_OVER = (Status.CLOSED, Status.ARCHIVED)


@dataclass(frozen=True)
class _Column:
    """A column, and how wide a terminal must be for it to be shown."""

    title: str
    from_width: int = 0
    ratio: int | None = None


_COLUMNS = (
    _Column("reference"),
    _Column("channel", 110),
    _Column("", 110),
    _Column("first words", 95, ratio=2),
    _Column("status"),
    _Column("owner"),
    _Column("department", 140),
    _Column("level"),
    _Column("due"),
    _Column("last event", ratio=1),
)


def overdue_since(standing: Standing, policy: Policy) -> datetime | None:
    """When the first limit passed that has still not been met."""
    if standing.status in _OVER:
        return None
    unmet = [
        datetime.fromisoformat(breach.data["due_at"])
        for breach in standing.journal
        if breach.type == "clock_breached"
        and not any(
            later.type in policy.clock(breach.data["clock"]).stop and later.sequence > breach.sequence
            for later in standing.journal
        )
    ]
    return min(unmet, default=None)


class LiveTable:
    """What there is to see of a run: as many rows as the terminal holds, complaints that are still open first."""

    def __init__(self, console: Console, scenes: Sequence[Scene], board: Board, policy: Policy) -> None:
        self._console = console
        self._scenes = scenes
        self._board = board
        self._policy = policy
        self.is_final = False

    def __rich__(self) -> Table:
        now = datetime.now(UTC)
        columns = [column for column in _COLUMNS if self._console.width >= column.from_width]
        table = Table(box=None, pad_edge=False, header_style="bold", expand=True, caption_justify="left")
        for column in columns:
            table.add_column(column.title, no_wrap=True, overflow="ellipsis", ratio=column.ratio)
        shown, hidden = self._rows()
        for scene, standing in shown:
            cells = self._cells(scene, standing, now)
            table.add_row(*(cells[column.title] for column in columns))
        table.caption = self._caption(hidden)
        return table

    def _rows(self) -> tuple[list[tuple[Scene, Standing]], int]:
        standings = self._board.standings
        rows = [(scene, standings[scene.reference]) for scene in self._scenes if scene.reference in standings]
        room = max(self._console.height - _LINES_BESIDE_ROWS, 1)
        if self.is_final or len(rows) <= room:
            return rows, 0
        open_first = sorted(rows, key=lambda row: row[1].status is Status.ARCHIVED)
        return open_first[:room], len(rows) - room

    def _cells(self, scene: Scene, standing: Standing, now: datetime) -> dict[str, Text]:
        complaint = scene.complaint
        return {
            "reference": plain(scene.reference),
            "channel": plain(complaint.channel),
            "": plain(complaint.language),
            "first words": plain(" ".join(complaint.text.split())),
            "status": Text(standing.status, style=_COLOURS[standing.status]),
            "owner": plain(standing.owner),
            "department": plain(standing.department),
            "level": Text(standing.level, style="bold red" if standing.level is Level.EXECUTIVE else ""),
            "due": self._due(standing, now),
            "last event": plain(_in_words(standing.journal[-1])),
        }

    def _due(self, standing: Standing, now: datetime) -> Text:
        if since := overdue_since(standing, self._policy):
            return Text(f"{_seconds(now - since)} late", style="red")
        if standing.due_at is None or standing.status in _OVER:
            return Text("")
        return Text(f"in {_seconds(standing.due_at - now)}")

    def _caption(self, hidden: int) -> str:
        standings = self._board.standings.values()
        archived = sum(standing.status is Status.ARCHIVED for standing in standings)
        parts = [f"{len(standings)} of {len(self._scenes)} filed", f"{archived} archived"]
        if hidden:
            parts.append(f"{hidden} not shown")
        if self._board.fault:
            parts.append(self._board.fault)
        return " · ".join(parts)


def _in_words(happening: Happening) -> str:
    """Such as `rung reached: head` or `approved · xu.ming`."""
    level = happening.data.get("level") or happening.data.get("to")
    words = happening.type.replace("_", " ") + (f": {level}" if level else "")
    return words if happening.by == SYSTEM.subject else f"{words} · {happening.by}"


def _seconds(duration: timedelta) -> str:
    return f"{max(int(duration.total_seconds()), 0)} s"
