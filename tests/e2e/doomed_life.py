"""One complaint's life on a worker of its own that is killed at planned moments, each time to be replaced."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle

from infra.devstack.ports import HOST
from infra.devstack.smtp_server import serving
from starter.client import AmendsClient
from starter.polling import Polling
from tests.e2e.kill_points import KillPoint
from tests.e2e.records import Record, until_settled
from tests.e2e.standard_path import ASSIGNED, COMMANDS, complaint, file, give
from tests.support.conditions import PATIENCE, eventually
from tests.support.desk import Desk
from tests.support.postgres_proxy import Exchange, PostgresProxy
from tests.support.watched_mail import WatchedMailSink
from tests.support.worker_process import WorkerProcess
from workflows.contract.commands import Command
from workflows.contract.names import workflow_id
from workflows.contract.views import Receipt, Summary

SURVEY_SECRET = secrets.token_hex()
"""All workers share it, as they must."""


@dataclass(frozen=True)
class Lived:
    """How a life went."""

    record: Record
    summary: Summary
    sink: WatchedMailSink
    kills: int


class DoomedLife:
    """A complaint, its worker, and between that worker and the outside world somebody who waits for the moment.

    Args:
        desk: the servers.
        plan: when the worker dies, in this order.
        directory: for its log and its mails.
        policy: path of the policy.
        commands: what people do.
        leads_to: how many events a command leads to beyond its receipt, where it does, by its name.
    """

    def __init__(
        self,
        desk: Desk,
        plan: tuple[KillPoint, ...],
        directory: Path,
        policy: Path,
        *,
        commands: tuple[Command, ...] = COMMANDS,
        leads_to: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        directory.mkdir()
        name = f"doomed-{directory.name}"
        self._desk = desk
        self._plan = deque(plan)
        self._policy = policy
        self._commands = commands
        self._leads_to = leads_to
        self._complaint = complaint(name)
        self._task_queue = name
        self._log_file = directory / "worker.log"
        self._client = AmendsClient(desk.temporal, task_queue=name)
        self._sink = WatchedMailSink(directory / "mail", self._on_mail)
        self._proxy = PostgresProxy(desk.connections.database, self._on_request, self._on_answer)

    async def live(self) -> Lived:
        """Live it to its end.

        Raises:
            AssertionError: it does not get there, or a planned moment never came.
        """
        async with AsyncExitStack() as running:
            await running.enter_async_context(self._proxy.serving())
            port = await running.enter_async_context(serving(self._sink))
            environment = {
                "AMENDS_STATE_DIR": str(self._desk.settings.state_dir),
                "AMENDS_DATABASE_URL": self._proxy.url,
                "AMENDS_SMTP": f"{HOST}:{port}",
                "AMENDS_SURVEY_SECRET": SURVEY_SECRET,
                "AMENDS_POLICY": str(self._policy),
                "AMENDS_TASK_QUEUE": self._task_queue,
            }
            self._worker = WorkerProcess(environment, self._log_file)
            await running.enter_async_context(self._worker.kept_up())
            summary = await self._walk()
        assert not self._plan, f"it never came to this: {self._plan[0].name}"
        record = await Record.read(self._desk.engine, self._complaint.reference)
        return Lived(record, summary, self._sink, self._worker.kills)

    async def _walk(self) -> Summary:
        reference = await self._file()
        handle = self._desk.temporal.get_workflow_handle(workflow_id(reference), result_type=Summary)
        await until_settled(self._desk.engine, reference, ASSIGNED)
        for command in self._commands:
            receipt = await self._give(handle, reference, command)
            self._come_to(f"after {command.name}")
            settled = receipt.sequence + self._leads_to.get(command.name, 0)
            await until_settled(self._desk.engine, reference, settled)
        self._come_to("idle")
        async with asyncio.timeout(PATIENCE.total_seconds()):
            summary: Summary = await handle.result()
        return summary

    async def _file(self) -> str:
        if not self._is_next("first task"):
            return await file(self._client, self._complaint)
        await Polling(self._desk.temporal, self._task_queue).until_a_worker_polls(time_limit=PATIENCE)
        self._worker.freeze()
        reference = await file(self._client, self._complaint)
        handle = self._desk.temporal.get_workflow_handle(workflow_id(reference))
        await eventually(lambda: _has_begun(handle), "the frozen worker has been given the first task")
        self._come_to("first task")
        return reference

    async def _give(self, handle: WorkflowHandle[object, object], reference: str, command: Command) -> Receipt:
        if not self._is_next(f"during {command.name}"):
            return await give(self._client, reference, command)
        await eventually(lambda: _is_idle(handle), "the worker has nothing to do")
        self._worker.freeze()
        giving = asyncio.create_task(give(self._client, reference, command))
        await eventually(lambda: _has_a_task(handle), "the frozen worker has been given the command")
        self._come_to(f"during {command.name}")
        return await giving

    def _is_next(self, step: str) -> bool:
        return bool(self._plan) and self._plan[0].step == step

    def _come_to(self, step: str) -> None:
        if self._is_next(step):
            self._kill()

    def _on_request(self, exchange: Exchange) -> bool:
        return bool(self._plan) and self._plan[0].request(exchange) and self._kill()

    def _on_answer(self, exchange: Exchange) -> bool:
        return bool(self._plan) and self._plan[0].answer(exchange) and self._kill()

    def _on_mail(self, message_id: str) -> None:
        if self._plan and self._plan[0].mail(message_id):
            self._kill()

    def _kill(self) -> bool:
        self._plan.popleft()
        self._worker.kill()
        return True


async def _has_begun(handle: WorkflowHandle[object, object]) -> bool:
    history = await handle.fetch_history()
    return any(event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED for event in history.events)


async def _is_idle(handle: WorkflowHandle[object, object]) -> bool:
    description = (await handle.describe()).raw_description
    return not description.HasField("pending_workflow_task") and not description.pending_activities


async def _has_a_task(handle: WorkflowHandle[object, object]) -> bool:
    description = await handle.describe()
    return description.raw_description.HasField("pending_workflow_task")
