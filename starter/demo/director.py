"""Lets complaints arrive one after the other, and their people act on all of them at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from starter.client import AmendsClient
from starter.demo.board import Board
from starter.demo.desk import Desk
from starter.demo.paths import PATHS
from starter.demo.people import People
from starter.demo.scenes import Scene
from workflows.contract.errors import AmendsError
from workflows.contract.vocabulary import Status

BETWEEN_ARRIVALS = timedelta(seconds=0.6)
PATIENCE = timedelta(seconds=150)
"""Several times what the longest path takes under the demo's policy."""


@dataclass
class Played:
    """How one scene went: whether its complaint was filed, and what went wrong, if anything did."""

    scene: Scene
    filed: bool = False
    fault: str | None = None


class Director:
    """Plays scenes with the staff of an organisation."""

    def __init__(self, client: AmendsClient, board: Board, people: People) -> None:
        self._client = client
        self._board = board
        self._people = people

    async def play(self, scenes: Sequence[Scene]) -> tuple[Played, ...]:
        """Play all scenes to their ends. A scene that goes wrong says so and disturbs no other."""
        played = tuple(Played(scene) for scene in scenes)
        async with asyncio.TaskGroup() as group:
            for one in played:
                group.create_task(self._play(one))
                await asyncio.sleep(BETWEEN_ARRIVALS.total_seconds())
        return played

    async def _play(self, played: Played) -> None:
        desk = Desk(played.scene, self._client, self._board, self._people)
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await desk.file()
                played.filed = True
                self._board.add(played.scene.reference)
                await PATHS[played.scene.path].play(desk)
                await desk.until(lambda standing: standing.status is Status.ARCHIVED)
        except AmendsError as error:
            played.fault = f"[{error.code}] {error}"
        except TimeoutError:
            played.fault = f"it did not end within {PATIENCE.total_seconds():.0f} s"
