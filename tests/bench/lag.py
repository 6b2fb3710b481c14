"""How late deadlines are noticed when hundreds fall in the same instant: complaints against bare timers."""

from __future__ import annotations

import asyncio
import math
import os
import statistics
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from infra.db.tables import complaints, events
from infra.policies import SHIPPED
from starter.client import AmendsClient
from tests.bench.bare import TASK_QUEUE, Sleeper
from tests.bench.processes import with_worker
from tests.bench.standard import SOURCE, complaint
from tests.support.desk import Desk

ROUNDS = int(os.environ.get("BENCH_LAG_ROUNDS", "3"))
SAME_INSTANT = 500
LEAD_TIME = timedelta(seconds=45)
"""From the first start to the common instant: long enough that all have been started, and that is checked."""

OUTAGE = timedelta(seconds=5)
"""How long before the common instant the worker is stopped, and how long after it the next one is started."""

IN_FLIGHT = 20

Start = Callable[[Desk, datetime, int], Awaitable[None]]
Lags = Callable[[Desk, datetime, int], Awaitable[list[float]]]


def lag_policy(directory: Path) -> Path:
    """The default policy with one obligation of an hour, whose breach the head is told."""
    policy = yaml.safe_load((SHIPPED / "default.yaml").read_text(encoding="utf-8"))
    first_reply = next(clock for clock in policy["clocks"] if clock["name"] == "first_reply")
    limit = first_reply | {"target": "PT1H", "ladder": [{"percent": 100, "tell": "head"}]}
    policy["clocks"] = [limit, *(clock for clock in policy["clocks"] if clock["start"] != ["filed"])]
    path = directory / "lag.yaml"
    path.write_text(yaml.safe_dump(policy, allow_unicode=True), encoding="utf-8")
    return path


async def measure_lag(desk: Desk, policy: Path) -> dict[str, float]:
    """Lags in milliseconds: one alone, hundreds at once, and hundreds after an outage, each in turn with the bare ones;
    medians over the rounds.
    """
    figures: dict[str, float] = {}
    for name, count, outage in (("alone", 1, False), ("burst", SAME_INSTANT, False), ("outage", SAME_INSTANT, True)):
        rounds: list[dict[str, float]] = []
        for _ in range(ROUNDS):
            bare = await _round(desk, policy, count, _start_sleepers, _sleepers_lags, outage=outage)
            ours = await _round(desk, policy, count, _file_complaints, _complaints_lags, outage=outage)
            ratio = {f"lag_{name}_ratio": percentile(ours, 99) / percentile(bare, 99)}
            rounds.append(_figures(f"lag_{name}", ours) | _figures(f"lag_{name}_bare", bare) | ratio)
        figures |= {figure: statistics.median(each[figure] for each in rounds) for figure in rounds[0]}
    return figures


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that so many percent of the values do not exceed."""
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]


def _figures(name: str, lags: Sequence[float]) -> dict[str, float]:
    return {
        f"{name}_p50_ms": statistics.median(lags),
        f"{name}_p99_ms": percentile(lags, 99),
        f"{name}_max_ms": max(lags),
    }


async def _round(desk: Desk, policy: Path, count: int, start: Start, lags: Lags, *, outage: bool) -> list[float]:
    due_at = datetime.now(UTC) + (LEAD_TIME if count > 1 else OUTAGE)
    async with AsyncExitStack() as first:
        await with_worker(first, desk, policy)
        await start(desk, due_at, count)
        if not outage:
            return await lags(desk, due_at, count)
        await _until(due_at - OUTAGE)
    await _until(due_at + OUTAGE)
    async with AsyncExitStack() as second:
        await with_worker(second, desk, policy)
        return await lags(desk, due_at, count)


async def _until(instant: datetime) -> None:
    await asyncio.sleep(max((instant - datetime.now(UTC)).total_seconds(), 0))


async def _each(count: int, work: Callable[[int], Awaitable[None]], due_at: datetime) -> None:
    slots = asyncio.Semaphore(IN_FLIGHT)

    async def one(number: int) -> None:
        async with slots:
            await work(number)

    await asyncio.gather(*(one(number) for number in range(count)))
    if datetime.now(UTC) > due_at - OUTAGE and count > 1:
        raise RuntimeError(f"{count} starts took longer than the lead time; make it longer")


async def _file_complaints(desk: Desk, due_at: datetime, count: int) -> None:
    client = AmendsClient(desk.temporal, task_queue=desk.settings.task_queue)
    received_at = due_at - timedelta(hours=1)

    async def file(number: int) -> None:
        key = f"lag-{due_at.timestamp()}-{number}"
        await client.file(complaint(key).model_copy(update={"received_at": received_at}))

    await _each(count, file, due_at)


async def _complaints_lags(desk: Desk, due_at: datetime, count: int) -> list[float]:
    query = (
        select(events.c.at)
        .join(complaints, complaints.c.reference == events.c.reference)
        .where(
            complaints.c.source == SOURCE,
            complaints.c.source_key.startswith(f"lag-{due_at.timestamp()}-"),
            events.c.type == "clock_breached",
        )
    )
    noticed = await _rows(desk.engine, query, count)
    return [(at - due_at).total_seconds() * 1000 for at in noticed]


async def _rows(engine: AsyncEngine, query: Select[datetime], count: int) -> list[datetime]:
    """All rows, as soon as there are enough; a breach noticed twice would be one too many."""
    while True:
        async with engine.connect() as connection:
            found = list(await connection.scalars(query))
        if len(found) > count:
            raise RuntimeError(f"{len(found)} breaches of {count} complaints")
        if len(found) == count:
            return found
        await asyncio.sleep(0.5)


async def _start_sleepers(desk: Desk, due_at: datetime, count: int) -> None:
    async def start(number: int) -> None:
        await _sleeper(desk.temporal, due_at, number)

    await _each(count, start, due_at)


async def _sleeper(temporal: Client, due_at: datetime, number: int) -> None:
    await temporal.start_workflow(Sleeper.run, due_at, id=_sleeper_id(due_at, number), task_queue=TASK_QUEUE)


async def _sleepers_lags(desk: Desk, due_at: datetime, count: int) -> list[float]:
    ids = (_sleeper_id(due_at, number) for number in range(count))
    handles = [desk.temporal.get_workflow_handle(each, result_type=float) for each in ids]
    return list(await asyncio.gather(*(handle.result() for handle in handles)))


def _sleeper_id(due_at: datetime, number: int) -> str:
    return f"sleeper-{due_at.timestamp()}-{number}"
