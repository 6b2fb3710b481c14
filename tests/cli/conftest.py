"""One `amends up` for the tests that leave it as it is, and a quick way to its complaints beside the shell."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from infra.connections import connect_temporal, resolve
from infra.db.engine import make_engine
from infra.devstack.layout import StateDir
from infra.devstack.ports import Ports
from infra.settings import Settings
from starter.client import AmendsClient
from starter.listing import Listing
from starter.read_model import ReadModel
from tests.cli.desk import Desk
from tests.cli.shell import Shell, up


@pytest.fixture(scope="session")
async def amends(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shell]:
    """The shell of a running Amends."""
    shell = Shell(tmp_path_factory.mktemp("cli") / "state")
    async with up(shell):
        yield shell
    assert (await shell("down", "--purge")).code == 0


@pytest.fixture(scope="session")
async def desk(amends: Shell) -> AsyncIterator[Desk]:
    """The same Amends without the shell: what a test needs before and after what it is about."""
    settings = Settings.load(state_dir=amends.state_dir)
    connections = resolve(settings)
    engine = make_engine(connections.database, connections=2)
    client = AmendsClient(await connect_temporal(connections.temporal), task_queue=settings.task_queue)
    yield Desk(client, ReadModel(engine), Listing(engine))
    await engine.dispose()


@pytest.fixture
async def fresh(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shell]:
    """A state directory where nothing is up yet, with ports of its own; purged afterwards."""
    state = StateDir(tmp_path_factory.mktemp("fresh") / "state")
    state.create()
    Ports.unused().remember(state)
    shell = Shell(state.root)
    yield shell
    if state.root.exists():
        await shell("down", "--purge")
