"""While PostgreSQL or Temporal is stopped or hangs, every call is answered within seconds; afterwards all is well."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import text

from infra.db.transaction import transact
from infra.devstack.issuer import Issuer
from infra.devstack.layout import StateDir
from infra.devstack.ports import HOST, Ports
from infra.devstack.stack import Stack
from starter.api.app import create_app
from starter.api.serving import CONNECTIONS, answering, open_door
from tests.api.filed import COMPLAINTS, body
from tests.support.conditions import until
from tests.support.desk import Desk, running_desk, working

pytestmark = pytest.mark.xdist_group("servers_away")

AT_ONCE_SECONDS = 3
"""For a server that refuses connections."""

WITHIN_SECONDS = 15
"""For one that takes connections and says nothing: a statement's limit, once for each time that one is tried."""

READY_WITHIN_SECONDS = 4


@dataclass(frozen=True)
class Away:
    """A door on servers that its tests may stop."""

    desk: Desk
    client: AsyncClient

    async def readiness(self) -> dict[str, str]:
        """What /readyz says is wrong, said in time."""
        began = time.monotonic()
        answer = await self.client.get("/readyz")
        assert time.monotonic() - began < READY_WITHIN_SECONDS
        parts: dict[str, str] = answer.json()["parts"]
        wrong = {name: said for name, said in parts.items() if said != "ok"}
        assert answer.status_code == (503 if wrong else 200)
        assert ("Retry-After" in answer.headers) == bool(wrong)
        return wrong

    async def is_ready(self) -> bool:
        """Whether nothing is wrong."""
        return not await self.readiness()

    async def until_missing(self, *parts: str) -> None:
        """Wait until /readyz says that these parts are missing, and no others; what it says may be a second old."""

        async def is_said() -> bool:
            return set(await self.readiness()) == set(parts)

        await until(is_said, f"{parts} are missing")

    async def file(self, key: str) -> Response:
        """File a complaint as a service."""
        return await self.client.post(
            COMPLAINTS,
            json=body(key),
            headers=self._bearer("shop", client_id="shop", scope="file read", sources=["web"]),
        )

    async def look(self) -> Response:
        """Ask PostgreSQL."""
        return await self.client.get("/look")

    async def postgres(self) -> list[int]:
        """All processes of PostgreSQL that take and serve sessions."""
        first = self.desk.stack.addresses.postgres_pid
        assert first
        async with self.desk.engine.connect() as session:
            return [first, *await session.scalars(text("SELECT pid FROM pg_stat_activity"))]

    def _bearer(self, subject: str, **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {Issuer.kept(self.desk.settings.state_dir).token(subject, **claims)}"}


@asynccontextmanager
async def opened(desk: Desk) -> AsyncIterator[Away]:
    """A door of its own on these servers, with a route that does nothing but ask PostgreSQL."""
    async with open_door(desk.settings) as door:
        app = create_app(door)

        @app.get("/look")
        async def look() -> int | None:
            return await transact(door.engine, lambda session: session.scalar(text("SELECT 1")))

        async with answering(app, host=HOST, port=0) as address, AsyncClient(base_url=address, timeout=60) as client:
            yield Away(desk, client)


@pytest.fixture(scope="module")
async def away(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Away]:
    state_dir = tmp_path_factory.mktemp("away") / "state"
    state = StateDir(state_dir)
    state.create()
    Ports.unused().remember(state)
    async with running_desk(state_dir) as desk, working(desk), opened(desk) as away:
        await until(away.is_ready, "the door is ready")
        yield away
    await Stack.purge(state_dir)


@asynccontextmanager
async def frozen(*processes: int) -> AsyncIterator[None]:
    """Processes that keep their connections and say nothing."""

    async def are_stopped() -> bool:
        return all(map(_is_stopped, processes))

    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        await until(are_stopped, "they are stopped, which on a busy machine takes them as long as an answer")
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def _is_stopped(process: int) -> bool:
    """As far as can be seen: not every system has a /proc."""
    seen = Path(f"/proc/{process}/stat")
    return not seen.exists() or seen.read_text().rpartition(")")[2].split()[0] == "T"


async def refused(call: Awaitable[Response], within_seconds: float, code: str = "unreachable") -> None:
    """A call is answered in time, with a problem that says to come back."""
    began = time.monotonic()
    answer = await call
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert time.monotonic() - began < within_seconds
    assert int(answer.headers["Retry-After"]) >= 1


@asynccontextmanager
async def without_postgresql(desk: Desk) -> AsyncIterator[None]:
    """Stopped during the block."""
    await desk.stack.stop_postgres()
    try:
        yield
    finally:
        await desk.stack.start_postgres()


@asynccontextmanager
async def without_temporal(desk: Desk) -> AsyncIterator[None]:
    """Stopped during the block."""
    await desk.stack.stop_temporal()
    try:
        yield
    finally:
        await desk.stack.start_temporal()


async def test_while_postgresql_is_stopped_calls_are_refused_at_once_and_afterwards_served(away: Away) -> None:
    """Who is calling stands in its tables: nothing is filed meanwhile."""
    assert (await away.look()).json() == 1
    async with without_postgresql(away.desk):
        await refused(away.look(), AT_ONCE_SECONDS)
        await away.until_missing("postgresql", "tables")
        assert (await away.client.get("/healthz")).status_code == 200
        await refused(away.file("without-postgresql"), AT_ONCE_SECONDS)
    assert (await away.look()).json() == 1
    await until(away.is_ready, "the door is ready again")
    assert (await away.file("without-postgresql")).status_code == 201


async def test_while_postgresql_hangs_calls_are_refused_within_seconds_and_afterwards_served(away: Away) -> None:
    """Also those after the first, when sessions are used up."""
    await asyncio.gather(*(away.look() for _ in range(CONNECTIONS)))
    async with frozen(*await away.postgres()):
        await away.until_missing("postgresql", "tables")
        await asyncio.gather(*(refused(away.look(), WITHIN_SECONDS) for _ in range(2 * CONNECTIONS)))
        assert (await away.client.get("/healthz")).status_code == 200
    await until(away.is_ready, "the door is ready again")
    assert (await away.look()).json() == 1


async def test_while_temporal_is_stopped_nothing_is_filed_and_afterwards_it_is_once(away: Away) -> None:
    async with without_temporal(away.desk):
        await refused(away.file("without-temporal"), WITHIN_SECONDS)
        await away.until_missing("temporal", "workers")
        assert (await away.look()).json() == 1
    await until(away.is_ready, "the door is ready again")
    answers = [await away.file("without-temporal") for _ in range(2)]
    assert [answer.json()["duplicate"] for answer in answers] == [False, True]


async def test_while_temporal_hangs_calls_are_refused_within_seconds_and_afterwards_served(away: Away) -> None:
    pid = away.desk.stack.addresses.temporal_pid
    assert pid
    async with frozen(pid):
        await refused(away.file("temporal-hangs"), WITHIN_SECONDS)
        await away.until_missing("temporal", "workers")
    await until(away.is_ready, "the door is ready again")
    assert (await away.file("temporal-hangs")).is_success  # what was sent while it hung may have arrived


async def test_a_door_opens_while_both_are_away_and_serves_when_they_are_back(away: Away) -> None:
    async with AsyncExitStack() as doors:
        async with without_postgresql(away.desk), without_temporal(away.desk):
            early = await doors.enter_async_context(opened(away.desk))
            await early.until_missing("postgresql", "tables", "temporal", "workers")
            await refused(early.look(), AT_ONCE_SECONDS)
            await refused(early.file("early"), WITHIN_SECONDS)
        await until(early.is_ready, "the door that opened early is ready")
        assert (await early.file("early")).status_code == 201
