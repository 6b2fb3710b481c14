"""What the HTTP door adds to the calls that it wraps: the same call bare and over HTTP, in turn, under the same load.

The overhead is that of the mean time of a call (in-flight calls by calls per second; the median of what comes in bursts
jumps) at moderate concurrency: `IN_FLIGHT` callers, two for each core of a small machine, each of whom asks again once
they are answered. With one, nobody ever waits for the door's single thread, which is too kind to it; with many more
than there are cores, either time is mostly spent in queues, and the quotient says how long the queues were.
"""

from __future__ import annotations

import asyncio
import math
import os
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from infra.db.tables import complaints, events
from infra.devstack.issuer import Issuer
from starter.client import AmendsClient
from starter.read_model import ReadModel
from tests.bench.http_line import HttpLine
from tests.bench.processes import with_worker
from tests.bench.standard import HEAD, SOURCE, complaint
from tests.support.conditions import eventually
from tests.support.desk import Desk
from workflows.contract.commands import AddNote
from workflows.contract.reference import reference_for

ROUNDS = int(os.environ.get("BENCH_API_ROUNDS", "7"))
EACH = int(os.environ.get("BENCH_API_EACH", "120"))
IN_FLIGHT = 4
SERVICE = "bench-shop"
TEXT = "The depot says it will call back tomorrow."

Call = Callable[[int, str], Awaitable[object]]
"""One call by the caller of that number; the string tells this call from all others."""


class Pair(NamedTuple):
    """A call and the HTTP request that wraps it; what both leave behind is over before the next begin."""

    name: str
    bare: Call
    api: Call
    settled: Callable[[str], Awaitable[None]]


@dataclass
class Side:
    """One side of a pair, round by round."""

    per_second: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)

    def take(self, milliseconds: Sequence[float], seconds: float) -> None:
        """The calls of one round."""
        ordered = sorted(milliseconds)
        self.per_second.append(len(ordered) / seconds)
        self.p50_ms.append(statistics.median(ordered))
        self.p99_ms.append(ordered[math.ceil(len(ordered) * 0.99) - 1])

    def figures(self, name: str) -> dict[str, float]:
        """Medians over the rounds."""
        return {
            f"{name}_per_s": statistics.median(self.per_second),
            f"{name}_p50_ms": statistics.median(self.p50_ms),
            f"{name}_p99_ms": statistics.median(self.p99_ms),
        }


async def measure_api(desk: Desk, policy: Path) -> dict[str, float]:
    """Figures of each pair, bare and over HTTP, and what the door adds as a share of the bare call's time."""
    async with AsyncExitStack() as resources:
        await with_worker(resources, desk, policy)
        address = await resources.enter_async_context(door_process(desk))
        issuer = Issuer.kept(desk.settings.state_dir)
        shop = issuer.token(SERVICE, client_id=SERVICE, scope="read file", sources=[SOURCE])
        lines = [await resources.enter_async_context(_line(address, shop)) for _ in range(IN_FLIGHT)]
        heads = [
            await resources.enter_async_context(_line(address, issuer.token(HEAD.subject))) for _ in range(IN_FLIGHT)
        ]
        figures: dict[str, float] = {}
        for pair in _pairs(desk, lines, heads):
            figures |= await _compare(pair)
    return figures


