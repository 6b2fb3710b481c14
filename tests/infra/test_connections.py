from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.connections import Connections, TemporalServer, connect_temporal, resolve
from infra.devstack.addresses import Addresses
from infra.devstack.layout import StateDir
from infra.devstack.lock import Lock
from infra.payloads import DATA_CONVERTER
from infra.settings import Settings
from workflows.contract.errors import AmendsError, ErrorCode

EXTERNAL = "postgresql://desk:hunter2@db.example:5432/desk"
PROPERTIES = ("temporal", "database", "database_owner", "smtp", "survey_secret")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the variables nor the Temporal profile of the machine that runs the tests."""
    for variable in [name for name in os.environ if name.startswith(("AMENDS_", "TEMPORAL_"))]:
        monkeypatch.delenv(variable)
    for variable in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))


@pytest.fixture
def connections(tmp_path: Path) -> Callable[..., Connections]:
    """What is reached under given settings, with a state directory of the test's own."""
    return lambda **given: resolve(Settings.load(state_dir=tmp_path, **given))


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Addresses]:
    """What a running stack leaves for others: its addresses, and the lock that says that it lives."""
    state = StateDir(tmp_path)
    addresses = Addresses(
        temporal="127.0.0.1:7233",
        temporal_ui="http://127.0.0.1:8233",
        database="postgresql://app:secret@127.0.0.1:1/amends",
        database_owner="postgresql://owner:secret@127.0.0.1:1/amends",
        smtp="127.0.0.1:2525",
        mail_directory=tmp_path / "mail",
        pid=os.getpid(),
        postgres_pid=None,
        temporal_pid=None,
        started_at=datetime.now(UTC),
    )
    addresses.write(state)
    lock = Lock(state.lock)
    assert lock.acquire()
    yield addresses
    lock.release()


def code_of(ask: Callable[[], Any]) -> tuple[ErrorCode, str]:
    with pytest.raises(AmendsError) as refusal:
        ask()
    return refusal.value.code, str(refusal.value)


def test_the_running_stack_is_found(connections: Callable[..., Connections], stack: Addresses) -> None:
    """Without any setting, everything is the embedded stack's."""
    found = connections()
    assert (found.temporal.address, found.temporal.namespace) == (stack.temporal, "default")
    assert (found.database, found.database_owner, found.smtp) == (stack.database, stack.database_owner, stack.smtp)
    assert found.survey_secret == connections().survey_secret


@pytest.mark.parametrize("name", PROPERTIES)
def test_without_a_stack_each_address_says_how_to_get_one(connections: Callable[..., Connections], name: str) -> None:
    """Start the stack or set one variable."""
    code, message = code_of(lambda: getattr(connections(), name))
    assert code is ErrorCode.UNREACHABLE
    assert "amends up" in message
    assert "_" in message.rpartition("or set ")[2]


def test_a_stack_that_was_killed_is_none(
    connections: Callable[..., Connections], stack: Addresses, tmp_path: Path
) -> None:
    """Its file remains; the lock of its process does not."""
    assert connections().smtp == stack.smtp
    StateDir(tmp_path).lock.unlink()
    assert code_of(lambda: connections().smtp)[0] is ErrorCode.UNREACHABLE


@pytest.mark.usefixtures("stack")
def test_an_external_database_is_one_variable(
    connections: Callable[..., Connections], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The application's address also serves the migrations unless they have their own."""
    monkeypatch.setenv("AMENDS_DATABASE_URL", EXTERNAL)
    assert (connections().database, connections().database_owner) == (EXTERNAL, EXTERNAL)
    monkeypatch.setenv("AMENDS_DATABASE_OWNER_URL", EXTERNAL.replace("desk:", "owner:"))
    assert connections().database_owner.startswith("postgresql://owner:")


def test_one_address_is_enough_for_those_who_need_one(connections: Callable[..., Connections]) -> None:
    """Reading tables needs no mail server, so its absence is no error until somebody asks for it."""
    found = connections(database_url=EXTERNAL)
    assert found.database == EXTERNAL
    assert code_of(lambda: found.smtp)[0] is ErrorCode.UNREACHABLE


@pytest.mark.usefixtures("stack")
def test_an_external_temporal_is_one_variable(
    connections: Callable[..., Connections], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`TEMPORAL_ADDRESS` wins over the embedded stack, and Temporal's other variables count too."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example:7233")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "desk")
    monkeypatch.setenv("TEMPORAL_API_KEY", "hunter2")
    server = connections().temporal
    assert (server.address, server.namespace) == ("temporal.example:7233", "desk")
    assert server.options["api_key"] == "hunter2"
    assert "hunter2" not in repr(connections())
    assert "hunter2" not in repr(server)


def test_an_official_profile_is_used(
    connections: Callable[..., Connections], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The file that Temporal's own programs read."""
    profiles = tmp_path / "temporal.toml"
    profiles.write_text('[profile.live]\naddress = "live.example:7233"\nnamespace = "live"\n', encoding="utf-8")
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(profiles))
    monkeypatch.setenv("TEMPORAL_PROFILE", "live")
    assert connections().temporal.address == "live.example:7233"
    monkeypatch.setenv("TEMPORAL_PROFILE", "test")
    code, message = code_of(connections)
    assert code is ErrorCode.SETUP
    assert "test" in message


def test_an_external_database_needs_a_survey_secret_of_its_own(connections: Callable[..., Connections]) -> None:
    """Each machine would make another one otherwise."""
    code, message = code_of(lambda: connections(database_url=EXTERNAL).survey_secret)
    assert code is ErrorCode.SETUP
    assert "AMENDS_SURVEY_SECRET" in message
    given = connections(database_url=EXTERNAL, survey_secret="0" * 32).survey_secret
    assert given.get_secret_value() == "0" * 32


async def test_a_client_reaches_a_real_server(temporal_server: TemporalServer) -> None:
    """The connection is made at once, with models as payloads."""
    client = await connect_temporal(temporal_server)
    assert await client.service_client.check_health()
    assert client.data_converter is DATA_CONVERTER


@pytest.mark.parametrize("address", ["127.0.0.1:1", "no such host", ""])
async def test_a_server_that_is_not_there_is_reported_at_once(address: str) -> None:
    """With the address, who named it and what to do."""
    with pytest.raises(AmendsError) as refusal:
        await connect_temporal(TemporalServer(address=address, named_by="the test"))
    assert refusal.value.code is ErrorCode.UNREACHABLE
    assert f"at {address}, named by the test" in str(refusal.value)
    assert "amends up" in str(refusal.value)


async def test_a_server_that_never_answers_is_given_up() -> None:
    """A firewall that drops packets does not hang a command."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = TemporalServer(address=f"127.0.0.1:{silent.getsockname()[1]}", named_by="the test")
        began = time.monotonic()
        with pytest.raises(AmendsError, match="no answer"):
            await asyncio.wait_for(connect_temporal(server, time_limit=timedelta(milliseconds=300)), timeout=10)
    assert time.monotonic() - began < 5
