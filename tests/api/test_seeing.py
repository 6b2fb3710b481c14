"""A complaint that a caller may not see cannot be told from one that is not there: by the answer, nor by its time."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx2 import AsyncClient

from infra.connections import TemporalServer, connect_temporal
from infra.devstack.ports import HOST
from starter.api.app import create_app
from starter.api.door import Door
from starter.api.serving import answering
from starter.client import AmendsClient
from starter.seeing import LEISURE, PATIENCE
from tests.api.conftest import Headers, ServiceHeaders, StaffHeaders
from tests.api.filed import COMPLAINTS, assigned, body
from tests.support.desk import Desk
from workflows.contract.filing import FileComplaint
from workflows.contract.reference import reference_for

NOBODY_LISTENS = f"{HOST}:1"
SOON = timedelta(milliseconds=500)


@pytest.fixture
def source(request: pytest.FixtureRequest) -> str:
    """Of complaints that only this test has."""
    return str(request.node.name)


@pytest.fixture
def nowhere(source: str) -> str:
    """The reference of what was never filed."""
    return reference_for(source, "never filed")


@pytest.fixture
def shop(service: ServiceHeaders, source: str) -> Headers:
    """A service of that source."""
    return service("shop", sources=[source])


@pytest.fixture
def stranger(service: ServiceHeaders) -> Headers:
    """A service of another source."""
    return service("stranger", sources=["another"])


@pytest.fixture
async def hidden(api: AsyncClient, api_desk: Desk, shop: Headers, source: str) -> str:
    """The reference of a complaint that the stranger may not see."""
    return await assigned(api, api_desk, shop, "1", source=source)


@pytest.fixture
async def without_row(api_desk: Desk, source: str) -> AsyncIterator[str]:
    """The reference of a complaint that was filed while no worker runs."""
    without_worker = AmendsClient(api_desk.temporal, task_queue="nobody works here")
    filing = await without_worker.file(FileComplaint.model_validate(body("1", source=source)))
    yield filing.reference
    await api_desk.temporal.get_workflow_handle(filing.workflow_id).terminate()


@pytest.fixture
async def away(door: Door) -> AsyncIterator[AsyncClient]:
    """A client of a door whose engine is away."""
    temporal = await connect_temporal(TemporalServer(NOBODY_LISTENS, "this test"), lazy=True)
    desk = AmendsClient(temporal, task_queue="none", patience=SOON)
    async with (
        answering(create_app(replace(door, desk=desk)), host=HOST, port=0) as address,
        AsyncClient(base_url=address) as client,
    ):
        yield client


async def answer(api: AsyncClient, headers: Headers, reference: str) -> tuple[int, str, str]:
    """Status, code and sentence of a refusal, which names the reference."""
    refused = await api.get(f"{COMPLAINTS}/{reference}", headers=headers)
    problem = refused.json()
    return refused.status_code, problem["code"], problem["detail"].replace(reference, "it")


async def test_what_has_no_row_yet_is_said_to_those_who_see_it_by_its_source(
    api: AsyncClient, service: ServiceHeaders, staff: StaffHeaders, shop: Headers, without_row: str
) -> None:
    """A complaint that was never filed is another thing to them."""
    for headers in (shop, service("all"), staff("zhou.qi"), staff("paul.weir")):
        status, code, said = await answer(api, headers, without_row)
        assert (status, code) == (503, "unreachable")
        assert "has been filed" in said


async def test_to_all_others_what_has_no_row_yet_is_not_there(
    api: AsyncClient, staff: StaffHeaders, stranger: Headers, without_row: str, nowhere: str
) -> None:
    """And they are told so without waiting for it."""
    for headers in (stranger, staff("raj.patel"), staff("luo.jie")):
        began = time.monotonic()
        said = await answer(api, headers, without_row)
        assert time.monotonic() - began < PATIENCE.total_seconds()
        assert said == await answer(api, headers, nowhere)
        assert said[:2] == (404, "unknown_reference")


async def test_while_the_engine_is_away_all_that_is_not_seen_is_answered_alike(
    away: AsyncClient, shop: Headers, stranger: Headers, hidden: str, nowhere: str
) -> None:
    """What is seen is shown all the same."""
    said = await answer(away, stranger, hidden)
    assert said == await answer(away, stranger, nowhere)
    assert said[:2] == (503, "unreachable")
    assert (await away.get(f"{COMPLAINTS}/{hidden}", headers=shop)).status_code == 200


async def test_the_time_of_an_answer_does_not_tell_what_is_on_file(
    api: AsyncClient, stranger: Headers, hidden: str, nowhere: str
) -> None:
    """It is that which all answers take."""
    for reference in (hidden, nowhere):
        began = time.monotonic()
        assert (await answer(api, stranger, reference))[:2] == (404, "unknown_reference")
        assert time.monotonic() - began >= LEISURE.total_seconds()
