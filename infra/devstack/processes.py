"""Finds and ends servers that a killed stack left running, known by their command line: they hold the data's files."""

import asyncio
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import structlog

from infra.devstack.child import STOP_PATIENCE
from infra.devstack.errors import DevStackError

_PROC = Path("/proc")
_CHECK_INTERVAL_SECONDS = 0.05

log = structlog.get_logger(__name__)


async def stop_orphans(arguments: Sequence[str], *gentle_to_rough: signal.Signals) -> None:
    """End every process whose command line has `arguments` in a row.

    A recorded process id would miss a server whose holder died before it could write it down, and may meanwhile be
    somebody else's; the command line names our own data.

    Raises:
        DevStackError: `orphan_survives`.
    """
    for number in (*gentle_to_rough, signal.SIGKILL):
        orphans = await running_with(arguments)
        for pid in orphans:
            log.warning("devstack.orphan_found", pid=pid, signal_sent=number.name)
            _send(pid, number)
        if await _gone(arguments, time.monotonic() + STOP_PATIENCE.total_seconds()):
            return
    raise DevStackError(
        "orphan_survives",
        f"a server of an earlier run does not end: processes {await running_with(arguments)}, "
        f"with {' '.join(arguments)!r} in their command line; end them and start again",
    )


async def _gone(arguments: Sequence[str], deadline_monotonic_seconds: float) -> bool:
    while await running_with(arguments):
        if time.monotonic() > deadline_monotonic_seconds:
            return False
        await asyncio.sleep(_CHECK_INTERVAL_SECONDS)
    return True


async def running_with(arguments: Sequence[str]) -> list[int]:
    """Ids of the other processes whose command line has `arguments` in a row."""
    wanted = f" {' '.join(arguments)} "
    commands = _from_proc() if (_PROC / "self" / "cmdline").exists() else await _from_ps()
    return [pid for pid, command in commands.items() if wanted in f" {command} " and pid != os.getpid()]


def _from_proc() -> dict[int, str]:
    """Command lines by process id, as Linux shows them; a zombie's is empty."""
    commands = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                raw = (entry / "cmdline").read_bytes()
            except OSError:  # it ended while we looked
                continue
            commands[int(entry.name)] = os.fsdecode(raw).rstrip("\0").replace("\0", " ")
    return commands


async def _from_ps() -> dict[int, str]:
    """The same where there is no /proc, as on macOS."""
    ps = await asyncio.create_subprocess_exec("ps", "-axww", "-o", "pid=,command=", stdout=asyncio.subprocess.PIPE)
    listing, _ = await ps.communicate()
    rows = (line.strip().partition(" ") for line in os.fsdecode(listing).splitlines())
    return {int(pid): command.strip() for pid, _, command in rows}


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
    except PermissionError:
        raise DevStackError(
            "orphan_of_another_user",
            f"process {pid}, a server of an earlier run, belongs to another user: start Amends as that user, "
            "or end the process",
        ) from None
