"""Shows a run: as a live table in a terminal; where there is none, as a line for each step of a complaint."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress

from rich.console import Console
from rich.live import Live

from starter.cli.terminal import plain
from starter.demo.board import Board, Standing
from starter.demo.scenes import Scene
from starter.demo.table import LiveTable
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Level, Status

REFRESHES_PER_SECOND = 4


class StepLines:
    """The same as lines: one whenever a complaint's status or level has changed."""

    def __init__(self, console: Console, scenes: Sequence[Scene], board: Board) -> None:
        self._console = console
        self._scenes = scenes
        self._board = board
        self._seen: dict[str, tuple[Status, Level]] = {}

    async def follow(self) -> None:
        """Print until cancelled."""
        while True:
            self.print_news()
            await asyncio.sleep(1 / REFRESHES_PER_SECOND)

    def print_news(self) -> None:
        """Print what has changed since the last time."""
        for scene, standing in self._changed():
            cells = (
                standing.reference,
                f"{scene.path:13}",
                f"{standing.status:13}",
                f"{standing.level:9}",
                standing.owner,
            )
            self._console.print(plain("  ".join(cells)), soft_wrap=True)

    def _changed(self) -> Iterable[tuple[Scene, Standing]]:
        for scene in self._scenes:
            standing = self._board.standings.get(scene.reference)
            if standing and self._seen.get(scene.reference) != (standing.status, standing.level):
                self._seen[scene.reference] = (standing.status, standing.level)
                yield scene, standing


@asynccontextmanager
async def shown(console: Console, scenes: Sequence[Scene], board: Board, policy: Policy) -> AsyncIterator[None]:
    """Show the run while the block lasts, in whatever way the console can."""
    if console.is_terminal and not console.is_dumb_terminal:
        table = LiveTable(console, scenes, board, policy)
        with Live(table, console=console, refresh_per_second=REFRESHES_PER_SECOND):
            yield
            table.is_final = True
        return
    lines = StepLines(console, scenes, board)
    following = asyncio.create_task(lines.follow())
    try:
        yield
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        lines.print_news()
