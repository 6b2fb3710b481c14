"""Reading one's own writes: an answer waits for the tables, but not for ever, and never fails because of them."""

from __future__ import annotations

import asyncio
import socket
from datetime import timedelta

import pytest
from httpx2 import AsyncClient

from infra.db.engine import make_engine
from infra.devstack.ports import HOST
from starter.projection import projected
from tests.api.conftest import ServiceHeaders, StaffHeaders
from tests.api.filed import ASSIGNED, COMPLAINTS, assigned
from tests.support.desk import Desk
from workflows.contract.reference import reference_for

SHORT = timedelta(milliseconds=200)


@pytest.fixture
async def reference(api: AsyncClient, api_desk: Desk, service: ServiceHeaders, request: pytest.FixtureRequest) -> str:
    """Of a complaint that somebody owns."""
    return await assigned(api, api_desk, service("shop"), request.node.nodeid[-200:])


async def test_what_does_not_come_in_time_is_not_waited_for(api_desk: Desk, reference: str) -> None:
    """Neither a complaint that is not there, nor an event that does not happen."""
    assert await projected(api_desk.engine, reference, ASSIGNED, patience=SHORT)
    assert not await projected(api_desk.engine, reference, 1_000, patience=SHORT)
    assert not await projected(api_desk.engine, reference_for("web", "never filed"), patience=SHORT)


async def test_what_comes_while_it_is_waited_for_is_noticed(
    api: AsyncClient, api_desk: Desk, staff: StaffHeaders, reference: str
) -> None:
    waiting = asyncio.create_task(projected(api_desk.engine, reference, ASSIGNED + 1))
    await api.post(f"{COMPLAINTS}/{reference}/commands/accept", headers=staff("zhou.qi"))
    assert await waiting


async def test_a_database_that_is_away_makes_the_answer_no_worse() -> None:
    """What was written stays written; that the tables have it, nobody can say."""
    with socket.socket() as closed:
        closed.bind((HOST, 0))
        engine = make_engine(f"postgresql://nobody:nothing@{HOST}:{closed.getsockname()[1]}/nothing")
        assert not await projected(engine, reference_for("web", "any"))
        await engine.dispose()
