"""The command line as people and scripts use it: `amends` in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from starter.cli import main
from tests.support.forked import run_forked

TIME_LIMIT = timedelta(minutes=3)
"""For the slowest command, the import of a large file."""


@dataclass(frozen=True)
class Answer:
    """What a command wrote, and its exit code."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """The one line of JSON on stdout."""
        return json.loads(self.stdout)


class Shell:
    """A shell in which the embedded stack's state directory is set, and what else is given."""

    def __init__(self, state_dir: Path, **environment: str) -> None:
        self.state_dir = state_dir
        self._environment = {**os.environ, "AMENDS_STATE_DIR": str(state_dir), **environment}

    async def start(self, *arguments: str, stdin: int = asyncio.subprocess.DEVNULL) -> Process:
        """Start `amends` with these arguments."""
        command = (sys.executable, "-m", "starter.cli", *arguments)
        return await asyncio.create_subprocess_exec(
            *command, stdin=stdin, stdout=PIPE, stderr=PIPE, env=self._environment
        )

    async def run(self, *arguments: str, stdin: bytes = b"") -> Answer:
        """Run `amends` to its end."""
        line = ("amends", *arguments)
        ended = await run_forked(main, line, environment=self._environment, given=stdin, time_limit=TIME_LIMIT)
        return Answer(*ended)
