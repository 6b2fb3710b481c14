"""Keeps a server up: one that dies unasked is started again on the same ports and data."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from itertools import chain, repeat
from typing import Protocol

import structlog

from infra.devstack.ports import PortName, Ports

_PAUSES = [timedelta(seconds=seconds) for seconds in (0.2, 0.5, 1, 2, 5)]

log = structlog.get_logger(__name__)


class Server(Protocol):
    """What the stack asks of a server."""

    @property
    def name(self) -> str:
        """As people call it."""

    @property
    def port_names(self) -> tuple[PortName, ...]:
        """Which of the stack's ports it listens on."""

    @property
    def pid(self) -> int | None:
        """Its process; none while it does not serve."""

    async def prepare(self) -> None:
        """Before the first start: have its data ready, and end what an earlier run left on them."""

    async def start(self, ports: Ports) -> None:
        """Start it and wait until it serves."""

    async def exited(self) -> int | None:
        """Wait for its end."""

    async def stop(self) -> None:
        """Stop it; harmless when it is stopped."""


class Supervisor:
    """Watches one server while `watch` is in force.

    Arguments:
        server: a server; `watch` expects it started.
        on_restart: called after each restart, when the server's process id has changed.
    """

    def __init__(self, server: Server, on_restart: Callable[[], None]) -> None:
        self.server = server
        self._on_restart = on_restart
        self._watch: asyncio.Task[None] | None = None

    def watch(self, ports: Ports) -> None:
        """From now on, start the server again on `ports` whenever it ends."""
        self._watch = asyncio.create_task(self._keep_up(ports), name=f"watch {self.server.name}")

    async def stop(self) -> None:
        """Stop watching, then the server."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait([self._watch])
            self._watch = None
        await self.server.stop()

    async def _keep_up(self, ports: Ports) -> None:
        while True:
            exit_code = await self.server.exited()
            log.warning("devstack.server_died", server=self.server.name, exit_code=exit_code)
            await self._restart(ports)
            try:
                self._on_restart()
            except OSError:
                log.exception("devstack.restart_not_published", server=self.server.name)

    async def _restart(self, ports: Ports) -> None:
        for pause in chain(_PAUSES, repeat(_PAUSES[-1])):
            try:
                await self.server.start(ports)
            except Exception:
                log.exception("devstack.restart_failed", server=self.server.name, next_try_in=pause.total_seconds())
                await asyncio.sleep(pause.total_seconds())
            else:
                log.info("devstack.server_restarted", server=self.server.name, pid=self.server.pid)
                return
