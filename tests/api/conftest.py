"""A running Amends with its HTTP door on a real socket, for the session, and callers who are let in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection

import pytest
from httpx2 import AsyncClient

from infra.devstack.issuer import Issuer
from infra.devstack.layout import StateDir
from infra.devstack.ports import HOST, Ports
from infra.devstack.stack import Stack
from starter.api.app import create_app
from starter.api.door import Door
from starter.api.serving import answering, open_door
from tests.support.conditions import DEADLINE
from tests.support.desk import Desk, running_desk, working

Headers = dict[str, str]
StaffHeaders = Callable[[str], Headers]
ServiceHeaders = Callable[..., Headers]

ALL_SCOPES = ("read", "file", "command", "subscribe")
PLENTY = "1000000/minute"
"""Tests ask more often than people do."""


@pytest.fixture(scope="session")
async def api_desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """The servers, on ports of their own, with tables, staff and a worker; complaints are told apart by their keys."""
    state_dir = tmp_path_factory.mktemp("api") / "state"
    state = StateDir(state_dir)
    state.create()
    Ports.unused().remember(state)
    async with running_desk(state_dir) as desk, working(desk):
        yield desk
    await Stack.purge(state_dir)


@pytest.fixture(scope="session")
async def door(api_desk: Desk) -> AsyncIterator[Door]:
    """The connections of the door in this process."""
    limits = {"api_limit_per_caller": PLENTY, "api_limit_anonymous": PLENTY}
    async with open_door(api_desk.settings.model_copy(update=limits)) as door:
        yield door


@pytest.fixture(scope="session")
async def api_address(door: Door) -> AsyncIterator[str]:
    """Where the door answers: the application itself, by uvicorn, in this process."""
    async with answering(create_app(door), host=HOST, port=0) as address:
        yield address


@pytest.fixture(scope="session")
async def api(api_address: str) -> AsyncIterator[AsyncClient]:
    """A client of the door, nobody in particular: each request says by its headers who is calling. For all tests one,
    because making one reads every certificate of the machine.
    """
    async with AsyncClient(base_url=api_address, timeout=DEADLINE.total_seconds()) as client:
        yield client


@pytest.fixture(scope="session")
def issuer(api_desk: Desk) -> Issuer:
    """Who issues the development stack's tokens."""
    return Issuer.kept(api_desk.settings.state_dir)


@pytest.fixture(scope="session")
def staff(issuer: Issuer) -> StaffHeaders:
    """`staff("raj.patel")`: the headers of a member of staff."""

    def headers(subject: str) -> Headers:
        return _bearer(issuer.token(subject))

    return headers


@pytest.fixture(scope="session")
def service(issuer: Issuer) -> ServiceHeaders:
    """`service("shop", sources=["web"], scopes=["file"])`: the headers of another system, by default for everything."""

    def headers(name: str, sources: Collection[str] = ("*",), scopes: Collection[str] = ALL_SCOPES) -> Headers:
        return _bearer(issuer.token(name, client_id=name, scope=" ".join(scopes), sources=list(sources)))

    return headers


def _bearer(token: str) -> Headers:
    return {"Authorization": f"Bearer {token}"}
