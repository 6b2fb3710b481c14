"""One `amends up` for the tests that leave it as it is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from infra.devstack.layout import StateDir
from infra.devstack.ports import Ports
from tests.cli.shell import Shell, up


@pytest.fixture(scope="session")
async def amends(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shell]:
    """The shell of a running Amends."""
    shell = Shell(tmp_path_factory.mktemp("cli") / "state")
    async with up(shell):
        yield shell
    assert (await shell("down", "--purge")).code == 0


@pytest.fixture
async def fresh(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shell]:
    """A state directory where nothing is up yet, with ports of its own; purged afterwards."""
    state = StateDir(tmp_path_factory.mktemp("fresh") / "state")
    state.create()
    Ports.unused().remember(state)
    shell = Shell(state.root)
    yield shell
    await shell("down", "--purge")
