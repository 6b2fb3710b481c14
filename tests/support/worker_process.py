"""A worker as a process of its own, `python -m workers`, which a test may kill at any moment; a successor follows."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


class WorkerProcess:
    """One worker after the other, each started when its predecessor was killed.

    Args:
        environment: what it gets besides the environment of the tests.
        log_file: gets what it writes.
    """

    def __init__(self, environment: Mapping[str, str], log_file: Path) -> None:
        self.kills = 0
        self._environment = {**os.environ, **environment}
        self._log_file = log_file
        self._process: asyncio.subprocess.Process | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep a worker running during the block.

        Raises:
            RuntimeError: it ended although nobody killed it.
        """
        await self._start()
        keeper = asyncio.create_task(self._keep_up())
        try:
            yield
            if keeper.done():
                keeper.result()
        finally:
            keeper.cancel()
            await asyncio.wait([keeper])
            await self._end()

    def kill(self) -> None:
        """SIGKILL, now: it does nothing more, and whatever it holds is left as it is."""
        self.kills += 1
        self._send(signal.SIGKILL)

    def freeze(self) -> None:
        """It stays connected and is given work, but does nothing until it is killed."""
        self._send(signal.SIGSTOP)

    def _send(self, number: signal.Signals) -> None:
        if self._process is None:
            raise RuntimeError("no worker is running")
        self._process.send_signal(number)

    async def _start(self) -> None:
        with self._log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "workers",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                cwd=REPOSITORY,
                env=self._environment,
            )

    async def _keep_up(self) -> None:
        while self._process is not None:
            code = await self._process.wait()
            if code != -signal.SIGKILL:
                raise RuntimeError(f"the worker ended with {code} by itself: see {self._log_file}")
            await self._start()

    async def _end(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
