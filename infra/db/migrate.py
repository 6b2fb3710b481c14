"""Brings a database to the schema of this program, or back to an older one. Safe to run at any time, from any place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from infra.db.engine import make_owner_engine
from infra.db.transaction import transact

HEAD = "head"
BASE = "base"

OTHER_MIGRATION_TIME_LIMIT = timedelta(minutes=5)
"""How long to wait for another process that is migrating the same database."""

TABLE_LOCK_TIME_LIMIT = timedelta(seconds=5)
"""A migration that waits for a table holds up everybody who comes after it: it rather fails and is repeated."""

_LOCK_KEY = 0x616D656E6473
"""`amends` in ASCII: the advisory lock that one migration at a time holds."""


async def migrate(owner_url: str, revision: str = HEAD) -> str | None:
    """Upgrade to `revision`, in one transaction; returns the revision it then has. Repeating it changes nothing.

    Raises:
        AmendsError: `unreachable`, or `setup` when the login may not create what is missing.
    """
    return await _run(owner_url, lambda configuration: command.upgrade(configuration, revision))


async def migrate_back(owner_url: str, revision: str) -> str | None:
    """Downgrade to `revision` (`base` for an empty database), in one transaction. What only newer tables hold is lost.

    Raises:
        AmendsError: as `migrate`.
    """
    return await _run(owner_url, lambda configuration: command.downgrade(configuration, revision))


async def _run(owner_url: str, step: Callable[[Config], None]) -> str | None:
    engine = make_owner_engine(owner_url)
    try:
        return await transact(engine, lambda connection: connection.run_sync(_alone, step))
    finally:
        await engine.dispose()


def _alone(connection: Connection, step: Callable[[Config], None]) -> str | None:
    _wait_for_locks(connection, OTHER_MIGRATION_TIME_LIMIT)
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
    _wait_for_locks(connection, TABLE_LOCK_TIME_LIMIT)
    step(migrations(connection))
    return MigrationContext.configure(connection).get_current_revision()


def migrations(connection: Connection | None = None) -> Config:
    """Alembic's configuration for the packaged migrations, to be run on `connection`."""
    configuration = Config()
    configuration.set_main_option("script_location", "infra.db:migrations")
    configuration.set_main_option("path_separator", "os")
    configuration.attributes["connection"] = connection
    return configuration


def known_revisions() -> tuple[str, ...]:
    """The schemas that this program knows, the oldest first; it needs the last, or a newer one."""
    walk = ScriptDirectory.from_config(migrations()).walk_revisions()
    return tuple(reversed([script.revision for script in walk]))


def _wait_for_locks(connection: Connection, limit: timedelta) -> None:
    milliseconds = int(limit.total_seconds() * 1000)
    connection.execute(text("SELECT set_config('lock_timeout', :limit, true)"), {"limit": f"{milliseconds}ms"})
