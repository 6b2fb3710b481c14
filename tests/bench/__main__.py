"""Runs the bench on an embedded stack of its own and prints the table; the same figures go to `build/bench.json`."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from infra.policies import SHIPPED
from infra.process import run_main
from starter.client import AmendsClient
from tests.bench.api import measure_api
from tests.bench.bare import TASK_QUEUE, UPDATES, Bare
from tests.bench.console import measure_console
from tests.bench.lag import lag_policy, measure_lag
from tests.bench.processes import WorkerProcess, with_worker
from tests.bench.reading import measure_reading
from tests.bench.standard import Rows, live_through
from tests.support.desk import Desk, running_desk
from workflows.contract.names import workflow_id

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
EACH = int(os.environ.get("BENCH_EACH", "80"))
IN_FLIGHT = 40
RESULT = Path("build/bench.json")

_BILLED = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
    EventType.EVENT_TYPE_TIMER_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
}
"""What Temporal Cloud bills as one action each."""


@dataclass
class Measured:
    """Throughput and worker CPU, round by round."""

    per_second: list[float] = field(default_factory=list)
    worker_cpu_ms: list[float] = field(default_factory=list)


def bench_policy(directory: Path, reopening: str) -> Path:
    """The default policy with another reopening window: nobody can wait 30 days for the end of a measurement."""
    policy = yaml.safe_load((SHIPPED / "default.yaml").read_text(encoding="utf-8"))
    next(clock for clock in policy["clocks"] if clock["name"] == "reopening")["target"] = reopening
    path = directory / f"reopening-{reopening}.yaml"
    path.write_text(yaml.safe_dump(policy, allow_unicode=True), encoding="utf-8")
    return path


async def measure_one(desk: Desk, policy: Path) -> dict[str, float]:
    """Events, actions and bytes of a standard complaint whose people think until the last step is written."""
    async with AsyncExitStack() as resources:
        await with_worker(resources, desk, policy)
        client = AmendsClient(desk.temporal, task_queue=desk.settings.task_queue)
        rows = Rows(desk.engine)
        watching = asyncio.create_task(rows.watch())
        resources.callback(watching.cancel)

        async def think(reference: str, sequence: int) -> None:
            await rows.until(reference, lambda _, written: written >= sequence)
            await asyncio.sleep(0.5)

        reference = await live_through(client, rows, "measured", think=think)
        handle = desk.temporal.get_workflow_handle(workflow_id(reference))
        await handle.result()
        history = await handle.fetch_history()
    return {
        "events_per_complaint": len(history.events),
        "actions_per_complaint": sum(event.event_type in _BILLED for event in history.events),
        "history_bytes_per_complaint": sum(event.ByteSize() for event in history.events),
    }


async def measure_many(desk: Desk, policy: Path) -> dict[str, float]:
    """Throughput of complaints against bare workflows, interleaved; medians."""
    async with AsyncExitStack() as resources:
        worker = await with_worker(resources, desk, policy)
        client = AmendsClient(desk.temporal, task_queue=desk.settings.task_queue)
        rows = Rows(desk.engine)
        watching = asyncio.create_task(rows.watch())
        resources.callback(watching.cancel)

        async def one_complaint(key: str) -> None:
            reference = await live_through(client, rows, key)
            await desk.temporal.get_workflow_handle(workflow_id(reference)).result()

        async def one_bare(key: str) -> None:
            await _bare(desk.temporal, key)

        bare, ours = Measured(), Measured()
        for number in range(ROUNDS + 1):  # the first round warms everything up and is not counted
            for measured, work in ((bare, one_bare), (ours, one_complaint)):
                await _round(work, number, worker, measured if number else Measured())
    complaints_per_s = statistics.median(ours.per_second)
    bare_per_s = statistics.median(bare.per_second)
    return {
        "complaints_per_s": complaints_per_s,
        "bare_per_s": bare_per_s,
        "ratio_to_bare": statistics.median(a / b for a, b in zip(ours.per_second, bare.per_second, strict=True)),
        "worker_cpu_ms_per_complaint": statistics.median(ours.worker_cpu_ms),
        "worker_cpu_ms_per_bare": statistics.median(bare.worker_cpu_ms),
    }


async def _bare(temporal: Client, key: str) -> None:
    handle = await temporal.start_workflow(Bare.run, id=f"bare-{key}", task_queue=TASK_QUEUE)
    for _ in range(UPDATES):
        await handle.execute_update(Bare.step)
    await handle.result()


async def _round(
    work: Callable[[str], Awaitable[None]], number: int, worker: WorkerProcess, measured: Measured
) -> None:
    slots = asyncio.Semaphore(IN_FLIGHT)

    async def one(index: int) -> None:
        async with slots:
            await work(f"{number}.{index}")

    cpu_before, began = await worker.cpu_ms(), time.perf_counter()
    await asyncio.gather(*(one(index) for index in range(EACH)))
    measured.per_second.append(EACH / (time.perf_counter() - began))
    measured.worker_cpu_ms.append((await worker.cpu_ms() - cpu_before) / EACH)


async def main() -> None:
    """Measure, print, write."""
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as directory:
        async with running_desk(Path(directory) / "state") as desk:
            figures = await measure_one(desk, bench_policy(Path(directory), "PT1S"))
            figures |= await measure_many(desk, bench_policy(Path(directory), "PT0S"))
            figures |= await measure_api(desk, bench_policy(Path(directory), "PT0S"))
            figures |= await measure_lag(desk, lag_policy(Path(directory)))
            figures |= await measure_reading(desk)  # leaves as many complaints as there are after years
            figures |= await measure_console(desk, bench_policy(Path(directory), "PT1S"))
    write(figures)


def write(figures: dict[str, float]) -> None:
    """The table for people, the file for programs."""
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    table = Table(title=f"Standard complaint ({ROUNDS} rounds of {EACH}, {IN_FLIGHT} in flight)")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        table.add_row(name, f"{value:.2f}" if value % 1 else f"{value:.0f}")
    Console().print(table)


if __name__ == "__main__":
    run_main(main)
