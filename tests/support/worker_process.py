"""A worker or the HTTP API as a process of its own, which a test may kill at any moment; a successor follows.

They are forked from a process that has imported the programs already: importing them takes longer than all else that
they do in these tests. What runs after the fork is `python -m workers` or `python -m starter.api`, word for word.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import runpy
import signal
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

WORKER = "workers"
API = "starter.api"

_fork_server = multiprocessing.get_context("forkserver")
_fork_server.set_forkserver_preload([f"{WORKER}.__main__", f"{API}.__main__", "pytest", __name__, "tests.support.ready_to_fork"])


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
            await _end_of(self._process)

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
        process = _fork_server.Process(
            target=_work, args=(self._program, self._environment, self._log_file), daemon=True
        )
        process.start()
        return process

    async def _keep_up(self) -> None:
        while True:
            code = await _end_of(self._process)
            if code != -signal.SIGKILL:
                raise RuntimeError(f"{self._program} ended with {code} by itself: see {self._log_file}")
            self._process = self._start()


async def _end_of(process: ForkServerProcess) -> int | None:
    """Its exit code, once it has ended; minus the signal that killed it."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(process.sentinel, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(process.sentinel)
    return process.exitcode


def _work(program: str, environment: dict[str, str], log_file: Path) -> None:
    """What a forked process does: it becomes the program, and does not outlive the tests."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ.update(environment)
    log = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    runpy.run_module(program, run_name="__main__", alter_sys=True)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
