"""What a stack that is up offers."""

import os
import stat
from pathlib import Path

import aiosmtplib
import asyncpg
import pytest

from infra.devstack.errors import DevStackError
from infra.devstack.stack import Stack
from infra.devstack.temporal import RETENTION
from tests.devstack import engine
from tests.devstack.conftest import SEARCH_ATTRIBUTES, RunningStack
from tests.devstack.database import connected


async def test_all_three_servers_are_reached_at_the_addresses(running: RunningStack) -> None:
    """Application and owner reach the database, a client reaches Temporal, a mail reaches the sink."""
    for dsn in (running.addresses.database, running.addresses.database_owner):
        async with connected(dsn) as connection:
            assert await connection.fetchval("SELECT current_database()") == "amends"
    assert await engine.answers(running.addresses.temporal)
    host, port = running.addresses.smtp.split(":")
    mail = b"Message-ID: <reached@test>\r\nSubject: reached\r\n\r\nhello\r\n"
    await aiosmtplib.send(mail, sender="desk@test", recipients=["ann@test"], hostname=host, port=int(port))
    assert "reached" in [mail.subject for mail in running.stack.mail.messages()]


async def test_the_running_stack_is_found_by_its_state_directory(running: RunningStack) -> None:
    """Another process learns the addresses from the directory alone."""
    assert Stack.running(running.state_dir) == running.addresses


async def test_a_second_start_is_refused_while_the_first_runs(running: RunningStack) -> None:
    """The second start says so, and leaves the first as it is."""
    with pytest.raises(DevStackError) as refusal:
        async with Stack.start(running.state_dir, search_attributes={}):
            pass
    assert refusal.value.code == "stack_running"
    assert Stack.running(running.state_dir) == running.addresses


async def test_a_directory_without_a_stack_has_none_running(tmp_path: Path) -> None:
    """Asking makes nothing."""
    assert Stack.running(tmp_path / "nothing") is None
    assert not (tmp_path / "nothing").exists()


async def test_passwords_and_mails_are_closed_to_other_users(running: RunningStack) -> None:
    """No file in the state directory can be read by others, and the addresses' repr has no password."""
    files = [path for path in running.state_dir.rglob("*") if path.is_file() and "postgres/" not in str(path)]
    assert {"stack.json", "postgres.json", "temporal.db"} <= {path.name for path in files}
    closed_folders = {running.state_dir / "mail", running.state_dir / "logs"}
    for path in files:
        if path.parent not in closed_folders:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in closed_folders} == {0o700}
    assert "postgresql://" not in repr(running.addresses)


async def test_the_addresses_name_the_processes(running: RunningStack) -> None:
    """The holder is this process, and both servers have one of their own."""
    assert running.addresses.pid == os.getpid()
    assert running.addresses.postgres_pid != running.addresses.temporal_pid
    for pid in (running.addresses.postgres_pid, running.addresses.temporal_pid):
        assert pid is not None
        os.kill(pid, 0)


async def test_chinese_trigrams_are_found(running: RunningStack) -> None:
    """The database's owner may install pg_trgm, and it sees Han characters."""
    async with connected(running.addresses.database_owner) as connection:
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        assert await connection.fetchval("SELECT similarity('退款', '退款申请')") > 0


async def test_the_applications_role_makes_no_tables(running: RunningStack) -> None:
    """It is neither superuser nor owner."""
    async with connected(running.addresses.database) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE public.mine (id int)")
        assert not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")


async def test_what_is_committed_is_on_the_disk(running: RunningStack) -> None:
    """Durability is not traded for speed."""
    async with connected(running.addresses.database) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert await connection.fetchval(f"SHOW {setting}") == "on"


async def test_search_attributes_are_ready_for_use(running: RunningStack) -> None:
    """A workflow may be started with them at once."""
    assert "TestStatus" in SEARCH_ATTRIBUTES
    await engine.start_workflow(running.addresses.temporal, "attributes-ready", "TestStatus")
    assert await engine.is_open(running.addresses.temporal, "attributes-ready")


async def test_closed_workflows_are_kept_for_years(running: RunningStack) -> None:
    """The server's own retention of one day is raised."""
    namespace = await engine.describe_namespace(running.addresses.temporal)
    assert namespace.config.workflow_execution_retention_ttl.ToTimedelta() == RETENTION
