"""/healthz and /readyz tell apart a process that must be restarted and one whose servers are away."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace

import pytest
from httpx2 import AsyncClient

from infra.db.engine import make_engine
from infra.db.migrate import known_revisions, migrate
from starter.api.door import Door
from starter.api.health import Health, Parts
from starter.cli.keeping import API_DOOR, until_it_answers
from tests.support.postgres import Database


async def test_a_process_that_answers_is_alive_and_says_which_one_it_is(api: AsyncClient) -> None:
    answer = await api.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive", "pid": os.getpid()})


async def test_a_process_that_answers_at_the_port_of_another_is_not_taken_for_it(api_address: str) -> None:
    """Two stacks that start at the same moment may have found the same port free."""
    await until_it_answers(API_DOOR, api_address)
    await until_it_answers(API_DOOR, api_address, os.getpid())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await until_it_answers(API_DOOR, api_address, os.getppid())


async def test_it_is_ready_when_servers_tables_and_a_worker_are_there(api: AsyncClient) -> None:
    answer = await api.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "parts": Parts().model_dump()}


async def test_no_credentials_are_needed_nor_looked_at(api: AsyncClient) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert (await api.get(path, headers={"Authorization": "Bearer nonsense"})).status_code == 200


async def test_a_database_without_tables_is_said_to_have_none(door: Door, empty_database: Database) -> None:
    assert await _tables(door, empty_database) == "there are none: run `amends migrate`"


async def test_a_database_of_an_older_program_is_said_to_be_one(door: Door, empty_database: Database) -> None:
    *_, before, needed = known_revisions()
    await migrate(empty_database.owner_url, before)
    assert await _tables(door, empty_database) == f"they are of {before}, and {needed} is needed: run `amends migrate`"


async def test_a_task_queue_that_nobody_asks_is_said_to_have_no_worker(door: Door) -> None:
    settings = door.settings.model_copy(update={"task_queue": "nobody-asks"})
    readiness = await Health(replace(door, settings=settings)).readiness()
    assert not readiness.ready
    assert readiness.parts == Parts(workers="no worker asks for tasks: run `amends worker`")


async def _tables(door: Door, database: Database) -> str:
    engine = make_engine(database.app_url, connections=1)
    try:
        readiness = await Health(replace(door, engine=engine)).readiness()
    finally:
        await engine.dispose()
    assert not readiness.ready
    return readiness.parts.tables
