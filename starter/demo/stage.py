"""Where the demonstration runs: an embedded stack of its own and a worker under the demo's policy, and nothing else."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from infra.connections import Connections, connect_temporal, resolve
from infra.db.engine import make_engine
from infra.devstack.errors import DevStackError
from infra.devstack.stack import Stack
from infra.settings import Settings, variable_of
from starter.cli.migrate import prepare_database
from starter.cli.readiness import Polling
from starter.cli.terminal import say
from starter.cli.worker_process import WorkerProcess
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.names import SEARCH_ATTRIBUTES

POLICY = "demo"
WORKER_TIME_LIMIT = timedelta(seconds=60)

_OUTSIDE = tuple(
    variable_of(field)
    for field in ("database_url", "database_owner_url", "smtp", "smtp_user", "smtp_password", "organisation")
)
_TEMPORAL_PREFIX = "TEMPORAL_"
_TEMPORAL_CONFIG_FILE = "TEMPORAL_CONFIG_FILE"


@dataclass(frozen=True)
class Stage:
    """What a run needs of the outside world."""

    connections: Connections
    temporal: Client
    engine: AsyncEngine


def keep_to_embedded_servers() -> None:
    """Make this process and its worker blind to servers outside: invented complaints must never reach real ones."""
    named = [name for name in os.environ if name in _OUTSIDE or name.startswith(_TEMPORAL_PREFIX)]
    for name in named:
        del os.environ[name]
    if named:
        say(f"The demonstration uses its own servers and leaves alone those of {', '.join(sorted(named))}.")
    os.environ[_TEMPORAL_CONFIG_FILE] = os.devnull
    os.environ[variable_of("policy")] = POLICY


@asynccontextmanager
async def open_stage(settings: Settings) -> AsyncIterator[Stage]:
    """Servers, tables, staff and a worker, up while the block lasts.

    Raises:
        AmendsError: `setup`, when a stack is up in the state directory already.
        DevStackError: a server does not start.
    """
    async with AsyncExitStack() as stack:
        await _start_servers(settings, stack)
        connections = resolve(settings)
        await prepare_database(settings, connections.database_owner)
        temporal = await connect_temporal(connections.temporal)
        engine = make_engine(connections.database)
        stack.push_async_callback(engine.dispose)
        worker = WorkerProcess(settings.state_dir)
        stack.push_async_callback(worker.stop)
        polling = Polling(temporal, settings.task_queue)
        known = await polling.polls()
        await worker.start()
        try:
            async with asyncio.TaskGroup() as group:
                keeping = group.create_task(worker.keep_up())
                await polling.until_a_new_poll(known, time_limit=WORKER_TIME_LIMIT, advice=worker.last_words)
                say("A worker is ready.")
                yield Stage(connections, temporal, engine)
                keeping.cancel()
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None


async def _start_servers(settings: Settings, stack: AsyncExitStack) -> None:
    try:
        starting = Stack.start(settings.state_dir, search_attributes=SEARCH_ATTRIBUTES, on_step=say)
        await stack.enter_async_context(starting)
    except DevStackError as error:
        if error.code != "stack_running":
            raise
        raise AmendsError(
            ErrorCode.SETUP,
            f"Amends is up in {settings.state_dir}, under another policy than the demonstration's:"
            f" stop it with `amends down`, or set {variable_of('state_dir')} to another directory",
        ) from error
