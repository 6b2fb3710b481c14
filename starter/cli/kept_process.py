"""A process that `amends up` keeps beside the servers: restarted when it dies, found again by the next keeper."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, repeat
from pathlib import Path

import structlog

from infra.devstack.child import Child
from infra.devstack.layout import StateDir
from infra.devstack.processes import stop_orphans
from starter.cli.api import API_PROGRAM
from starter.cli.console import CONSOLE_PROGRAM
from starter.cli.worker import WORKER_PROGRAM
from workflows.contract.errors import AmendsError, ErrorCode

_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (0.5, 1, 2, 5, 10))
_STEADY = timedelta(seconds=60)
"""One that lived this long had nothing wrong with its set-up: the next pause is the shortest again."""

_LOG_LINES_SHOWN = 8
_HOPELESS = (ErrorCode.SETUP.exit_code, ErrorCode.UNKNOWN_POLICY.exit_code)
"""Exit codes of a process that will not start however often it is tried."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Program:
    """What is kept.

    Attributes:
        name: as people call it; its log is `logs/<name>.log` of the state directory.
        arguments: of the interpreter.
    """

    name: str
    arguments: tuple[str, ...]


WORKER = Program("worker", WORKER_PROGRAM)
API = Program("api", API_PROGRAM)
CONSOLE = Program("console", CONSOLE_PROGRAM)
PROGRAMS = (CONSOLE, API, WORKER)
"""In the order in which they are best ended: the doors first."""


class KeptProcess:
    """One process of a program, with this process's environment and what is given besides."""

    def __init__(self, state_dir: Path, program: Program, environment: Mapping[str, str] | None = None) -> None:
        state = StateDir(state_dir)
        self._program = program
        self._log_file = state.logs / f"{program.name}.log"
        # The interpreter ignores an -X of this name; among all processes it tells this stack's own from others.
        self._arguments = ("-X", f"amends_stack={state.root}", *program.arguments)
        self._environment = environment or {}
        self._child: Child | None = None
        self._log_start = 0

    @property
    def name(self) -> str:
        """As people call it."""
        return self._program.name

    @property
    def pid(self) -> int | None:
        """Its process; none while it is not running."""
        return self._child.pid if self._child else None

    async def start(self) -> None:
        """Start it, after ending one that an earlier keeper left."""
        await self.stop_orphans()
        await self._launch()

    async def keep_up(self) -> None:
        """Start it again whenever it ends, for ever.

        Raises:
            AmendsError: `setup`, when it says the first time that its set-up is wrong: another start would not help.
                Later it has been right, and will be again.
        """
        pauses, is_first = _pauses(), True
        while True:
            started = time.monotonic()
            code = await self.exited()
            if is_first and code in _HOPELESS:
                raise self.does_not_start()
            is_first = False
            if time.monotonic() - started > _STEADY.total_seconds():
                pauses = _pauses()
            pause = next(pauses).total_seconds()
            log.error(
                "process.died",
                process=self.name,
                exit_code=code,
                next_start_in_seconds=pause,
                log_file=str(self._log_file),
            )
            await asyncio.sleep(pause)
            await self._launch()
            log.info("process.restarted", process=self.name, pid=self.pid)

    async def exited(self) -> int | None:
        """Wait for its end; its exit code."""
        return await self._child.exited() if self._child else None

    def does_not_start(self) -> AmendsError:
        """The refusal that says so, with the end of its log."""
        return AmendsError(ErrorCode.SETUP, f"the {self.name} does not start: {self.last_words()}")

    async def stop(self) -> None:
        """Let it finish what it has begun, and end it."""
        if self._child is not None:
            await self._child.stop(signal.SIGTERM)
            self._child = None

    async def stop_orphans(self) -> None:
        """End one whose keeper was killed."""
        await stop_orphans(self._arguments, signal.SIGTERM)

    def last_words(self) -> str:
        """The end of its log, of what it has said since it was started."""
        with self._log_file.open("rb") as written:
            written.seek(self._log_start)
            lines = written.read().decode(errors="replace").splitlines()
        return " / ".join([*lines[-_LOG_LINES_SHOWN:], f"see {self._log_file}"])

    async def _launch(self) -> None:
        self._log_start = self._log_file.stat().st_size if self._log_file.exists() else 0
        self._child = await Child.launch(
            [sys.executable, *self._arguments],
            log_file=self._log_file,
            directory=Path.cwd(),
            environment={**os.environ, **self._environment},
        )


def _pauses() -> chain[timedelta]:
    return chain(_PAUSES, repeat(_PAUSES[-1]))
