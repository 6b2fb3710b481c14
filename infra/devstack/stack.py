"""The embedded stack as one thing: PostgreSQL, Temporal and the mail sink, started, kept up and stopped together."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from infra.devstack.addresses import Addresses
from infra.devstack.errors import DevStackError, ServerDownError
from infra.devstack.layout import StateDir
from infra.devstack.lock import Lock, is_locked
from infra.devstack.mail_sink import MailSink
from infra.devstack.ports import HOST, PortName, Ports
from infra.devstack.postgres import Postgres
from infra.devstack.smtp_server import serving
from infra.devstack.supervisor import Server, Supervisor
from infra.devstack.temporal import Temporal

START_TRIES = 3
_PAUSE_BETWEEN_TRIES = timedelta(milliseconds=500)
_LOCK_PATIENCE = timedelta(seconds=1)
_LOCK_INTERVAL = timedelta(milliseconds=20)

log = structlog.get_logger(__name__)


class Stack:
    """The stack of one state directory, up while the `async with` block of `Stack.start(...)` runs."""

    def __init__(self, state: StateDir, temporal: Temporal, on_step: Callable[[str], None]) -> None:
        self._state = state
        self._temporal = Supervisor(temporal, self._publish)
        self._on_step = on_step
        self._resources = AsyncExitStack()
        self._doors: Mapping[PortName, str] | None = None
        self.mail = MailSink(state.mail)

    @classmethod
    def start(
        cls,
        state_dir: Path,
        *,
        search_attributes: Mapping[str, str],
        dynamic_config: Mapping[str, str] | None = None,
        on_step: Callable[[str], None] | None = None,
    ) -> Self:
        """Describe a stack; entering it starts it, on the data of its last run, and yields its `Addresses`.

        Arguments:
            state_dir: where everything is kept; made if need be.
            search_attributes: Temporal's, type by name.
            dynamic_config: Temporal's, JSON value by key.
            on_step: called with a sentence for each server that is ready.

        Entering raises `DevStackError`, with the code `stack_running` if another process holds this state directory.
        """
        state = StateDir(state_dir)
        return cls(state, Temporal(state, search_attributes, dynamic_config or {}), on_step or (lambda _: None))

    @staticmethod
    def running(state_dir: Path) -> Addresses | None:
        """The addresses of the stack that some process holds up in `state_dir` now."""
        state = StateDir(state_dir)
        addresses = Addresses.read(state)
        if addresses is None or not is_locked(state.lock):
            return None
        return addresses if _is_alive(addresses.pid) else None  # written by a killed holder: its successor is starting

    @staticmethod
    async def stop_orphans(state_dir: Path) -> None:
        """End the servers that a killed stack left running; their data stay.

        Raises:
            DevStackError: `stack_running`, and nothing was touched.
        """
        state = StateDir(state_dir)
        if not state.root.exists():
            return
        async with _locked(state):
            await Postgres(state).stop_orphans()
            await Temporal(state).prepare()

    @staticmethod
    async def purge(state_dir: Path) -> None:
        """Remove all that the stack of `state_dir` keeps, wherever it lies, and what a killed one left running.

        Raises:
            DevStackError: `stack_running`, and nothing was touched.
        """
        state = StateDir(state_dir)
        if not state.root.exists():
            return
        async with _locked(state):
            await Postgres(state).remove()
            await Temporal(state).prepare()
            state.remove()

    async def __aenter__(self) -> Addresses:
        self._state.create()
        async with AsyncExitStack() as resources:
            await resources.enter_async_context(_locked(self._state))
            self._state.addresses.unlink(missing_ok=True)
            self._ports = Ports.remembered(self._state)
            self._database = Postgres(self._state)
            resources.callback(self._database.release)
            self._postgres = Supervisor(self._database, self._publish)
            for supervisor in (self._postgres, self._temporal):
                resources.push_async_callback(supervisor.stop)
            await self._start_servers()
            smtp = await resources.enter_async_context(serving(self.mail, self._ports.smtp))
            self._ports = self._ports.model_copy(update={"smtp": smtp})
            self._on_step(f"The mail sink is ready on {HOST}:{smtp}")
            self._ports.remember(self._state)
            self._started_at = datetime.now(UTC)
            resources.callback(self._state.addresses.unlink, missing_ok=True)
            self._publish()
            for supervisor in (self._postgres, self._temporal):
                supervisor.watch(self._ports)
            self._resources = resources.pop_all()
        return self.addresses

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._resources.aclose()

    @property
    def addresses(self) -> Addresses:
        """Where the stack is reached now; process ids change when a server is started again."""
        return Addresses(
            temporal=f"{HOST}:{self._ports.temporal}",
            temporal_ui=f"http://{HOST}:{self._ports.temporal_ui}",
            database=self._database.app_dsn(self._ports),
            database_owner=self._database.owner_dsn(self._ports),
            smtp=f"{HOST}:{self._ports.smtp}",
            api=(self._doors or {}).get("api"),
            console=(self._doors or {}).get("console"),
            doors_are_settled=self._doors is not None,
            mail_directory=self._state.mail,
            pid=os.getpid(),
            postgres_pid=self._postgres.server.pid,
            temporal_pid=self._temporal.server.pid,
            started_at=self._started_at,
        )

    async def stop_postgres(self) -> None:
        """Take PostgreSQL away until `start_postgres`: an outage."""
        await self._postgres.stop()
        self._publish()

    async def start_postgres(self) -> None:
        """End the outage, on the same port and data."""
        await self._postgres.server.start(self._ports)
        self._postgres.watch(self._ports)
        self._publish()

    async def stop_temporal(self) -> None:
        """Take Temporal away until `start_temporal`: an outage."""
        await self._temporal.stop()
        self._publish()

    async def start_temporal(self) -> None:
        """End the outage, on the same port and data."""
        await self._temporal.server.start(self._ports)
        self._temporal.watch(self._ports)
        self._publish()

    def free_port(self, door: PortName) -> int:
        """A port for a door: that of the last run, another if something else sits there. It is remembered."""
        self._ports = self._ports.settled([door])
        self._ports.remember(self._state)
        port: int = getattr(self._ports, door)
        return port

    def publish_doors(self, addresses: Mapping[PortName, str]) -> None:
        """Tell other processes where the doors are that somebody keeps up beside this stack; the others nobody does."""
        self._doors = addresses
        self._publish()

    def _publish(self) -> None:
        self.addresses.write(self._state)

    async def _start_servers(self) -> None:
        try:
            async with asyncio.TaskGroup() as servers:
                for supervisor in (self._postgres, self._temporal):
                    servers.create_task(self._start_server(supervisor.server))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None

    async def _start_server(self, server: Server) -> None:
        """Start a server, elsewhere if its ports are taken; again if it was taken between the look and the start."""
        await server.prepare()
        for tries_left in reversed(range(START_TRIES)):
            self._ports = self._ports.settled(server.port_names)
            try:
                await server.start(self._ports)
            except ServerDownError as failure:
                if not tries_left:
                    raise
                log.warning("devstack.start_failed", server=server.name, reason=str(failure), tries_left=tries_left)
                await asyncio.sleep(_PAUSE_BETWEEN_TRIES.total_seconds())
            else:
                self._on_step(f"{server.name} is ready on {HOST}:{getattr(self._ports, server.port_names[0])}")
                return


@asynccontextmanager
async def _locked(state: StateDir) -> AsyncIterator[None]:
    """Hold the state directory. Waits a moment: a look by `running` takes the lock for an instant."""
    lock = Lock(state.lock)
    deadline = time.monotonic() + _LOCK_PATIENCE.total_seconds()
    while not lock.acquire():
        if time.monotonic() > deadline:
            raise DevStackError(
                "stack_running",
                f"another process holds the embedded stack of {state.root}: use that one, or stop it first",
            )
        await asyncio.sleep(_LOCK_INTERVAL.total_seconds())
    try:
        yield
    finally:
        lock.release()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
