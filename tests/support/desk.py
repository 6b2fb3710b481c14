"""A whole Amends in one process for tests: the embedded stack, a migrated database with staff, and a worker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from infra.connections import Connections, connect_temporal, resolve
from infra.db.directory_store import fill
from infra.db.engine import make_engine, make_owner_engine
from infra.db.migrate import migrate
from infra.db.transaction import transact
from infra.devstack.stack import Stack
from infra.organisation import load_organisation
from infra.settings import Settings
from starter.client import AmendsClient
from workers.worker import complaint_worker
from workflows.contract.names import SEARCH_ATTRIBUTES


@dataclass(frozen=True)
class Desk:
    """What a test needs of a running Amends."""

    stack: Stack
    settings: Settings
    connections: Connections
    temporal: Client
    client: AmendsClient
    engine: AsyncEngine

    def with_settings(self, *, task_queue: str, **changes: Any) -> Desk:
        """The same servers with other settings, on a task queue of its own for the worker that has them."""
        settings = self.settings.model_copy(update={"task_queue": task_queue, **changes})
        client = AmendsClient(self.temporal, task_queue=task_queue)
        return replace(self, settings=settings, connections=resolve(settings), client=client)


@asynccontextmanager
async def running_desk(
    state_dir: Path, *, policy: str = "default", dynamic_config: Mapping[str, str] | None = None
) -> AsyncIterator[Desk]:
    """The servers with tables and staff, and no worker yet."""
    settings = Settings.load(state_dir=state_dir, policy=policy)
    stack = Stack.start(state_dir, search_attributes=SEARCH_ATTRIBUTES, dynamic_config=dynamic_config)
    async with stack as addresses:
        await migrate(addresses.database_owner)
        owner = make_owner_engine(addresses.database_owner)
        await transact(owner, lambda connection: fill(connection, load_organisation(settings.organisation)))
        await owner.dispose()
        connections = resolve(settings)
        temporal = await connect_temporal(connections.temporal)
        engine = make_engine(addresses.database)
        try:
            client = AmendsClient(temporal, task_queue=settings.task_queue)
            yield Desk(stack, settings, connections, temporal, client, engine)
        finally:
            await engine.dispose()


@asynccontextmanager
async def working(
    desk: Desk, *, workflow_runner: WorkflowRunner | None = None, cached_workflows: int = 1000
) -> AsyncIterator[Desk]:
    """The desk with a worker, sandboxed unless told otherwise: so the tests notice what production does not check."""
    runner = workflow_runner or SandboxedWorkflowRunner()
    async with complaint_worker(
        desk.settings, desk.connections, workflow_runner=runner, cached_workflows=cached_workflows
    ):
        yield desk
