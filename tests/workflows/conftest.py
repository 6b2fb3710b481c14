"""The desk these tests share: real servers, and a sandboxed worker with the policy `default`."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable

import pytest

from infra.devstack.stack import Stack
from tests.support.desk import Desk, running_desk, working
from tests.workflows.case import Case, complaint

TIME_SKIPPING = {"frontend.WorkflowTimeSkippingEnabled": "true"}


@pytest.fixture(scope="session")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """Whoever stops one of its servers starts it again."""
    state_dir = tmp_path_factory.mktemp("desk") / "state"
    async with running_desk(state_dir, dynamic_config=TIME_SKIPPING) as servers, working(servers) as desk:
        yield desk
    await Stack.purge(state_dir)


@pytest.fixture
def new_case(desk: Desk, request: pytest.FixtureRequest) -> Callable[..., Case]:
    """Makes complaints, not filed yet, with keys of the test's own."""
    numbers = itertools.count(1)
    return lambda **changes: Case(desk, complaint(f"{request.node.nodeid}/{next(numbers)}"[-200:], **changes))
