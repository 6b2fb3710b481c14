"""Sessions of the application: under its own role, on connections that are renewed, with errors that say what to do."""

import asyncio

import asyncpg
import pytest
from asyncpg.exceptions import InternalClientError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.journal import write
from infra.db.engine import make_engine
from infra.db.transaction import transact
from tests.support.postgres import Database, PostgresServer
from tests.support.postings import complaint, entry, filed, posting
from workflows.contract.errors import AmendsError, ErrorCode

APPEND_ONLY = {"events": "reference", "archive": "reference", "policies": "name", "directory_changes": "ordinal"}
"""Each with one of its columns."""

REWRITING = ("UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}", "DROP TABLE {0}")


async def session_id(connection: AsyncConnection) -> int:
    """The server process behind a connection."""
    return int((await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one())


@pytest.mark.parametrize("login", ["app", "owner"])
async def test_no_session_of_the_application_rewrites_history(
    postgres_server: PostgresServer, database: Database, login: str
) -> None:
    """Not even one that logs in as the owner of the tables, because every session acts as the application's role."""
    await postgres_server.execute("GRANT amends_app TO amends_owner")
    engine = make_engine(database.owner_url if login == "owner" else database.app_url)
    filing = complaint()
    await transact(engine, lambda connection: write(connection, posting(filing, filed(filing), entry(2)), ()))
    for statement in (template.format(*pair) for template in REWRITING for pair in APPEND_ONLY.items()):
        async with engine.connect() as connection:
            with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
                await connection.execute(text(statement))
    await engine.dispose()


@pytest.mark.parametrize("table", ["staff", "departments", "absences"])
async def test_the_application_forgets_nobody(engine: AsyncEngine, table: str) -> None:
    """Who has left stays as inactive, an absence that was taken back as that."""
    async with engine.connect() as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own words


async def test_a_connection_that_the_server_cut_is_replaced(
    postgres_server: PostgresServer, database: Database, engine: AsyncEngine
) -> None:
    """A restart of PostgreSQL costs no caller an error."""
    before = await transact(engine, session_id)
    await postgres_server.cut_connections(database)
    assert await transact(engine, session_id) != before


async def test_a_server_that_dies_while_a_session_is_opened_is_away_and_not_set_up_wrongly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The driver has no better word for it than an error of its own; when exactly it dies is chance."""

    async def connect(**_: object) -> None:
        raise InternalClientError("got result for unknown protocol state 3")

    monkeypatch.setattr(asyncpg, "connect", connect)
    with pytest.raises(AmendsError) as refusal:
        await transact(
            make_engine("postgresql://nobody@localhost/nothing"), lambda found: found.execute(text("SELECT 1"))
        )
    assert refusal.value.code is ErrorCode.UNREACHABLE


async def test_a_lost_deadlock_is_tried_again(engine: AsyncEngine) -> None:
    """Both of two transactions that wait for each other get through."""
    met = asyncio.Barrier(2)
    attempts = 0

    async def lock_both(connection: AsyncConnection, first: int, second: int) -> bool:
        nonlocal attempts
        attempts += 1
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({first})"))
        if attempts <= 2:
            await met.wait()
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({second})"))
        return True

    both = (
        transact(engine, lambda connection: lock_both(connection, 1, 2)),
        transact(engine, lambda connection: lock_both(connection, 2, 1)),
    )
    assert all(await asyncio.gather(*both))
    assert attempts == 3


async def test_a_database_that_is_not_there_is_reported_at_once() -> None:
    """Nothing listens on port 1."""
    engine = make_engine("postgresql://nobody:secret@127.0.0.1:1/amends")
    with pytest.raises(AmendsError) as refused:
        await transact(engine, session_id)
    assert refused.value.code is ErrorCode.UNREACHABLE
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("login", "name", "advice"),
    [
        (("amends_app", "wrong"), None, "check the user and the password"),
        (None, "nowhere", "create the database, or correct its name"),
    ],
)
async def test_a_wrong_address_is_a_matter_of_setup(
    database: Database, login: tuple[str, str] | None, name: str | None, advice: str
) -> None:
    """The sentence says which part of the address is wrong."""
    url = database.as_login(*login) if login else database.named(name or "").app_url
    engine = make_engine(url)
    with pytest.raises(AmendsError, match=advice) as refused:
        await transact(engine, session_id)
    assert refused.value.code is ErrorCode.SETUP
    await engine.dispose()


async def test_tables_that_are_not_there_call_for_a_migration(empty_database: Database) -> None:
    """The sentence names the command."""
    engine = make_engine(empty_database.app_url)
    with pytest.raises(AmendsError, match="run `amends migrate`"):
        await transact(engine, lambda connection: connection.execute(text("SELECT * FROM complaints")))
    await engine.dispose()


async def test_errors_do_not_repeat_what_was_to_be_stored(engine: AsyncEngine) -> None:
    """Errors of activities end up in workflow histories, and what is stored is personal data."""
    statement = text("INSERT INTO policies (name, version) VALUES ('d', CAST(:name AS text))")
    with pytest.raises(AmendsError) as refused:
        await transact(engine, lambda connection: connection.execute(statement, {"name": "王芳"}))
    assert "23502" in str(refused.value)
    assert "王芳" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_an_address_of_another_database_is_refused() -> None:
    """Before anything tries to connect."""
    with pytest.raises(AmendsError, match="expected postgresql://"):
        make_engine("mysql://localhost/amends")


async def test_sessions_without_cached_statements_work(database: Database) -> None:
    """As behind a pooler that gives each transaction another session."""
    engine = make_engine(database.app_url, statement_cache=False)
    for _ in range(2):
        assert await transact(engine, session_id) > 0
    await engine.dispose()
