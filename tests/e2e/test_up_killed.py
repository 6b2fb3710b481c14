from __future__ import annotations

import asyncio
import json
import socket
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.connections import connect_temporal, resolve
from infra.db.engine import make_engine
from infra.devstack.layout import StateDir
from infra.devstack.ports import HOST, Ports
from infra.devstack.stack import Stack
from infra.settings import Settings
from starter.client import AmendsClient
from tests.e2e.records import Record
from tests.e2e.shell import Shell
from tests.e2e.standard_path import COMMANDS, STORY, give, write_policy
from tests.support.conditions import PATIENCE
from workflows.contract.names import workflow_id

pytestmark = pytest.mark.xdist_group("up_killed")

REOPENING = timedelta(seconds=2)
TEXT = "The washing machine I bought stopped working after two days and leaks water. I want my money back."


@pytest.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    """A shell with a state directory of its own; whatever is left of it in the end is removed."""
    state = StateDir(tmp_path / "state")
    state.create()
    Ports.unused().remember(state)
    policy = write_policy(tmp_path / "policy.yaml", reopening=REOPENING)
    shell = Shell(state.root, AMENDS_POLICY=str(policy))
    yield shell
    await shell.run("down", "--purge")


async def _up(shell: Shell) -> tuple[Process, dict[str, Any]]:
    """`amends up`, once it says that all is ready; and what it said."""
    process = await shell.start("up", "--json")
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE.total_seconds()):
        line = await process.stdout.readline()
    if not line:
        _, said = await process.communicate()
        raise AssertionError(f"`amends up` ended with {process.returncode}: {said.decode()}")
    return process, json.loads(line)


async def _file(shell: Shell, key: str) -> str:
    email = f"{key}@customer.example"
    filing = await shell.run("file", "--channel", "web", "--text", TEXT, "--email", email, "--key", key, "--json")
    assert filing.code == 0, filing.stderr
    return str(filing.json["reference"])


async def test_a_killed_up_starts_again_on_its_data_and_complaints_go_on(shell: Shell) -> None:
    """SIGKILL of `amends up` leaves servers and worker behind: the next one replaces them, on the same addresses, and
    complaints that were accepted, assessed or only just filed go on to their ends. One more `amends up` finds it up.
    """
    killed, before = await _up(shell)
    references = [await _file(shell, key) for key in ("accepted", "assessed")]
    accepted = await shell.run("act", references[0], "accept", "--as", "raj.patel", "--command-id", "accept", "--json")
    assert accepted.code == 0, accepted.stderr
    references.append(await _file(shell, "filed"))
    killed.kill()
    await killed.wait()

    holder, after = await _up(shell)
    assert after == before
    second = await shell.run("up", "--json")
    assert (second.code, second.json) == (0, after)
    assert holder.returncode is None
    settings = Settings.load(state_dir=shell.state_dir)
    temporal = await connect_temporal(resolve(settings).temporal)
    client = AmendsClient(temporal, task_queue=settings.task_queue)
    engine = make_engine(after["database"])

    async def finish(reference: str) -> list[str]:
        for command in COMMANDS:
            await give(client, reference, command)
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await temporal.get_workflow_handle(workflow_id(reference)).result()
        record = await Record.read(engine, reference)
        record.check_journal()
        record.check_notices()
        return [event.type for event in record.journal]

    assert await asyncio.gather(*(finish(reference) for reference in references)) == [STORY] * 3
    await engine.dispose()


async def test_taken_ports_move_and_purge_removes_what_a_killed_up_left(shell: Shell) -> None:
    """The complaint is found behind the new addresses; afterwards neither data nor servers remain."""
    stopped, before = await _up(shell)
    reference = await _file(shell, "moved")
    down = await shell.run("down", "--json")
    assert (down.code, down.json["stopped"]) == (0, True)
    assert await stopped.wait() == 0
    assert Stack.running(shell.state_dir) is None

    ports = [int(before[name].rpartition(":")[2]) for name in ("temporal", "smtp")]
    with socket.create_server((HOST, ports[0])), socket.create_server((HOST, ports[1])):
        killed, moved = await _up(shell)
        assert moved["temporal"] != before["temporal"]
        assert moved["smtp"] != before["smtp"]
        assert moved["database"] == before["database"]
        shown = await shell.run("show", reference, "--json")
        assert shown.code == 0, shown.stderr
        assert (shown.json["source"], shown.json["view"]["summary"]["status"]) == ("workflow", "assigned")
        killed.kill()
        await killed.wait()

    purged = await shell.run("down", "--purge", "--json")
    assert (purged.code, purged.json["purged"]) == (0, True)
    assert not shell.state_dir.exists()
    for name in ("temporal", "smtp", "api", "console"):
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(HOST, int(moved[name].rpartition(":")[2]))
