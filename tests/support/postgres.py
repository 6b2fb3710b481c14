"""A real PostgreSQL for the session, and for each test a fresh copy of a migrated database with the shipped staff."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.directory_store import fill
from infra.db.engine import make_engine, make_owner_engine
from infra.db.migrate import migrate
from infra.db.transaction import transact
from infra.devstack.layout import StateDir
from infra.devstack.ports import Ports
from infra.devstack.postgres import ADMIN_ROLE, OWNER_ROLE, Postgres
from infra.devstack.postgres_home import PostgresRecord
from infra.organisation import load_organisation


@dataclass(frozen=True)
class Database:
    """One database: data source names of its owner, of the application and of the server's administrator."""

    owner_url: str
    app_url: str
    admin_url: str

    @property
    def name(self) -> str:
        """Its name on the server."""
        return urlsplit(self.owner_url).path.removeprefix("/")

    def as_login(self, role: str, password: str) -> str:
        """The data source name for another login."""
        parts = urlsplit(self.owner_url)
        return parts._replace(netloc=f"{role}:{password}@{parts.hostname}:{parts.port}").geturl()

    def named(self, name: str) -> Database:
        """Another database on the same server."""
        return Database(*(_with_name(url, name) for url in (self.owner_url, self.app_url, self.admin_url)))


@dataclass(frozen=True)
class PostgresServer:
    """A running server. `first` is the database it comes with; copies are made of it, so nobody stays connected."""

    first: Database
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    async def execute(self, statement: str) -> None:
        """Run a statement as the server's administrator."""
        connection = await asyncpg.connect(_with_name(self.first.admin_url, "postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def create(self, *, template: str = "template1", owner: str = OWNER_ROLE) -> Database:
        """A new database, empty or a copy of `template`."""
        name = f"test_{next(self.numbers)}"
        await self.execute(f"CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}")
        return self.first.named(name)

    async def cut_connections(self, database: Database) -> None:
        """End every session of a database, as a restart of the server does."""
        ours = f"datname = '{database.name}'"
        await self.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")  # noqa: S608 - a name we made

    async def drop(self, database: Database) -> None:
        """Remove a database, whoever is connected to it."""
        await self.execute(f"DROP DATABASE {database.name} WITH (FORCE)")


@asynccontextmanager
async def running_server(directory: Path) -> AsyncIterator[PostgresServer]:
    """A new server, its first database empty."""
    state = StateDir(directory)
    state.create()
    ports = Ports.unused()
    postgres = Postgres(state)
    await postgres.prepare()
    await postgres.start(ports)
    try:
        record = PostgresRecord.read(state)
        assert record is not None
        owner_url = postgres.owner_dsn(ports)
        admin_url = owner_url.replace(f"{OWNER_ROLE}:{record.owner_password}", f"{ADMIN_ROLE}:{record.admin_password}")
        yield PostgresServer(Database(owner_url, postgres.app_dsn(ports), admin_url))
    finally:
        await postgres.stop()
        await postgres.remove()


@pytest.fixture(scope="session")
async def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PostgresServer]:
    """The session's server; its first database is migrated and knows the shipped staff."""
    async with running_server(tmp_path_factory.mktemp("postgres")) as server:
        await migrate(server.first.owner_url)
        await _fill_directory(server.first)
        yield server


@pytest.fixture
async def empty_database(postgres_server: PostgresServer) -> AsyncIterator[Database]:
    """A database without tables."""
    database = await postgres_server.create()
    yield database
    await postgres_server.drop(database)


@pytest.fixture
async def database(postgres_server: PostgresServer) -> AsyncIterator[Database]:
    """A migrated database with the shipped organisation and nothing else."""
    database = await postgres_server.create(template=postgres_server.first.name)
    yield database
    await postgres_server.drop(database)


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    """The application's connections to the test's database."""
    engine = make_engine(database.app_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def owner_engine(database: Database) -> AsyncIterator[AsyncEngine]:
    """A connection to the test's database as the owner of its tables, who writes the directory."""
    engine = make_owner_engine(database.owner_url)
    yield engine
    await engine.dispose()


async def _fill_directory(database: Database) -> None:
    engine = make_owner_engine(database.owner_url)
    try:
        await transact(engine, lambda connection: fill(connection, load_organisation()))
    finally:
        await engine.dispose()


def _with_name(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()
