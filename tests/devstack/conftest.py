"""One real stack for the tests that leave it as it is, and state directories for those that break theirs."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.devstack.addresses import Addresses
from infra.devstack.layout import StateDir
from infra.devstack.ports import Ports
from infra.devstack.processes import running_with
from infra.devstack.stack import Stack

REPOSITORY = Path(__file__).parents[2]
SEARCH_ATTRIBUTES = {"TestStatus": "Keyword", "TestDue": "Datetime"}


def postgres_home(state_dir: Path) -> Path:
    """Where the PostgreSQL of a state directory has everything."""
    return Path(json.loads((state_dir / "postgres.json").read_text())["home"])


def postgres_data(state_dir: Path) -> Path:
    """Where it keeps its data."""
    return postgres_home(state_dir) / "cluster" / "data"


async def server_pids(state_dir: Path) -> list[int]:
    """The servers that run on the data of a state directory, whoever started them."""
    postgres = await running_with(["-D", str(postgres_data(state_dir))])
    return postgres + await running_with(["--db-filename", str(StateDir(state_dir).temporal_db)])


async def hold_elsewhere(state_dir: Path) -> tuple[asyncio.subprocess.Process, Addresses]:
    """Start a stack in a process of its own, and wait until it is ready."""
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.devstack.holder", str(state_dir), stdout=asyncio.subprocess.PIPE, cwd=REPOSITORY
    )
    assert holder.stdout is not None
    line = await asyncio.wait_for(holder.stdout.readline(), timeout=60)
    return holder, Addresses.model_validate_json(line)


@dataclass(frozen=True)
class RunningStack:
    """A stack that is up, where it is reached and where it is kept."""

    stack: Stack
    addresses: Addresses
    state_dir: Path


@pytest.fixture(scope="session")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningStack]:
    """The shared stack: do not stop or kill it."""
    state_dir = tmp_path_factory.mktemp("shared") / "state"
    stack = Stack.start(state_dir, search_attributes=SEARCH_ATTRIBUTES)
    async with stack as addresses:
        yield RunningStack(stack, addresses, state_dir)
    await Stack.purge(state_dir)


@pytest.fixture
async def state_dir(tmp_path: Path) -> AsyncIterator[Path]:
    """A state directory with ports of its own, so that tests side by side do not swap them; purged afterwards."""
    directory = tmp_path / "state"
    state = StateDir(directory)
    state.create()
    Ports.unused().remember(state)
    yield directory
    await Stack.purge(directory)
