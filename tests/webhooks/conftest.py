"""The desk these tests share, with short waits between tries; an endpoint, and subscribers to it, for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from infra.devstack.stack import Stack
from tests.support.desk import Desk, running_desk, working
from tests.support.receiver import Receiver, receiving
from tests.webhooks.subscriber import Subscriber

RETRIES = tuple(timedelta(seconds=seconds) for seconds in (0.2, 0.4, 1, 4))
"""Five tries: soon enough for tests, and late enough for a machine that is busy."""


@pytest.fixture(scope="session")
async def hooks(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """Servers of their own, with a sandboxed worker; whoever stops one starts it again."""
    state_dir = tmp_path_factory.mktemp("hooks") / "state"
    async with running_desk(state_dir) as servers:
        desk = servers.with_settings(task_queue="hooks", webhook_private_addresses=True, webhook_retries=RETRIES)
        async with working(desk):
            yield desk
    await Stack.purge(state_dir)


@pytest.fixture
async def endpoint() -> AsyncIterator[Receiver]:
    """Where a subscriber of this test listens."""
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def subscriber(hooks: Desk, request: pytest.FixtureRequest) -> AsyncIterator[Subscriber]:
    """A service with a source of its own; what it has subscribed to ends with the test."""
    found = Subscriber(hooks, request.node.name)
    yield found
    await found.unsubscribe()
