"""A real PostgreSQL for the session, and for each test a fresh copy of a migrated database with the shipped staff."""

from __future__ import annotations

import itertools
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.directory import seed
from infra.db.engine import make_engine, make_owner_engine
from infra.db.migrate import migrate
from infra.db.transaction import transact
from infra.devstack.layout import StateDir
from infra.devstack.ports import HOST, Ports
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

    def named(self, name: str) -> Database:
        """Another database on the same server."""
        return Database(*(_with_name(url, name) for url in (self.owner_url, self.app_url, self.admin_url)))


@dataclass(frozen=True)
class PostgresServer:
    """A running server. `migrated` is a database that copies are made of: nobody may stay connected to it."""

    migrated: Database
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    async def execute(self, statement: str) -> None:
        """Run a statement as the server's administrator."""
        connection = await asyncpg.connect(_with_name(self.migrated.admin_url, "postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def create(self, *, template: str = "template1") -> Database:
        """A new database, empty or a copy of `template`."""
        name = f"test_{next(self.numbers)}"
        await self.execute(f"CREATE DATABASE {name} OWNER {OWNER_ROLE} TEMPLATE {template}")
        return self.migrated.named(name)

    async def drop(self, database: Database) -> None:
        """Remove a database, whoever is connected to it."""
        await self.execute(f"DROP DATABASE {database.name} WITH (FORCE)")


@pytest.fixture(scope="session")
async def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PostgresServer]:
    """The session's server."""
    state = StateDir(tmp_path_factory.mktemp("postgres"))
    state.create()
    ports = Ports(postgres=_unused_port())
    postgres = Postgres(state)
    await postgres.prepare()
    await postgres.start(ports)
    try:
        record = PostgresRecord.read(state)
        assert record is not None
        owner_url = postgres.owner_dsn(ports)
        admin_url = owner_url.replace(f"{OWNER_ROLE}:{record.owner_password}", f"{ADMIN_ROLE}:{record.admin_password}")
        migrated = Database(owner_url, postgres.app_dsn(ports), admin_url)
        await migrate(migrated.owner_url)
        await _fill_directory(migrated)
        yield PostgresServer(migrated)
    finally:
        await postgres.stop()
        await postgres.remove()


@pytest.fixture
async def empty_database(postgres_server: PostgresServer) -> AsyncIterator[Database]:
    """A database without tables."""
    database = await postgres_server.create()
    yield database
    await postgres_server.drop(database)


@pytest.fixture
async def database(postgres_server: PostgresServer) -> AsyncIterator[Database]:
    """A migrated database with the shipped organisation and nothing else."""
    database = await postgres_server.create(template=postgres_server.migrated.name)
    yield database
    await postgres_server.drop(database)


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    """The application's connections to the test's database."""
    engine = make_engine(database.app_url)
    yield engine
    await engine.dispose()


async def _fill_directory(database: Database) -> None:
    engine = make_owner_engine(database.owner_url)
    try:
        await transact(engine, lambda connection: seed(connection, load_organisation()))
    finally:
        await engine.dispose()


def _with_name(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _unused_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
