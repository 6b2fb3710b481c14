"""Clients file over HTTP, again and again, while the door, the worker and the database are killed under them."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from httpx2 import AsyncClient, Limits, TransportError
from sqlalchemy import func, select

from infra.db.tables import complaints, events
from infra.db.transaction import transact
from infra.devstack.issuer import Issuer
from infra.devstack.ports import HOST, Ports
from tests.support.conditions import eventually
from tests.support.desk import Desk
from tests.support.forked import API
from tests.support.worker_process import WorkerProcess
from workflows.contract.errors import ErrorCode
from workflows.contract.names import workflow_id
from workflows.contract.reference import reference_for

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("api_killed")]

SOURCE = "killed"
CLIENTS = 64
KEYS_OF_A_CLIENT = 4
STEP = 2
"""Each client has half of its keys in common with the next one, so every key is filed by two."""

TIMES = 2
"""So often each client files each of its keys: it forgets that it has been told."""

KEYS = [f"key-{number}" for number in range(CLIENTS * STEP)]
FILINGS = CLIENTS * KEYS_OF_A_CLIENT * TIMES
KILLS = 9
"""The door, the worker and the database in turn, three times each."""

ASSIGNED = 3
PLENTY = "1000000/minute"
WORTH_REPEATING = {code.http_status for code in (ErrorCode.UNREACHABLE, ErrorCode.NO_ANSWER)}


class Hunter:
    """Kills the next of its victims each time that another share of the filings has been acknowledged."""

    def __init__(self, *victims: Callable[[], Awaitable[None]]) -> None:
        self.kills = 0
        self.cut_off = 0
        self.acknowledged: list[tuple[str, int, str]] = []
        self._victims = victims

    async def count(self, key: str, status: int, reference: str) -> None:
        """One more filing has been acknowledged."""
        self.acknowledged.append((key, status, reference))
        if self.kills < KILLS and len(self.acknowledged) >= FILINGS * (self.kills + 1) / (KILLS + 1):
            victim = self._victims[self.kills % len(self._victims)]
            self.kills += 1
            await victim()


@asynccontextmanager
async def running(desk: Desk, directory: Path) -> AsyncIterator[tuple[str, WorkerProcess, WorkerProcess]]:
    """The door and a worker, each a process of its own that is started again when it was killed; the door's address."""
    port = Ports.unused().api
    environment = {
        "AMENDS_STATE_DIR": str(desk.settings.state_dir),
        "AMENDS_TASK_QUEUE": directory.name,
        "AMENDS_API_PORT": str(port),
        "AMENDS_API_LIMIT_PER_CALLER": PLENTY,
        "AMENDS_API_LIMIT_ANONYMOUS": PLENTY,
    }
    worker = WorkerProcess(environment, directory / "worker.log")
    api = WorkerProcess(environment, directory / "api.log", API)
    async with worker.kept_up(), api.kept_up():
        yield f"http://{HOST}:{port}", worker, api


class Client:
    """One of those who file: patient, and forgetful."""

    def __init__(self, number: int, http: AsyncClient, hunter: Hunter) -> None:
        self._number = number
        self._http = http
        self._hunter = hunter

    async def file_all(self) -> None:
        """Each of its keys, and all of them once more; the key is in the header, as most clients have it."""
        first = self._number * STEP
        for _ in range(TIMES):
            for number in range(first, first + KEYS_OF_A_CLIENT):
                key = KEYS[number % len(KEYS)]
                status, reference = await eventually(partial(self._try, key), f"{key} is acknowledged")
                await self._hunter.count(key, status, reference)

    async def _try(self, key: str) -> tuple[int, str] | None:
        """Status and reference, if it was acknowledged."""
        said = {
            "source": SOURCE,
            "channel": "web",
            "language": "zh",
            "text": f"洗衣机漏水，客户端{self._number}要求退款。",
        }
        wait = {"wait": "projection"} if self._number % 4 == 0 else {}
        try:
            answer = await self._http.post(
                "/api/v1/complaints", params=wait, json=said, headers={"Idempotency-Key": key}
            )
        except TransportError:  # the door is away, or went away while it was answering
            self._hunter.cut_off += 1
            return None
        if answer.status_code in WORTH_REPEATING:
            assert "Retry-After" in answer.headers
            return None
        assert answer.status_code in (200, 201), answer.text
        return answer.status_code, answer.json()["reference"]


async def test_whatever_is_killed_each_key_is_one_complaint_and_none_that_was_acknowledged_is_lost(
    desk: Desk, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """In Temporal and in the tables: sixty-four clients, and every key filed by two of them, twice."""
    token = Issuer.kept(desk.settings.state_dir).token("shop", client_id="shop", scope="file", sources=[SOURCE])
    async with running(desk, tmp_path) as (address, worker, api):

        async def kill_api() -> None:
            api.kill()

        async def kill_worker() -> None:
            worker.kill()

        async def kill_postgres() -> None:
            async def serving() -> int | None:
                return desk.stack.addresses.postgres_pid

            os.kill(await eventually(serving, "PostgreSQL is up"), signal.SIGKILL)

        hunter = Hunter(kill_api, kill_worker, kill_postgres)
        limits = Limits(max_connections=CLIENTS)
        bearer = {"Authorization": f"Bearer {token}"}
        async with AsyncClient(base_url=address, headers=bearer, limits=limits, timeout=20) as http:
            await asyncio.gather(*(Client(number, http, hunter).file_all() for number in range(CLIENTS)))

        references = {reference_for(SOURCE, key) for key in KEYS}
        await eventually(lambda: _all_assigned(desk, len(references)), "every complaint has somebody who owns it")

    assert hunter.kills == KILLS
    assert (api.kills, worker.kills) == (KILLS / 3, KILLS / 3)
    assert hunter.cut_off > 0, "nobody noticed that the door was killed"
    assert len(hunter.acknowledged) == FILINGS
    assert {reference for _, _, reference in hunter.acknowledged} == references
    assert all(reference == reference_for(SOURCE, key) for key, _, reference in hunter.acknowledged)
    created = Counter(key for key, status, _ in hunter.acknowledged if status == 201)
    assert max(created.values()) == 1, "no key was told twice that it is new"

    rows = await transact(desk.engine, lambda connection: connection.execute(_ROWS))
    assert {row.reference: row.filings for row in rows} == dict.fromkeys(references, 1)
    runs = [each.id async for each in desk.temporal.list_workflows(f"TaskQueue = '{tmp_path.name}'")]
    assert sorted(runs) == sorted(map(workflow_id, references))
    record_property(
        "killed under 64 clients", f"{hunter.kills} times; {FILINGS} filings of {len(references)} complaints"
    )


_ROWS = (
    select(complaints.c.reference, func.count().label("filings"))
    .join(events, events.c.reference == complaints.c.reference)
    .where(complaints.c.source == SOURCE, events.c.type == "filed")
    .group_by(complaints.c.reference)
)


async def _all_assigned(desk: Desk, count: int) -> bool:
    query = select(func.count()).where(complaints.c.source == SOURCE, complaints.c.sequence >= ASSIGNED)
    return await transact(desk.engine, lambda connection: connection.scalar(query)) == count
