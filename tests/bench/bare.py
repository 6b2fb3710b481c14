"""The reference workload: what the engine alone does with as much traffic and no business at all."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial

from temporalio import activity, workflow

TASK_QUEUE = "bare"
UPDATES = 5
ACTIVITIES = 4


@activity.defn
async def nothing() -> None:
    """An activity with an empty body."""


@workflow.defn
class Bare:
    """Five updates, four ordinary activities with empty bodies, one 24-hour timer that is cancelled."""

    def __init__(self) -> None:
        self._updates = 0

    @workflow.run
    async def run(self) -> None:
        """End after the last update."""
        timer = asyncio.create_task(workflow.sleep(timedelta(hours=24)))
        for done in range(ACTIVITIES):
            await workflow.wait_condition(partial(self._has_more_than, done))
            await workflow.execute_activity(nothing, start_to_close_timeout=timedelta(seconds=15))
        await workflow.wait_condition(lambda: self._updates >= UPDATES)
        timer.cancel()

    def _has_more_than(self, done: int) -> bool:
        return self._updates > done

    @workflow.update
    def step(self) -> int:
        """One update; answers how many there were."""
        self._updates += 1
        return self._updates


@workflow.defn
class Sleeper:
    """One timer, and nothing else."""

    @workflow.run
    async def run(self, due_at: datetime) -> float:
        """How late the end of the timer is noticed, in milliseconds."""
        await workflow.sleep(due_at - workflow.now())
        return (workflow.now() - due_at).total_seconds() * 1000
