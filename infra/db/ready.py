"""Questions that are put into SQL once and asked often: to have SQLAlchemy do it each time takes as long as the answer
of PostgreSQL does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from asyncpg import Connection, InterfaceError, InternalClientError, PostgresError, Record
from sqlalchemy import BindParameter, Select
from sqlalchemy import Connection as SessionConnection
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

_DIALECT = asyncpg_dialect()  # type: ignore[no-untyped-call] # SQLAlchemy gives it no types


class Ready:
    """A question ready to be asked.

    Args:
        query: what it asks. Its columns, and what is compared with one of several values, are of types that the driver
            itself understands, so none of JSON; parameters that are given later have a value of their own until then.
    """

    def __init__(self, query: Select[Any]) -> None:
        compiled = query.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
        self._sql = str(compiled)
        converters = {name: _converter(parameter) for name, parameter in compiled.binds.items()}
        values = compiled.params
        self._parameters = [_Parameter(name, values[name], converters.get(name)) for name in compiled.positiontup or ()]

    async def ask(
        self, connection: AsyncConnection | PoolProxiedConnection, *, within: timedelta | None = None, **given: Any
    ) -> list[Record]:
        """The rows of the answer, on a connection out of `transact` or `inquire`. `given` are the values of parameters
        by name. It begins no transaction: it is one of its own, or part of what SQLAlchemy has begun by a statement
        before it.

        Raises:
            DBAPIError: as SQLAlchemy does.
            TimeoutError: there is no answer `within` that time, by default that of the engine.
        """
        driver = _driver_of(connection)
        arguments = (each.sent(given) for each in self._parameters)
        time_limit = within.total_seconds() if within else None
        try:
            rows: list[Record] = await driver.fetch(self._sql, *arguments, timeout=time_limit)
        except (PostgresError, InterfaceError, InternalClientError) as error:
            if is_over := driver.is_closed() or isinstance(error, InternalClientError):
                await _give_up(connection, error)
            raise DBAPIError(self._sql, None, error, hide_parameters=True, connection_invalidated=is_over) from error
        except (OSError, TimeoutError, asyncio.CancelledError) as error:
            await _give_up(connection, error)  # what it was asked may be going on yet
            raise
        return rows


class _Parameter:
    """One place of a statement: the value that stands there, unless another is given."""

    def __init__(self, name: str, value: Any, converter: Callable[[Any], Any] | None) -> None:
        self._name, self._converter = name, converter
        self._fixed = self._converted(value)

    def sent(self, given: Mapping[str, Any]) -> Any:
        """The value as the driver takes it."""
        return self._converted(given[self._name]) if self._name in given else self._fixed

    def _converted(self, value: Any) -> Any:
        return value if value is None or self._converter is None else self._converter(value)


def _converter(parameter: BindParameter[Any]) -> Callable[[Any], Any] | None:
    return parameter.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)


def _driver_of(connection: AsyncConnection | PoolProxiedConnection) -> Connection:
    if isinstance(connection, AsyncConnection):
        # Not by its `get_raw_connection`, which makes a coroutine of what is there already.
        begun: SessionConnection = connection.sync_connection  # type: ignore[assignment] # there is one: it has begun
        connection = begun.connection
    driver: Connection = connection.driver_connection
    return driver


async def _give_up(connection: AsyncConnection | PoolProxiedConnection, error: BaseException) -> None:
    """Have this session used no more."""
    if isinstance(connection, AsyncConnection):
        await connection.invalidate(error)
    else:
        await greenlet_spawn(connection.invalidate, error)
