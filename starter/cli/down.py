"""`amends down`: the end of what `amends up` started."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from infra.devstack.layout import StateDir
from infra.devstack.lock import is_locked
from infra.devstack.stack import Stack
from infra.settings import Settings
from starter.cli.kept_process import PROGRAMS, KeptProcess
from starter.cli.options import AsJson
from starter.cli.running import run
from starter.cli.terminal import print_json
from workflows.contract.errors import AmendsError, ErrorCode

STOP_TIME_LIMIT = timedelta(seconds=120)
"""Its servers and the processes it keeps, each given its time to end gently before it is killed."""

_START_TIME_LIMIT = timedelta(seconds=60)
_CHECK_INTERVAL = timedelta(milliseconds=50)

app = typer.Typer(add_completion=False)


@app.command()
def down(
    purge: Annotated[bool, typer.Option("--purge", help="Remove the data of the embedded servers, for ever.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --purge on a terminal: yes, really.")] = False,
    as_json: AsJson = False,
) -> None:
    """Stop what `amends up` started; with --purge, remove its data.

    Also ends what a killed `amends up` left running. If nothing is up, nothing happens.
    """

    async def work(settings: Settings) -> None:
        if purge and not yes and sys.stdin.isatty():
            raise AmendsError(
                ErrorCode.INVALID_INPUT, f"this removes every complaint in {settings.state_dir}: add --yes", "purge"
            )
        stopped = await _stop_holder(settings.state_dir)
        for program in PROGRAMS:
            await KeptProcess(settings.state_dir, program).stop_orphans()
        if purge:
            await Stack.purge(settings.state_dir)
        else:
            await Stack.stop_orphans(settings.state_dir)
        if as_json:
            print_json({"stopped": stopped, "purged": purge, "state_dir": str(settings.state_dir)})
        else:
            done = "Stopped." if stopped else "Nothing was up."
            typer.echo(f"{done} The data in {settings.state_dir} is removed." if purge else done)

    run(work, as_json=as_json)


async def _stop_holder(state_dir: Path) -> bool:
    """Ask the process that holds the stack to end, and wait until it has; whether there was one."""
    lock = StateDir(state_dir).lock
    if not is_locked(lock):
        return False
    pid = await _holder(state_dir)
    deadline = time.monotonic() + STOP_TIME_LIMIT.total_seconds()
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    while is_locked(lock):
        if time.monotonic() > deadline:
            raise AmendsError(
                ErrorCode.NO_ANSWER, f"process {pid} does not stop; end it with `kill -9 {pid}` and repeat"
            )
        await asyncio.sleep(_CHECK_INTERVAL.total_seconds())
    return True


async def _holder(state_dir: Path) -> int | None:
    """The process that holds the stack. One that is starting is known as soon as it is up."""
    deadline = time.monotonic() + _START_TIME_LIMIT.total_seconds()
    while is_locked(StateDir(state_dir).lock):
        if addresses := Stack.running(state_dir):
            return addresses.pid
        if time.monotonic() > deadline:
            raise AmendsError(ErrorCode.NO_ANSWER, "another process is starting the stack and does not get it up")
        await asyncio.sleep(_CHECK_INTERVAL.total_seconds())
    return None
