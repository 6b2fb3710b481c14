"""Complaints that speak to each other, on one worker that is killed at planned moments, each time to be replaced."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TypeVar

from infra.devstack.ports import HOST
from infra.devstack.smtp_server import serving
from starter.client import AmendsClient
from tests.e2e.doomed_life import SURVEY_SECRET
from tests.e2e.kill_points import KillPoint
from tests.e2e.records import Record, until_settled
from tests.e2e.standard_path import ASSIGNED, complaint, file, give
from tests.support.conditions import PATIENCE, eventually
from tests.support.desk import Desk
from tests.support.postgres_proxy import Exchange, PostgresProxy
from tests.support.watched_mail import WatchedMailSink
from tests.support.worker_process import WorkerProcess
from workflows.contract.commands import Command
from workflows.contract.names import workflow_id
from workflows.contract.views import Receipt

Done = TypeVar("Done")

AT_ONCE = 10
"""How many people act at the same time."""


class DoomedTown:
    """Its complaints, their worker, and between that worker and the outside world somebody who waits for the moment.

    Args:
        desk: the servers.
        plan: when the worker dies, in this order.
        directory: for its log and its mails.
        policy: path of the policy.
    """

    def __init__(self, desk: Desk, plan: tuple[KillPoint, ...], directory: Path, policy: Path) -> None:
        directory.mkdir()
        self.name = f"town-{directory.name}"
        self.kills = 0
        self._desk = desk
        self._plan = deque(plan)
        self._policy = policy
        self._log_file = directory / "worker.log"
        self._client = AmendsClient(desk.temporal, task_queue=self.name)
        self.sink = WatchedMailSink(directory / "mail", lambda _message_id: None)
        self._proxy = PostgresProxy(desk.connections.database, self._on_request, lambda _exchange: False)

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """A worker runs during the block.

        Raises:
            AssertionError: a planned moment never came.
        """
        async with AsyncExitStack() as running:
            await running.enter_async_context(self._proxy.serving())
            port = await running.enter_async_context(serving(self.sink))
            environment = {
                "AMENDS_STATE_DIR": str(self._desk.settings.state_dir),
                "AMENDS_DATABASE_URL": self._proxy.url,
                "AMENDS_SMTP": f"{HOST}:{port}",
                "AMENDS_SURVEY_SECRET": SURVEY_SECRET,
                "AMENDS_POLICY": str(self._policy),
                "AMENDS_TASK_QUEUE": self.name,
            }
            self._worker = WorkerProcess(environment, self._log_file)
            await running.enter_async_context(self._worker.kept_up())
            yield
            self.kills = self._worker.kills
        assert not self._plan, f"it never came to this: {self._plan[0].name}"

    async def filed(self, *names: str) -> tuple[str, ...]:
        """The references of complaints of these names, once they have an owner."""

        async def one(name: str) -> str:
            reference = await file(self._client, complaint(f"{self.name}-{name}"))
            await until_settled(self._desk.engine, reference, ASSIGNED)
            return reference

        return await together(one(name) for name in names)

    async def give(self, reference: str, command: Command) -> Receipt:
        """Give a command, as often as it takes."""
        return await give(self._client, reference, command)

    async def happened(self, reference: str, event: str, times: int = 1) -> None:
        """Wait until an event is in the journal."""

        async def has_happened() -> bool:
            return len((await self.record(reference)).entries(event)) >= times

        await eventually(has_happened, f"{event} has happened to {reference}")

    async def ended(self, reference: str) -> None:
        """Wait until its file is in the archive, which is written after the journal says so."""
        handle = self._desk.temporal.get_workflow_handle(workflow_id(reference))
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await handle.result()

    async def record(self, reference: str) -> Record:
        """What the tables say of a complaint."""
        return await Record.read(self._desk.engine, reference)

    async def settled(self, *references: str) -> list[Record]:
        """What the tables say once everything that is in the journals has been sent."""

        async def one(reference: str) -> Record:
            await until_settled(self._desk.engine, reference, (await self.record(reference)).complaint.sequence)
            return await self.record(reference)

        return list(await together(one(reference) for reference in references))

    def _on_request(self, exchange: Exchange) -> bool:
        if not self._plan or not self._plan[0].request(exchange):
            return False
        self._plan.popleft()
        self._worker.kill()
        return True


async def together(doing: Iterable[Awaitable[Done]]) -> tuple[Done, ...]:
    """The results, in order; a few are done at a time."""
    few = asyncio.Semaphore(AT_ONCE)

    async def one(each: Awaitable[Done]) -> Done:
        async with few:
            return await each

    return tuple(await asyncio.gather(*(one(each) for each in doing)))
