"""The command line as users have it: `amends` in a process of its own, with a state directory for the test."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from typer.testing import CliRunner

from starter.cli import main
from starter.cli.app import app
from tests.support.forked import run_forked

AMENDS = Path(sys.executable).with_name("amends")
TIME_LIMIT = timedelta(seconds=60)


@dataclass(frozen=True)
class Result:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output as JSON; a command that failed shows why."""
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The last line on stderr as a JSON error."""
        error: dict[str, Any] = json.loads(self.err.splitlines()[-1])["error"]
        return error


@dataclass(frozen=True)
class Shell:
    """Runs commands on one state directory."""

    state_dir: Path
    environment: tuple[tuple[str, str], ...] = ()

    @property
    def up_log(self) -> Path:
        """What `amends up` says on stderr."""
        return self.state_dir.with_suffix(".up.log")

    @property
    def _environment(self) -> dict[str, str]:
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("AMENDS_", "TEMPORAL_"))}
        return {**outside, "AMENDS_STATE_DIR": str(self.state_dir), **dict(self.environment)}

    async def start(
        self, *arguments: str, give_input: bool = False, errors: int | IO[bytes] = asyncio.subprocess.PIPE
    ) -> asyncio.subprocess.Process:
        """A command that goes on."""
        return await asyncio.create_subprocess_exec(
            AMENDS,
            *arguments,
            stdin=asyncio.subprocess.PIPE if give_input else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env=self._environment,
        )

    async def __call__(self, *arguments: str, given: bytes | None = None) -> Result:
        """A command from its start to its end."""
        if arguments[:1] == ("up",):  # found by its command line
            return await finished(await self.start(*arguments, give_input=given is not None), given)
        line = (str(AMENDS), *arguments)
        ended = await run_forked(main, line, environment=self._environment, given=given or b"", time_limit=TIME_LIMIT)
        return Result(*ended)

    async def json(self, *arguments: str) -> Any:
        """What a command that succeeds prints as JSON."""
        return (await self(*arguments, "--json")).json

    async def quick(self, *arguments: str, given: bytes | None = None) -> Result:
        """The same command without a process of its own, for the many that are refused at once."""
        return await asyncio.to_thread(self._invoke, arguments, given)

    def _invoke(self, arguments: Sequence[str], given: bytes | None) -> Result:
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        environment = {"AMENDS_STATE_DIR": str(self.state_dir), **dict(self.environment)}
        try:
            ended = CliRunner().invoke(app, arguments, input=given, env=environment)
        finally:
            root.handlers, root.level = handlers, level
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return Result(ended.exit_code, ended.stdout, ended.stderr)


async def finished(process: asyncio.subprocess.Process, given: bytes | None = None) -> Result:
    """Wait for a command's end."""
    async with asyncio.timeout(TIME_LIMIT.total_seconds()):
        out, err = await process.communicate(given)
    assert process.returncode is not None
    return Result(process.returncode, out.decode(), (err or b"").decode())


@asynccontextmanager
async def up(shell: Shell, *options: str) -> AsyncIterator[None]:
    """`amends up` until the block ends; it has said that all is ready, and must end well."""
    with shell.up_log.open("wb") as log:
        process = await shell.start("up", "--json", *options, errors=log)
    try:
        await ready(process)
        yield
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        result = await finished(process)
        assert result.code == 0, shell.up_log.read_text()


async def ready(process: asyncio.subprocess.Process) -> dict[str, str]:
    """The line of JSON that `amends up --json` prints."""
    assert process.stdout is not None
    async with asyncio.timeout(TIME_LIMIT.total_seconds()):
        line = await process.stdout.readline()
    if not line:
        raise AssertionError((await finished(process)).err)
    addresses: dict[str, str] = json.loads(line)
    return addresses
