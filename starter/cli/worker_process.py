"""The worker that `amends up` keeps: a process of its own, restarted when it dies, found again by the next keeper."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from datetime import timedelta
from itertools import chain, repeat
from pathlib import Path

import structlog

from infra.devstack.child import Child
from infra.devstack.layout import StateDir
from infra.devstack.processes import stop_orphans
from starter.cli.worker import WORKER_PROGRAM
from workflows.contract.errors import AmendsError, ErrorCode

_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (0.5, 1, 2, 5, 10))
_STEADY = timedelta(seconds=60)
"""A worker that lived this long had nothing wrong with its set-up: the next pause is the shortest again."""

_LOG_LINES_SHOWN = 8
_HOPELESS = (ErrorCode.SETUP.exit_code, ErrorCode.UNKNOWN_POLICY.exit_code)
"""Exit codes of a worker that will not start however often it is tried."""

log = structlog.get_logger(__name__)


class WorkerProcess:
    """One worker, with this process's environment. Its output goes to `logs/worker.log` of the state directory."""

    def __init__(self, state_dir: Path) -> None:
        state = StateDir(state_dir)
        self._state = state
        self._log_file = state.logs / "worker.log"
        # The interpreter ignores an -X of this name; among all processes it tells this stack's worker from others.
        self._mark = ("-X", f"amends_stack={state.root}")
        self._child: Child | None = None

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
            AmendsError: `setup`, when it says that its set-up is wrong: starting it again would not help.
        """
        pauses = _pauses()
        while True:
            started = time.monotonic()
            code = await self._exited()
            if code in _HOPELESS:
                raise AmendsError(ErrorCode.SETUP, f"the worker does not start: {self.last_words()}")
            if time.monotonic() - started > _STEADY.total_seconds():
                pauses = _pauses()
            pause = next(pauses).total_seconds()
            log.error("worker.died", exit_code=code, next_start_in_seconds=pause, log_file=str(self._log_file))
            await asyncio.sleep(pause)
            await self._launch()
            log.info("worker.restarted", pid=self.pid)

    async def stop(self) -> None:
        """Let it finish what it has begun, and end it."""
        if self._child is not None:
            await self._child.stop(signal.SIGTERM)
            self._child = None

    async def stop_orphans(self) -> None:
        """End a worker whose keeper was killed."""
        await stop_orphans(self._mark, signal.SIGTERM)

    def last_words(self) -> str:
        """The end of its log."""
        lines = self._log_file.read_text(encoding="utf-8", errors="replace").splitlines()
        return " / ".join([*lines[-_LOG_LINES_SHOWN:], f"see {self._log_file}"])

    async def _launch(self) -> None:
        self._child = await Child.launch(
            [sys.executable, *self._mark, *WORKER_PROGRAM],
            log_file=self._log_file,
            directory=Path.cwd(),
            environment=os.environ,
        )

    async def _exited(self) -> int | None:
        return await self._child.exited() if self._child else None


def _pauses() -> chain[timedelta]:
    return chain(_PAUSES, repeat(_PAUSES[-1]))
