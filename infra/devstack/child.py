"""A server process that this process started: its own session, its own log, and an end that is certain."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from infra.devstack.errors import DevStackError, ServerDownError

START_DEADLINE = timedelta(seconds=60)
STOP_PATIENCE = timedelta(seconds=20)
_PROBE_INTERVAL = timedelta(milliseconds=50)
_LOG_LINES_SHOWN = 12
_LOG_BYTES_READ = 10_000


class Child:
    """One started program.

    It gets neither the terminal's Ctrl-C (the stack decides when it stops) nor this process's environment (a stray
    `PGPORT` or `TEMPORAL_NAMESPACE` must not bend it); its output goes to `log_file`.
    """

    def __init__(self, process: asyncio.subprocess.Process, log_file: Path) -> None:
        self._process = process
        self._log_file = log_file

    @classmethod
    async def launch(
        cls,
        command: Sequence[str | Path],
        *,
        log_file: Path,
        directory: Path,
        environment: Mapping[str, str] | None = None,
        identity: Mapping[str, Any] | None = None,
    ) -> Self:
        """Start `command` in `directory`, as `identity` says (arguments of `subprocess.Popen`)."""
        with log_file.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                cwd=directory,
                env={"PATH": os.defpath, **(environment or {})},
                umask=0o077,
                start_new_session=True,
                **(identity or {}),
            )
        return cls(process, log_file)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def exited(self) -> int:
        """Wait for the process's end; its exit code, or minus the signal that killed it."""
        return await self._process.wait()

    async def until(self, ready: Callable[[], Awaitable[bool]], name: str) -> None:
        """Wait until `ready` says yes.

        Raises:
            ServerDownError: the process ended meanwhile.
            DevStackError: `server_not_ready` after `START_DEADLINE`.
        """
        try:
            async with asyncio.timeout(START_DEADLINE.total_seconds()):
                while not await ready():
                    if self._process.returncode is not None:
                        raise ServerDownError(f"{name} ended with {self._process.returncode}: {self._last_words()}")
                    await asyncio.sleep(_PROBE_INTERVAL.total_seconds())
        except TimeoutError:
            raise DevStackError(
                "server_not_ready",
                f"{name} runs, but did not answer within {START_DEADLINE.total_seconds():.0f} s: {self._last_words()}",
            ) from None

    async def succeeded(self, name: str) -> None:
        """Wait for a program that does its work and ends.

        Raises:
            ServerDownError: it ended with another exit code than 0.
        """
        try:
            code = await self.exited()
        except asyncio.CancelledError:
            await self.stop(signal.SIGKILL)
            raise
        if code != 0:
            raise ServerDownError(f"{name} ended with {code}: {self._last_words()}")

    async def stop(self, *gentle_to_rough: signal.Signals) -> None:
        """Send the signals in turn until the process has ended; SIGKILL comes last in any case."""
        for number in (*gentle_to_rough, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)
            try:
                async with asyncio.timeout(STOP_PATIENCE.total_seconds()):
                    await self._process.wait()
            except TimeoutError:
                continue
            return

    def _last_words(self) -> str:
        with self._log_file.open("rb") as log:
            log.seek(max(0, self._log_file.stat().st_size - _LOG_BYTES_READ))
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join([f"the end of {self._log_file}:", *lines[-_LOG_LINES_SHOWN:]])
