"""A worker or the HTTP API as a process of its own, which a test may kill at any moment; a successor follows."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.support.forked import WORKER, end_of, forked, module


class WorkerProcess:
    """One worker after the other, each started when its predecessor was killed.

    Args:
        environment: what it gets besides the environment of the tests.
        log_file: gets what it writes.
        program: which of the two it is.
    """

    def __init__(self, environment: Mapping[str, str], log_file: Path, program: str = WORKER) -> None:
        self.kills = 0
        self._program = program
        self._environment = dict(environment)
        self._log_file = log_file
        self._process = self._start()

    @asynccontextmanager
    async def kept_up(self) -> AsyncIterator[None]:
        """Have a worker running during the block.

        Raises:
            RuntimeError: one ended although nobody killed it.
        """
        keeper = asyncio.create_task(self._keep_up())
        try:
            yield
            if keeper.done():
                keeper.result()
        finally:
            keeper.cancel()
            await asyncio.wait([keeper])
            self._process.kill()
            await end_of(self._process)

    def kill(self) -> None:
        """SIGKILL, now: it does nothing more, and whatever it holds is left as it is."""
        self.kills += 1
        self._send(signal.SIGKILL)

    def freeze(self) -> None:
        """It stays connected and is given work, but does nothing until it is killed or thawed."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was frozen, as if no time had passed."""
        self._send(signal.SIGCONT)

    def _send(self, number: signal.Signals) -> None:
        if self._process.pid is None:
            raise RuntimeError(f"no {self._program} is running")
        os.kill(self._process.pid, number)

    def _start(self) -> ForkServerProcess:
        environment = {**os.environ, **self._environment}
        program, log_file = module(self._program), self._log_file
        return forked(program, [self._program], environment=environment, out=log_file, err=log_file)

    async def _keep_up(self) -> None:
        while True:
            code = await end_of(self._process)
            if code != -signal.SIGKILL:
                raise RuntimeError(f"{self._program} ended with {code} by itself: see {self._log_file}")
            self._process = self._start()
