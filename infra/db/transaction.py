"""One unit of work against the database: retried where that helps; its errors become facts without personal data."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import lru_cache
from typing import TypeVar

from asyncpg.exceptions import InternalClientError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection

from infra.db.tables import APPLICATION_ROLE
from workflows.contract.errors import AmendsError, ErrorCode

Result = TypeVar("Result")

ATTEMPTS = 3
PAUSE = timedelta(milliseconds=50)
"""A server that has just started refuses sessions for about this long."""

_AUTOCOMMIT = "AUTOCOMMIT"

_CONNECTION_LOST = ("08", "57P")
"""SQLSTATEs of a connection that broke or a server that is stopping or starting."""

_CONFLICT = ("40001", "40P01")
"""SQLSTATEs of a transaction that lost against another one."""

_ADVICE = {
    "28000": "check the user in its address",
    "28P01": "check the user and the password in its address",
    "3D000": "create the database, or correct its name in the address",
    "42501": f"its login must be allowed to act as {APPLICATION_ROLE}, and to migrate it must own the tables",
    "42703": "run `amends migrate`: its tables are older than this program",
    "42P01": "run `amends migrate`: it has no tables, or older ones than this program",
}
"""What to do, by SQLSTATE."""


@lru_cache
def autocommit(engine: AsyncEngine) -> AsyncEngine:
    """The same connections for single statements: each is its own transaction, in one round trip instead of three."""
    return engine.execution_options(isolation_level=_AUTOCOMMIT)


async def transact(engine: AsyncEngine, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
    """The result of `work`, committed. It may be run more than once, so repeating it must change nothing.

    Raises:
        AmendsError: `unreachable`, when the database does not answer; `setup`, when it answers with an error.
    """

    async def once() -> Result:
        async with _session(engine) as connection:
            return await work(connection)

    return await _persistently(once)


async def inquire(engine: AsyncEngine, question: Callable[[PoolProxiedConnection], Awaitable[Result]]) -> Result:
    """The answer to a question that is `Ready`, when nothing else is asked: on a session as it is in the pool, because
    SQLAlchemy's connections take half as long to begin and end as a short answer to come. Raises as above.
    """

    async def once() -> Result:
        session = await engine.raw_connection()
        try:
            return await question(session)
        finally:
            session.close()

    return await _persistently(once)


async def _persistently(once: Callable[[], Awaitable[Result]]) -> Result:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await once()
        except (DBAPIError, NoFreeConnectionError, OSError, TimeoutError) as error:
            if attempt == ATTEMPTS or not _worth_another_try(error):
                # Not chained: the driver's own error quotes the values of the row at fault.
                raise _fact(error) from None
        await asyncio.sleep(PAUSE.total_seconds() * attempt)
    raise AssertionError("unreachable")


def _session(engine: AsyncEngine) -> AbstractAsyncContextManager[AsyncConnection]:
    is_autocommit = engine.get_execution_options().get("isolation_level") == _AUTOCOMMIT
    return engine.connect() if is_autocommit else engine.begin()  # no ceremony where nothing begins and commits


def _sqlstate(error: BaseException) -> str:
    driver_error = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(driver_error, "sqlstate", None) or "")


def _is_connection_lost(error: BaseException) -> bool:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    # What the driver says, in an error of its own, of a server that dies while a session is being opened.
    if isinstance(error, DBAPIError) and error.orig and type(error.orig.__cause__) is InternalClientError:
        return True
    return isinstance(error, OSError) or _sqlstate(error).startswith(_CONNECTION_LOST)


def _worth_another_try(error: BaseException) -> bool:
    if isinstance(error, TimeoutError | NoFreeConnectionError):
        return False  # the caller has waited for seconds already
    return _is_connection_lost(error) or _sqlstate(error) in _CONFLICT


def _fact(error: BaseException) -> AmendsError:
    if _is_connection_lost(error) or isinstance(error, NoFreeConnectionError):
        return AmendsError(
            ErrorCode.UNREACHABLE,
            f"the database does not answer ({_kind(error)}); check that it runs and that its address is right",
        )
    # An error without SQLSTATE is the driver's own, and quotes the argument it could not send.
    said = f"{_sqlstate(error)}: {error.orig}" if isinstance(error, DBAPIError) and _sqlstate(error) else _kind(error)
    advice = _ADVICE.get(_sqlstate(error))
    return AmendsError(ErrorCode.SETUP, f"the database refused ({said})" + (f"; {advice}" if advice else ""))


def _kind(error: BaseException) -> str:
    return type(error.orig if isinstance(error, DBAPIError) else error).__name__
