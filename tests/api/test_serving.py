"""How the door's process listens, and how it ends."""

from __future__ import annotations

import asyncio
import time

import pytest
from httpx2 import AsyncClient, TransportError

from infra.devstack.ports import HOST
from starter.api.app import create_app
from starter.api.door import Door
from starter.api.serving import answering
from workflows.contract.errors import AmendsError, ErrorCode

DELAYED_SECONDS = 0.035
"""For so long a kernel holds an acknowledgement back, which a server that sends in small parts then waits for."""


async def test_answers_do_not_wait_for_acknowledgements(api: AsyncClient) -> None:
    """On one connection; the first answers never do."""
    lasted = [await _seconds(api) for _ in range(60)]
    assert min(lasted[40:]) < DELAYED_SECONDS


async def test_a_request_that_has_begun_is_answered_when_the_process_ends_and_no_other_is_taken(
    door: Door,
) -> None:
    app = create_app(door)
    has_begun, may_end = asyncio.Event(), asyncio.Event()

    @app.get("/slow")
    async def slow() -> str:
        has_begun.set()
        await may_end.wait()
        return "done"

    async with AsyncClient(timeout=30) as client:
        async with answering(app, host=HOST, port=0) as address:
            request = asyncio.create_task(client.get(f"{address}/slow"))
            await has_begun.wait()
            asyncio.get_running_loop().call_later(0.2, may_end.set)
        assert (await request).json() == "done"
        with pytest.raises(TransportError):
            await client.get(f"{address}/slow")


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "http://127.0.0.1:"), ("::1", "http://[::1]:")])
async def test_it_says_where_it_listens(door: Door, host: str, shown: str) -> None:
    async with answering(create_app(door), host=host, port=0) as address:
        assert address.startswith(shown)


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
async def test_an_address_that_is_not_ours_is_said_to_be_none(door: Door, host: str) -> None:
    with pytest.raises(AmendsError) as refused:
        async with answering(create_app(door), host=host, port=0):
            raise AssertionError("it listens")
    assert refused.value.code is ErrorCode.SETUP


async def _seconds(api: AsyncClient) -> float:
    began = time.monotonic()
    await api.get("/healthz")
    return time.monotonic() - began
