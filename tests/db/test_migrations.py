"""The migrations lead forward and back, from any number of processes, to the tables that the program expects."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from infra.db.engine import make_engine
from infra.db.migrate import BASE, migrate, migrate_back
from infra.db.tables import metadata
from tests.support.postgres import Database, running_server
from workflows.contract.errors import AmendsError, ErrorCode

HEAD_REVISION = "0014"


async def fetch(url: str, query: str, *arguments: object) -> list[Any]:
    """The rows of a query."""
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(query, *arguments))
    finally:
        await connection.close()


async def tables(database: Database) -> set[str]:
    """The names of all tables of the application."""
    rows = await fetch(database.owner_url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {row["tablename"] for row in rows}


async def test_migrating_makes_every_table_and_repeating_it_changes_nothing(empty_database: Database) -> None:
    """Twice is the same as once."""
    assert await migrate(empty_database.owner_url) == HEAD_REVISION
    assert await migrate(empty_database.owner_url) == HEAD_REVISION
    assert await tables(empty_database) == {*metadata.tables, "alembic_version"}


async def test_migrating_back_leaves_nothing_and_forward_again_works(empty_database: Database) -> None:
    """Forward, back, forward."""
    await migrate(empty_database.owner_url)
    assert await migrate_back(empty_database.owner_url, BASE) is None
    assert await tables(empty_database) == {"alembic_version"}
    assert await migrate(empty_database.owner_url) == HEAD_REVISION
    assert await tables(empty_database) == {*metadata.tables, "alembic_version"}


async def test_names_of_departments_survive_the_way_forward_and_back(empty_database: Database) -> None:
    """They were one text in all languages, and are one text a language."""
    joined = "客户服务部 / Sales / Services"
    await migrate(empty_database.owner_url, "0002")
    await fetch(empty_database.owner_url, "INSERT INTO departments VALUES ('sales', $1, 'zhou.qi', NULL)", joined)
    await migrate(empty_database.owner_url, "0003")
    (row,) = await fetch(empty_database.owner_url, "SELECT names FROM departments")
    assert json.loads(row["names"]) == {"zh": "客户服务部", "en": "Sales / Services"}
    await migrate_back(empty_database.owner_url, "0002")
    (row,) = await fetch(empty_database.owner_url, "SELECT name FROM departments")
    assert row["name"] == joined


async def test_processes_that_migrate_at_once_take_turns(empty_database: Database) -> None:
    """All of them succeed."""
    revisions = await asyncio.gather(*(migrate(empty_database.owner_url) for _ in range(4)))
    assert revisions == [HEAD_REVISION] * 4


async def test_migrations_and_tables_agree(database: Database) -> None:
    """What `alembic check` would say."""

    def differences(connection: Connection) -> Sequence[Any]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, metadata))

    engine = create_async_engine(database.owner_url.replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_migrated_checks_allow_exactly_the_words_of_the_contract(database: Database) -> None:
    """Autogenerate does not compare CHECK constraints, so this does."""
    rows = await fetch(
        database.owner_url,
        "SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE contype = 'c'"
        " AND connamespace = 'public'::regnamespace",
    )
    migrated = {row["conname"]: words(row["definition"]) for row in rows}
    declared = {
        str(constraint.name): words(str(constraint.sqltext))
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert migrated == declared


def words(definition: str) -> list[str]:
    """The quoted words of a constraint."""
    return sorted(definition.split("'")[1::2])


async def test_trigrams_see_chinese(database: Database) -> None:
    """The extension is there, and the server's locale knows that a Chinese character is a letter."""
    rows = await fetch(database.app_url, "SELECT similarity('要求退款', '退款') > 0 AS similar")
    assert rows[0]["similar"]


async def test_one_login_serves_for_everything_on_a_server_that_knows_nothing_of_amends(tmp_path: Path) -> None:
    """An external database needs one address: whoever migrates may then work, under the application's role."""
    async with running_server(tmp_path) as server:
        await server.drop(server.first)
        await server.execute("DROP ROLE amends_app")
        await server.execute("CREATE ROLE tenant LOGIN CREATEROLE PASSWORD 'secret'")
        url = (await server.create(owner="tenant")).as_login("tenant", "secret")
        await migrate(url)
        engine = make_engine(url)
        async with engine.connect() as connection:
            assert (await connection.execute(text("SELECT current_user FROM events"))).all() == []
            assert (await connection.execute(text("SELECT current_user"))).scalar_one() == "amends_app"
        await engine.dispose()


async def test_a_login_that_may_not_make_the_role_is_told_who_can(tmp_path: Path) -> None:
    """The sentence holds the statements that an administrator has to run."""
    async with running_server(tmp_path) as server:
        await server.drop(server.first)
        await server.execute("DROP ROLE amends_app")
        await server.execute("CREATE ROLE tenant LOGIN PASSWORD 'secret'")
        url = (await server.create(owner="tenant")).as_login("tenant", "secret")
        with pytest.raises(AmendsError, match="CREATE ROLE amends_app NOLOGIN; GRANT amends_app TO tenant"):
            await migrate(url)
        await server.execute("CREATE ROLE amends_app NOLOGIN")
        await server.execute("GRANT amends_app TO tenant")
        assert await migrate(url) == HEAD_REVISION


async def test_a_login_that_owns_nothing_is_told_what_it_lacks(database: Database) -> None:
    """The application's own login may not migrate, and hears so in one sentence."""
    with pytest.raises(AmendsError, match=r"42501.*must own the tables") as refused:
        await migrate_back(database.app_url, BASE)
    assert refused.value.code is ErrorCode.SETUP
