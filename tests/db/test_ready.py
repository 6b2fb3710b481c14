"""Questions that are ready to be asked are answered as SQLAlchemy would have them answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Select, bindparam, func, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.engine import make_engine
from infra.db.ready import Ready
from infra.db.tables import complaints
from infra.db.transaction import ATTEMPTS, autocommit, inquire, transact
from tests.support.postgres import Database, PostgresServer
from workflows.contract.errors import AmendsError, ErrorCode

WHO = Ready(select(func.pg_backend_pid().label("it")))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
QUESTIONS: dict[str, Any] = {
    "text": select(literal("洗衣机").label("it")),
    "number and moment": select(literal(7).label("seven"), literal(NOON).label("noon"), literal(None).label("nothing")),
    "length of time": select((literal(NOON) + literal(timedelta(hours=1))).label("later")),
    "one of several": select(literal("b").in_(["a", "b", "c"]).label("among")),
    "json": select(literal({"a": [1]}, JSONB).contains(literal({"a": [1]}, JSONB)).label("holds")),
    "rows of a table": select(complaints.c.reference).where(complaints.c.owner == "nobody").limit(5),
}


@pytest.mark.parametrize("kind", QUESTIONS)
async def test_the_answer_is_that_of_sqlalchemy(engine: AsyncEngine, kind: str) -> None:
    query: Select[Any] = QUESTIONS[kind]
    async with engine.connect() as connection:
        expected = [dict(row) for row in (await connection.execute(query)).mappings()]
        assert [dict(row) for row in await Ready(query).ask(connection)] == expected


async def test_parameters_are_given_by_name(engine: AsyncEngine) -> None:
    ready = Ready(select(func.upper(bindparam("word", "none")).label("it")))
    assert [row["it"] for row in await transact(autocommit(engine), partial(ready.ask, word="tv"))] == ["TV"]


async def _in_transaction(engine: AsyncEngine, ready: Ready) -> list[Any]:
    return await transact(autocommit(engine), ready.ask)


async def _alone(engine: AsyncEngine, ready: Ready) -> list[Any]:
    return await inquire(engine, ready.ask)


EITHER_WAY = pytest.mark.parametrize("answer", [_in_transaction, _alone])
Answer = Callable[[AsyncEngine, Ready], Awaitable[list[Any]]]


@EITHER_WAY
async def test_what_the_database_refuses_becomes_a_fact(engine: AsyncEngine, answer: Answer) -> None:
    ready = Ready(select(text("1 / 0")))
    with pytest.raises(AmendsError) as refused:
        await answer(engine, ready)
    assert refused.value.code is ErrorCode.SETUP
    assert "22012" in str(refused.value)


@EITHER_WAY
async def test_sessions_that_the_server_cut_are_replaced(
    postgres_server: PostgresServer, database: Database, answer: Answer
) -> None:
    """However many there are, the question is asked on a new one, and nobody notices."""
    engine = make_engine(database.app_url, connections=ATTEMPTS + 2)
    async with AsyncExitStack() as held:
        sessions = [await held.enter_async_context(engine.connect()) for _ in range(ATTEMPTS + 2)]
        before = {(await WHO.ask(session))[0]["it"] for session in sessions}
    await postgres_server.cut_connections(database)
    answers = await asyncio.gather(*(answer(engine, WHO) for _ in before))
    assert before.isdisjoint(rows[0]["it"] for rows in answers)
    await engine.dispose()


async def test_a_session_whose_question_was_given_up_is_not_used_again(engine: AsyncEngine) -> None:
    """It may be busy with the old one."""
    never = Ready(select(func.pg_sleep(600)))
    async with engine.connect() as connection:
        (before,) = await WHO.ask(connection)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await never.ask(connection)
    async with engine.connect() as connection:
        (after,) = await WHO.ask(connection)
    assert after["it"] != before["it"]


async def test_no_session_out_of_the_pool_is_used_again_whose_question_was_given_up(database: Database) -> None:
    engine = make_engine(database.app_url, connections=1)
    never = Ready(select(func.pg_sleep(600)))
    (before,) = await inquire(engine, WHO.ask)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await inquire(engine, never.ask)
    (after,) = await inquire(engine, WHO.ask)
    assert after["it"] != before["it"]
    await engine.dispose()
