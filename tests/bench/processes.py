"""Starts the bench's worker in a process of its own and reads the CPU it has used."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from tests.support.desk import Desk


class WorkerProcess:
    """The worker in a process of its own, so that its CPU is its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def cpu_ms(self) -> float:
        """CPU milliseconds used so far."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the worker process has no pipes")
        self._process.stdin.write(b"\n")
        answer = await self._process.stdout.readline()
        return float(answer)

    async def stop(self) -> None:
        """End it by ending its input."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()


async def with_worker(resources: AsyncExitStack, desk: Desk, policy: Path) -> WorkerProcess:
    """Start the worker process under a policy; it ends with `resources`."""
    environment = os.environ | {"AMENDS_STATE_DIR": str(desk.settings.state_dir), "AMENDS_POLICY": str(policy)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.worker", env=environment,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    worker = WorkerProcess(process)
    resources.push_async_callback(worker.stop)
    await worker.cpu_ms()
    return worker
