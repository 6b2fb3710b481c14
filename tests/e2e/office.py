"""A worker with its own task queue, time limits and mail sink on the shared servers, and the doors to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from temporalio.client import WorkflowHandle
from temporalio.service import RPCError

from infra.devstack.mail_sink import MailSink
from infra.devstack.ports import HOST
from infra.devstack.smtp_server import serving
from starter.client import AmendsClient
from tests.e2e.records import Record, until_settled
from tests.e2e.shell import Shell
from tests.e2e.standard_path import ASSIGNED, complaint, file, write_policy
from tests.support.conditions import eventually
from tests.support.desk import Desk
from tests.support.worker_process import WorkerProcess
from workflows.contract.names import workflow_id
from workflows.contract.views import Summary
from workflows.contract.vocabulary import Status


@dataclass(frozen=True)
class Office:
    """Complaints filed through `client` or `shell` are those of `task_queue`, and their mails end in `sink`."""

    desk: Desk
    task_queue: str
    client: AmendsClient
    shell: Shell
    sink: MailSink
    worker: WorkerProcess

    def workflow(self, reference: str) -> WorkflowHandle[object, Summary]:
        """The workflow of a complaint."""
        return self.desk.temporal.get_workflow_handle(workflow_id(reference), result_type=Summary)

    async def assigned(self, key: str) -> str:
        """File a complaint and wait until somebody owns it; its reference."""
        reference = await file(self.client, complaint(key))
        await until_settled(self.desk.engine, reference, ASSIGNED)
        return reference

    async def archived(self, reference: str) -> Record:
        """The file of a complaint, once its workflow has ended."""

        async def look() -> Summary | None:
            try:
                return await self.workflow(reference).result()
            except RPCError:  # the server may just have been killed
                return None

        ended = await eventually(look, f"{reference} is archived")
        record = await Record.read(self.desk.engine, reference)
        assert record.complaint.status == Status.ARCHIVED
        assert record.complaint.sequence == ended.sequence
        record.check_journal()
        record.check_notices()
        return record


@asynccontextmanager
async def office(
    desk: Desk, directory: Path, *, policy: Path | None = None, **targets: timedelta
) -> AsyncIterator[Office]:
    """An office whose worker follows the default policy with other time limits.

    Args:
        desk: the servers.
        directory: for its files; its name is the task queue's.
        policy: a policy of its own instead.
        targets: time limits, by the name of their clock.
    """
    policy = policy or write_policy(directory / "policy.yaml", **targets)
    queue = directory.name
    sink = MailSink(directory / "mail")
    async with serving(sink) as port:
        environment = {
            "AMENDS_STATE_DIR": str(desk.settings.state_dir),
            "AMENDS_SMTP": f"{HOST}:{port}",
            "AMENDS_POLICY": str(policy),
            "AMENDS_TASK_QUEUE": queue,
        }
        client = AmendsClient(desk.temporal, task_queue=queue)
        shell = Shell(desk.settings.state_dir, AMENDS_TASK_QUEUE=queue)
        worker = WorkerProcess(environment, directory / "worker.log")
        async with worker.kept_up():
            yield Office(desk, queue, client, shell, sink, worker)
