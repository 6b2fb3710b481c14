"""What became of the complaints of a run: what PostgreSQL and Temporal each say, against what was filed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio.client import Client, RPCError, WorkflowFailureError
from temporalio.service import RPCStatusCode

from starter.demo.board import Board, Standing
from starter.demo.director import Played
from starter.demo.paths import PATHS
from starter.demo.scenes import Scene
from workflows.contract.names import workflow_id
from workflows.contract.views import Summary
from workflows.contract.vocabulary import Level, Status

PATIENCE = timedelta(seconds=15)
"""A workflow ends moments after its file is in the archive."""


@dataclass
class Ending:
    """How one complaint ended; no `faults` means as expected."""

    scene: Scene
    filed: bool
    standing: Standing | None
    is_in_temporal: bool = False
    faults: list[str] = field(default_factory=list)

    @property
    def is_lost(self) -> bool:
        """Filed, and now missing on one side."""
        return self.filed and (self.standing is None or not self.is_in_temporal)


async def endings(played: Sequence[Played], board: Board, temporal: Client) -> tuple[Ending, ...]:
    """Look at every complaint of the run on both sides."""
    await board.refresh()
    return tuple(await asyncio.gather(*(_ending(one, board, temporal) for one in played)))


def summary_line(found: Sequence[Ending]) -> str:
    """The run in one line, for people and scripts."""
    standings = [ending.standing for ending in found if ending.standing]
    return (
        f"demo: {sum(ending.filed for ending in found)} complaints,"
        f" {sum(standing.status is Status.ARCHIVED for standing in standings)} archived,"
        f" {sum(standing.level is Level.EXECUTIVE for standing in standings)} escalated to executives,"
        f" {sum(ending.is_lost for ending in found)} lost"
    )


async def _ending(played: Played, board: Board, temporal: Client) -> Ending:
    ending = Ending(played.scene, filed=played.filed, standing=board.standings.get(played.scene.reference))
    if played.fault:
        ending.faults.append(played.fault)
    if ending.standing is None:
        ending.faults.append("it is not in PostgreSQL")
    else:
        ending.faults += PATHS[played.scene.path].faults(ending.standing)
    await _look_in_temporal(ending, temporal)
    return ending


async def _look_in_temporal(ending: Ending, temporal: Client) -> None:
    handle = temporal.get_workflow_handle(workflow_id(ending.scene.reference), result_type=Summary)
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            summary: Summary = await handle.result()
    except TimeoutError:
        ending.is_in_temporal = True
        ending.faults.append("its workflow has not ended")
    except WorkflowFailureError as error:
        ending.is_in_temporal = True
        ending.faults.append(f"its workflow ended by {error.cause}")
    except RPCError as error:
        ending.is_in_temporal = error.status is not RPCStatusCode.NOT_FOUND
        ending.faults.append(f"Temporal says: {error.message}")
    else:
        ending.is_in_temporal = True
        if ending.standing and summary.sequence != ending.standing.sequence:
            ending.faults.append(f"PostgreSQL has {ending.standing.sequence} events, Temporal {summary.sequence}")
