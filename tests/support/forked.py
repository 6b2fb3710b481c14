"""Programs of ours as processes of their own, forked from one that has imported them already: importing them takes
longer than all else that they do in these tests. What runs after the fork is what runs otherwise, word for word.
"""

from __future__ import annotations

import asyncio
import io
import multiprocessing
import os
import runpy
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

WORKER = "workers"
API = "starter.api"

NOTHING = Path(os.devnull)

_ADDED = os.O_WRONLY | os.O_CREAT | os.O_APPEND

_fork_server = multiprocessing.get_context("forkserver")
_fork_server.set_forkserver_preload(
    [f"{WORKER}.__main__", f"{API}.__main__", "pytest", __name__, "tests.support.ready_to_fork"]
)


def forked(
    program: Callable[[], object],
    line: Sequence[str],
    *,
    environment: Mapping[str, str],
    given: Path = NOTHING,
    out: Path,
    err: Path,
) -> ForkServerProcess:
    """A process that has been started, and does not outlive the tests.

    Args:
        program: what it runs, by a name that can be imported.
        line: its command line.
        environment: all of it.
        given: what it reads on stdin.
        out: to which its stdout is added.
        err: to which its stderr is added; may be the same.
    """
    process = _fork_server.Process(
        target=_become, args=(program, tuple(line), dict(environment), Path.cwd(), (given, out, err)), daemon=True
    )
    process.start()
    return process


class Ended(NamedTuple):
    """How a program ended and what it wrote."""

    code: int
    out: str
    err: str


async def run_forked(
    program: Callable[[], object],
    line: Sequence[str],
    *,
    environment: Mapping[str, str],
    given: bytes = b"",
    time_limit: timedelta,
) -> Ended:
    """A process from its start to its end; see `forked`.

    Raises:
        TimeoutError: it did not end within the time limit, and was killed.
    """
    with TemporaryDirectory() as directory:
        read, out, err = (Path(directory) / stream for stream in ("in", "out", "err"))
        read.write_bytes(given)
        process = forked(program, line, environment=environment, given=read, out=out, err=err)
        try:
            async with asyncio.timeout(time_limit.total_seconds()):
                code = await end_of(process)
        finally:
            process.kill()  # which does nothing to one that has ended
        assert code is not None
        return Ended(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


def module(name: str) -> Callable[[], object]:
    """The program that `python -m` runs."""
    return partial(runpy.run_module, name, run_name="__main__", alter_sys=True)


async def end_of(process: ForkServerProcess) -> int | None:
    """Its exit code, once it has ended; minus the signal that killed it."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(process.sentinel, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(process.sentinel)
    return process.exitcode


def _become(
    program: Callable[[], object],
    line: tuple[str, ...],
    environment: dict[str, str],
    directory: Path,
    streams: tuple[Path, Path, Path],
) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(directory)
    for number, (file, flags) in enumerate(zip(streams, (os.O_RDONLY, _ADDED, _ADDED), strict=True)):
        os.dup2(os.open(file, flags, 0o600), number)
    for stream in (sys.stdout, sys.stderr):
        assert isinstance(stream, io.TextIOWrapper)
        stream.reconfigure(encoding=environment.get("PYTHONIOENCODING", "utf-8"))
    sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115 - for as long as the process lives
    sys.argv = list(line)
    program()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
