"""What a stack survives: the death of its holder and of its servers, an outage, a port that somebody took."""

import asyncio
import os
import signal
import socket
from pathlib import Path

import asyncpg
import pytest

from infra.devstack.account import Account
from infra.devstack.addresses import Addresses
from infra.devstack.errors import DevStackError
from infra.devstack.ports import HOST, Ports
from infra.devstack.stack import Stack
from tests.devstack import database, engine
from tests.devstack.conftest import SEARCH_ATTRIBUTES, hold_elsewhere, postgres_data, server_pids
from tests.support.conditions import until


async def _write_row(addresses: Addresses) -> None:
    async with database.connected(addresses.database_owner) as connection:
        await connection.execute("CREATE TABLE kept (word text)")
        await connection.execute("INSERT INTO kept VALUES ('退款')")


async def _kept_words(addresses: Addresses) -> list[str]:
    async with database.connected(addresses.database_owner) as connection:
        return [row["word"] for row in await connection.fetch("SELECT word FROM kept")]


async def test_killed_with_everything_running_it_starts_again_on_the_same_data(state_dir: Path) -> None:
    """SIGKILL of the holder leaves servers behind: they are stopped, and a row and a workflow are still there."""
    holder, before = await hold_elsewhere(state_dir)
    await _write_row(before)
    await engine.start_workflow(before.temporal, "survivor", "TestStatus")
    holder.kill()
    await holder.wait()
    assert await engine.answers(before.temporal), "the killed holder's server is expected to be an orphan"
    assert Stack.running(state_dir) is None

    async with Stack.start(state_dir, search_attributes=SEARCH_ATTRIBUTES) as after:
        assert (after.temporal, after.database) == (before.temporal, before.database)
        assert (after.temporal_pid, after.postgres_pid) != (before.temporal_pid, before.postgres_pid)
        assert await _kept_words(after) == ["退款"]
        assert await engine.is_open(after.temporal, "survivor")


async def test_killed_together_with_its_servers_it_starts_again_on_the_same_data(state_dir: Path) -> None:
    """As in a power cut: nothing had the time to tidy up, and the old process id is meanwhile somebody else's."""
    holder, before = await hold_elsewhere(state_dir)
    await _write_row(before)
    assert before.postgres_pid is not None
    assert before.temporal_pid is not None
    for pid in (holder.pid, before.postgres_pid, before.temporal_pid):
        os.kill(pid, signal.SIGKILL)
    await holder.wait()

    stranger = await asyncio.create_subprocess_exec("sleep", "600", cwd="/", **Account.for_servers().identity())
    try:
        _give_process_id_to(stranger.pid, state_dir)
        async with Stack.start(state_dir, search_attributes={}) as after:
            assert await _kept_words(after) == ["退款"]
    finally:
        stranger.kill()
        await stranger.wait()


def _give_process_id_to(pid: int, state_dir: Path) -> None:
    lock_file = postgres_data(state_dir) / "postmaster.pid"
    _, rest = lock_file.read_text().split("\n", maxsplit=1)
    lock_file.write_text(f"{pid}\n{rest}")


async def test_told_to_end_the_holder_stops_its_servers(state_dir: Path) -> None:
    """SIGTERM ends it in order, with the exit code that says so."""
    holder, addresses = await hold_elsewhere(state_dir)
    assert len(await server_pids(state_dir)) == 2
    holder.terminate()
    assert await holder.wait() == 128 + signal.SIGTERM
    assert not await engine.answers(addresses.temporal)
    assert not await database.answers(addresses.database)
    assert await server_pids(state_dir) == []
    assert not (state_dir / "stack.json").exists()


async def test_what_a_killed_stack_left_running_can_be_ended_alone(state_dir: Path) -> None:
    """Nothing runs any more, and the data are kept."""
    holder, before = await hold_elsewhere(state_dir)
    await _write_row(before)
    holder.kill()
    await holder.wait()
    await Stack.stop_orphans(state_dir)
    assert await server_pids(state_dir) == []
    async with Stack.start(state_dir, search_attributes={}) as after:
        assert await _kept_words(after) == ["退款"]


async def test_killed_servers_are_started_again(state_dir: Path) -> None:
    """On the same addresses, and the new process ids are published."""
    stack = Stack.start(state_dir, search_attributes=SEARCH_ATTRIBUTES)
    async with stack as addresses:
        await _write_row(addresses)
        assert addresses.postgres_pid is not None
        assert addresses.temporal_pid is not None
        os.kill(addresses.temporal_pid, signal.SIGKILL)
        os.kill(addresses.postgres_pid, signal.SIGKILL)

        async def both_are_back() -> bool:
            published = Stack.running(state_dir)
            return published is not None and not (
                {published.temporal_pid, published.postgres_pid}
                & {addresses.temporal_pid, addresses.postgres_pid, None}
            )

        await until(both_are_back, "killed servers are running again")
        assert stack.addresses.temporal == addresses.temporal
        assert await engine.answers(addresses.temporal)
        assert await _kept_words(addresses) == ["退款"]


async def test_an_outage_lasts_until_it_is_ended(state_dir: Path) -> None:
    """PostgreSQL stopped on purpose stays stopped, and comes back on the same address and data."""
    stack = Stack.start(state_dir, search_attributes={})
    async with stack as addresses:
        await _write_row(addresses)
        await stack.stop_postgres()
        with pytest.raises(OSError, match="Connect call failed"):
            await asyncpg.connect(addresses.database, timeout=5)
        assert stack.addresses.postgres_pid is None
        await stack.start_postgres()
        assert await _kept_words(addresses) == ["退款"]


async def test_new_search_attributes_reach_data_that_exist_already(state_dir: Path) -> None:
    """Attributes given before are accepted again, new ones can be used at once."""
    async with Stack.start(state_dir, search_attributes=SEARCH_ATTRIBUTES):
        pass
    async with Stack.start(state_dir, search_attributes={**SEARCH_ATTRIBUTES, "TestLater": "Keyword"}) as addresses:
        await engine.start_workflow(addresses.temporal, "later", "TestLater")
    with pytest.raises(DevStackError) as refusal:
        async with Stack.start(state_dir, search_attributes={"TestLater": "Int"}):
            pass
    assert refusal.value.code == "search_attribute_type"


async def test_ports_that_were_taken_meanwhile_move(state_dir: Path) -> None:
    """A stack comes back on its ports; those that something else took are replaced, on the same data."""
    async with Stack.start(state_dir, search_attributes={}) as before:
        await _write_row(before)
    ports = Ports.model_validate_json((state_dir / "ports.json").read_bytes())
    with socket.create_server((HOST, ports.postgres)), socket.create_server((HOST, ports.smtp)):
        async with Stack.start(state_dir, search_attributes={}) as moved:
            assert moved.temporal == before.temporal
            assert moved.smtp != before.smtp
            assert moved.database != before.database
            assert await _kept_words(moved) == ["退款"]


async def test_lost_data_are_an_error_and_not_an_empty_database(state_dir: Path) -> None:
    """Nobody shall work on an empty database without noticing."""
    async with Stack.start(state_dir, search_attributes={}):
        pass
    postgres_data(state_dir).rename(postgres_data(state_dir).with_name("elsewhere"))
    with pytest.raises(DevStackError) as loss:
        async with Stack.start(state_dir, search_attributes={}):
            pass
    assert loss.value.code == "postgres_data_lost"
    assert Stack.running(state_dir) is None
