from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest

from infra.devstack.ports import HOST
from tests.cli.shell import TIME_LIMIT, Shell, finished, ready, up
from tests.support.conditions import until

_API_ALONE = ("--no-worker", "--no-console")


async def test_what_up_prints_is_where_the_api_answers_and_is_ready(amends: Shell) -> None:
    address = (await amends.json("up"))["api"]
    async with httpx2.AsyncClient(base_url=address) as client:
        assert (await client.get("/readyz")).json()["ready"]
        assert (await client.get("/api/v1/openapi.json")).json()["info"]["title"] == "Amends"


async def test_several_apis_run_side_by_side_and_end_gently(amends: Shell) -> None:
    """Each at its own port, on the servers that are up."""
    async with _api(amends, "--port", "0") as first, _api(amends, "--port", "0") as second:
        assert first != second
        async with httpx2.AsyncClient() as client:
            for address in (first, second):
                assert (await client.get(f"{address}/readyz")).status_code == 200


async def test_a_port_that_is_taken_is_said_to_be(amends: Shell) -> None:
    with socket.create_server((HOST, 0)) as taken:
        result = await amends("api", "--port", str(taken.getsockname()[1]))
    assert result.code == 2
    assert "choose another port" in result.err


async def test_without_servers_it_says_how_to_start_them(fresh: Shell) -> None:
    result = await fresh("api")
    assert result.code == 5
    assert "amends up" in result.err


async def test_up_goes_without_an_api_when_told_to(fresh: Shell) -> None:
    process = await fresh.start("up", "--json", "--no-api", "--no-worker", "--no-console")
    assert (await ready(process))["api"] is None
    process.send_signal(signal.SIGTERM)
    await finished(process)


async def test_the_apis_port_moves_when_it_is_taken_and_is_remembered(fresh: Shell) -> None:
    async with up(fresh, *_API_ALONE):
        before = (await fresh.json("up", *_API_ALONE))["api"]
    host, _, port = before.removeprefix("http://").rpartition(":")
    with socket.create_server((host, int(port))):
        async with up(fresh, *_API_ALONE):
            moved = (await fresh.json("up", *_API_ALONE))["api"]
    assert moved != before
    async with up(fresh, *_API_ALONE):
        assert (await fresh.json("up", *_API_ALONE))["api"] == moved


async def test_a_port_that_was_chosen_does_not_move(fresh: Shell) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        chosen = Shell(fresh.state_dir, (("AMENDS_API_PORT", str(port)),))
        result = await chosen("up", "--json", *_API_ALONE)
    assert (result.code, result.error["code"]) == (2, "setup")
    assert f"cannot listen on {HOST}:{port}" in result.error["message"]


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
async def test_a_port_that_is_none_is_refused(amends: Shell, port: str) -> None:
    assert (await amends("api", "--port", port)).code == 2


@asynccontextmanager
async def _api(shell: Shell, *options: str) -> AsyncIterator[str]:
    """`amends api` until the block ends, gently: its address."""
    process = await Shell(shell.state_dir, (("AMENDS_LOG_FORMAT", "json"),)).start("api", *options)
    said: list[str] = []

    async def is_ready() -> bool:
        assert process.stderr is not None
        async with asyncio.timeout(TIME_LIMIT.total_seconds()):
            said.append((await process.stderr.readline()).decode())
        assert said[-1], said
        return "api.ready" in said[-1]

    await until(is_ready, "the API is ready")
    yield said[-1].partition('"address": "')[2].partition('"')[0]
    process.send_signal(signal.SIGTERM)
    assert (await finished(process)).code == 128 + signal.SIGTERM
