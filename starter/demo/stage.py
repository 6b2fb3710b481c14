"""Where the demonstration runs: an embedded stack of its own, a worker under the demo's policy and the HTTP API."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from infra.connections import Connections, connect_temporal, resolve
from infra.db.engine import make_engine
from infra.devstack.errors import DevStackError
from infra.devstack.stack import Stack
from infra.settings import Settings, variable_of
from starter.cli.keeping import kept_up
from starter.cli.migrate import prepare_database
from starter.cli.terminal import say
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.names import SEARCH_ATTRIBUTES

POLICY = "demo"

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
    """Servers, tables, staff, a worker and the doors, up while the block lasts.

    Raises:
        AmendsError: `setup`, when a stack is up in the state directory already.
        DevStackError: a server does not start.
    """
    async with AsyncExitStack() as stack:
        servers = await _start_servers(settings, stack)
        connections = resolve(settings)
        await prepare_database(settings, connections.database_owner)
        temporal = await connect_temporal(connections.temporal)
        engine = make_engine(connections.database)
        stack.push_async_callback(engine.dispose)
        await stack.enter_async_context(kept_up(settings, servers, temporal))
        yield Stage(resolve(settings), temporal, engine)


async def _start_servers(settings: Settings, stack: AsyncExitStack) -> Stack:
    try:
        servers = Stack.start(settings.state_dir, search_attributes=SEARCH_ATTRIBUTES, on_step=say)
        await stack.enter_async_context(servers)
    except DevStackError as error:
        if error.code != "stack_running":
            raise
        raise AmendsError(
            ErrorCode.SETUP,
            f"Amends is up in {settings.state_dir}, under another policy than the demonstration's:"
            f" stop it with `amends down`, or set {variable_of('state_dir')} to another directory",
        ) from error
    return servers