def _pairs(desk: Desk, lines: Sequence[HttpLine], heads: Sequence[HttpLine]) -> list[Pair]:
    """Notes and readings are of complaints that the filings have left; each is of one that is used only once."""
    client = AmendsClient(desk.temporal, task_queue=desk.settings.task_queue)
    model = ReadModel(desk.engine)

    async def file(_: int, key: str) -> object:
        return await client.file(complaint(key))

    async def post(caller: int, key: str) -> object:
        body = complaint(key).model_dump_json(exclude_unset=True).encode()
        return await lines[caller].ask("POST", "/api/v1/complaints", body)

    async def read(_: int, key: str) -> object:
        return await model.complaint(_reference(key))

    async def get(caller: int, key: str) -> object:
        return await lines[caller].ask("GET", f"/api/v1/complaints/{_reference(key)}")

    async def view(_: int, key: str) -> object:
        return await client.view(_reference(key))

    async def get_view(caller: int, key: str) -> object:
        return await lines[caller].ask("GET", f"/api/v1/complaints/{_reference(key)}/view")

    async def note(_: int, key: str) -> object:
        return await client.command(_reference(key), AddNote(actor=HEAD, text=TEXT, command_id=key))

    async def post_note(caller: int, key: str) -> object:
        body = f'{{"text": "{TEXT}"}}'.encode()
        return await heads[caller].ask("POST", f"/api/v1/complaints/{_reference(key)}/commands/note", body)

    async def nothing(_: str) -> None:
        return None

    return [
        Pair("file", file, post, lambda prefix: _until(desk, prefix, "assigned")),
        Pair("read", read, get, nothing),
        Pair("view", view, get_view, nothing),
        Pair("command", note, post_note, lambda prefix: _until(desk, prefix, "noted")),
    ]


def _reference(key: str) -> str:
    return reference_for(SOURCE, key)


async def _until(desk: Desk, prefix: str, event: str) -> None:
    """Every complaint of the round has had this event, so that nothing of one round is left to do in the next."""
    query = (
        select(func.count())
        .select_from(events.join(complaints, complaints.c.reference == events.c.reference))
        .where(complaints.c.source_key.startswith(prefix), events.c.type == event)
    )

    async def has_happened() -> bool:
        async with desk.engine.connect() as connection:
            return await connection.scalar(query) == EACH

    await eventually(has_happened, f"{EACH} of {prefix} are {event}")


async def _compare(pair: Pair) -> dict[str, float]:
    bare, api = Side(), Side()
    for number in range(ROUNDS + 1):  # the first round warms everything up and is not counted
        sides = [("bare", pair.bare, bare), ("api", pair.api, api)]
        for name, call, side in sides if number % 2 else reversed(sides):
            prefix = f"api-{name}-{number}."
            await _round(call, prefix, side if number else Side())
            await pair.settled(prefix)
    overheads = [b / a - 1 for a, b in zip(api.per_second, bare.per_second, strict=True)]
    added = [IN_FLIGHT * 1000 * (1 / a - 1 / b) for a, b in zip(api.per_second, bare.per_second, strict=True)]
    name = f"api_{pair.name}"
    return {
        **api.figures(name),
        **bare.figures(f"{name}_bare"),
        f"{name}_added_ms": statistics.median(added),
        f"{name}_overhead": statistics.median(overheads),
    }


async def _round(call: Call, prefix: str, side: Side) -> None:
    keys = iter([f"{prefix}{index}" for index in range(EACH)])
    milliseconds: list[float] = []

    async def ask(caller: int) -> None:
        for key in keys:
            began = time.perf_counter()
            await call(caller, key)
            milliseconds.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(ask(caller) for caller in range(IN_FLIGHT)))
    side.take(milliseconds, time.perf_counter() - began)


def _line(address: str, token: str) -> HttpLine:
    return HttpLine(address, {"Authorization": f"Bearer {token}"})


@asynccontextmanager
async def door_process(desk: Desk) -> AsyncIterator[str]:
    """The door in a process of its own, as it is in production; its value is the address."""
    port = _unused_port()
    environment = os.environ | {
        "AMENDS_STATE_DIR": str(desk.settings.state_dir),
        "AMENDS_API_PORT": str(port),
        "AMENDS_API_LIMIT_PER_CALLER": "1000000/second",
        "AMENDS_LOG_FORMAT": "json",
    }
    log = await asyncio.to_thread((desk.settings.state_dir / "bench-api.log").open, "ab")
    with log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "starter.api", env=environment, stdout=log, stderr=log
        )
        try:
            await eventually(lambda: _answers(port), f"the door answers; see {log.name}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            await process.wait()


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def _unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        return int(unused.getsockname()[1])
