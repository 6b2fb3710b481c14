"""The connection pool of the application, from a plain `postgresql://` address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from infra.db.tables import APPLICATION_ROLE
from workflows.contract.errors import AmendsError, ErrorCode

CONNECT_TIME_LIMIT = timedelta(seconds=5)
COMMAND_TIME_LIMIT = timedelta(seconds=30)
ABANDONED_TRANSACTION_LIMIT = timedelta(minutes=1)
"""A process that is frozen inside a transaction loses its locks after this long."""

CONNECTION_LIFETIME = timedelta(minutes=30)
"""Below the idle limits of common firewalls and proxies."""

STATEMENT_CACHE_SIZE = 100


def make_engine(
    url: str,
    *,
    connections: int = 10,
    statement_cache: bool = True,
    time_limit: timedelta = COMMAND_TIME_LIMIT,
    plan_every_time: bool = False,
) -> AsyncEngine:
    """A pool of at most `connections` sessions, each under the role `amends_app` whoever logs in.

    Args:
        url: `postgresql://user:password@host:port/database`; libpq's parameters such as `?sslmode=require` work.
        connections: opened when needed; a caller who finds none free waits `CONNECT_TIME_LIMIT`.
        statement_cache: off for a connection pooler that gives each transaction another session (PgBouncer).
        time_limit: of one statement.
        plan_every_time: for lists and searches: the best way to rows that are rare is the worst to those that are
            common, so a plan that was made without looking at the values serves neither.

    Raises:
        AmendsError: `setup`, when the address is not one of PostgreSQL.
    """
    session = {
        "role": APPLICATION_ROLE,
        "application_name": "amends",
        "jit": "off",  # plans take longer to compile than these short statements to run
        "idle_in_transaction_session_timeout": str(int(ABANDONED_TRANSACTION_LIMIT.total_seconds() * 1000)),
        "plan_cache_mode": "force_custom_plan" if plan_every_time else "auto",
    }
    return _engine(
        url, session, connections=connections, statement_cache=statement_cache, command_time_limit=time_limit
    )


def make_owner_engine(url: str) -> AsyncEngine:
    """One session as the owner of the tables, for migrations, which may take longer than a command of the application.

    Raises:
        AmendsError: `setup`, when the address is not one of PostgreSQL.
    """
    return _engine(url, {"application_name": "amends migrate"}, connections=1, command_time_limit=None)


def _engine(
    url: str,
    session: dict[str, str],
    *,
    connections: int,
    statement_cache: bool = True,
    command_time_limit: timedelta | None = COMMAND_TIME_LIMIT,
) -> AsyncEngine:
    if not url.startswith(("postgresql://", "postgres://")):
        raise AmendsError(
            ErrorCode.SETUP, "expected postgresql://user:password@host:port/database", field="database address"
        )
    arguments: dict[str, Any] = {
        "dsn": url,
        "timeout": CONNECT_TIME_LIMIT.total_seconds(),
        "command_timeout": command_time_limit.total_seconds() if command_time_limit else None,
        "server_settings": session,
        "prepared_statement_cache_size": STATEMENT_CACHE_SIZE if statement_cache else 0,
    }
    if not statement_cache:
        arguments["statement_cache_size"] = 0
    return create_async_engine(
        "postgresql+asyncpg://",
        connect_args=arguments,
        pool_size=connections,
        max_overflow=0,
        pool_use_lifo=True,  # few busy sessions keep their prepared statements warm
        pool_timeout=CONNECT_TIME_LIMIT.total_seconds(),
        pool_recycle=CONNECTION_LIFETIME.total_seconds(),
        hide_parameters=True,  # errors reach logs and workflow histories; the parameters are personal data
    )
