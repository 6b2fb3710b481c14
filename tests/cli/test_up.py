from __future__ import annotations

import asyncio
import os
import signal
from itertools import chain

import asyncpg
import pytest

from infra.devstack.layout import StateDir
from infra.devstack.processes import running_with
from starter.cli.kept_process import PROGRAMS, WORKER, Program
from tests.cli.shell import Shell, finished, ready, up
from tests.support.conditions import until


async def test_a_second_up_prints_the_same_addresses_and_ends(amends: Shell) -> None:
    first, second = await amends.json("up"), await amends.json("up")
    assert first == second
    assert set(first) == {"temporal", "temporal_ui", "api", "console", "database", "smtp", "state_dir"}
    connection = await asyncpg.connect(first["database"])
    await connection.close()


async def test_the_addresses_for_people_hide_the_password(amends: Shell) -> None:
    password = (await amends.json("up"))["database"].split("@")[0].rpartition(":")[2]
    assert password not in (await amends("up")).out


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
async def test_each_process_says_in_its_log_that_it_is_ready(amends: Shell, program: Program) -> None:
    log_file = StateDir(amends.state_dir).logs / f"{program.name}.log"
    assert f"{program.name}.ready" in log_file.read_text(encoding="utf-8")


async def test_migrating_again_changes_nothing(amends: Shell) -> None:
    first, second = [(await amends.quick("migrate", "--json")).json for _ in range(2)]
    assert first == second
    assert first["revision"]


async def test_two_ups_at_once_share_one_stack(fresh: Shell) -> None:
    """One of them keeps it up; the other waits for it, says where it is and ends."""
    both = [await fresh.start("up", "--json") for _ in range(2)]
    lines = await asyncio.gather(*(ready(process) for process in both))
    assert lines[0] == lines[1]
    await until(lambda: _any_ended(both), "the second up ends")
    (keeper,) = [process for process in both if process.returncode is None]
    keeper.send_signal(signal.SIGINT)
    assert (await finished(keeper)).code == 0


async def test_what_a_killed_up_left_is_taken_over_by_the_next_and_ended_by_down(fresh: Shell) -> None:
    """The data is there again; the servers and processes that were left are ended, and purging leaves nothing."""
    process = await fresh.start("up", "--json")
    first = await ready(process)
    filing = await fresh.json("file", "--channel", "web", "--text", "The parcel never came.", "--key", "1")
    process.kill()
    await process.wait()
    left = [await _processes(fresh, program) for program in PROGRAMS]
    assert all(left)

    process = await fresh.start("up", "--json")
    assert await ready(process) == first
    now = [await _processes(fresh, program) for program in PROGRAMS]
    assert [len(processes) for processes in now] == [1] * len(PROGRAMS)
    assert not {*chain(*now)} & {*chain(*left)}
    assert (await fresh.json("show", filing["reference"]))["source"] == "workflow"
    process.kill()
    await process.wait()

    assert await fresh.json("down") == {"stopped": False, "purged": False, "state_dir": str(fresh.state_dir)}
    assert not await running_with(["--db-filename", str(fresh.state_dir / "temporal.db")])
    for program in PROGRAMS:
        assert not await _processes(fresh, program)
    assert fresh.state_dir.exists()
    assert (await fresh.json("down", "--purge"))["purged"]
    assert not fresh.state_dir.exists()


@pytest.mark.parametrize("program", PROGRAMS)
async def test_a_process_that_dies_is_started_again_and_that_is_said(amends: Shell, program: Program) -> None:
    (process,) = await _processes(amends, program)
    os.kill(process, signal.SIGKILL)
    await until(lambda: _replaced(amends, program, process), f"another {program.name} runs")
    assert f"process={program.name}" in amends.up_log.read_text()
    await amends.json("up")  # is ready when they are


async def test_a_worker_that_cannot_start_ends_up_with_its_reason(fresh: Shell) -> None:
    result = await Shell(fresh.state_dir, (("AMENDS_POLICY", "defualt"),))("up", "--json")
    assert (result.code, result.out) == (2, "")
    assert result.error["code"] == "setup"
    assert "did you mean default?" in result.error["message"]


async def test_workers_run_apart_from_up_and_down_stops_an_up_that_runs(fresh: Shell) -> None:
    doorless = ("--no-api", "--no-console")
    async with up(fresh, "--no-worker", *doorless):
        assert not await _processes(fresh, WORKER)
        worker = await fresh.start("worker")
        await fresh.json("up", *doorless)  # is ready when some worker is
        worker.send_signal(signal.SIGTERM)
        assert (await finished(worker)).code == 128 + signal.SIGTERM
        assert (await fresh.json("down"))["stopped"]


async def _any_ended(processes: list[asyncio.subprocess.Process]) -> bool:
    return any(process.returncode is not None for process in processes)


async def _processes(shell: Shell, program: Program) -> list[int]:
    """Those that an `amends up` keeps, or left."""
    return await running_with(["-X", f"amends_stack={shell.state_dir}", *program.arguments])


async def _replaced(shell: Shell, program: Program, process: int) -> bool:
    processes = await _processes(shell, program)
    return bool(processes) and process not in processes
