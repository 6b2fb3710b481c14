"""How many there are in a list, as far as it is worth knowing: up to a bound, and only where that is quickly found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.transaction import transact

MOST = 10_000
"""Nobody cares how many more there are."""

HASTE = timedelta(milliseconds=400)
"""What takes longer is not counted: a number is worth less than what a desk at work would wait for it."""

_CANCELLED = "57014"


class Count(NamedTuple):
    """So many, or at least so many."""

    number: int
    is_all: bool


async def count_of(engine: AsyncEngine, everything: Select[Any]) -> Count | None:
    """How many rows a question has; none, when that is not known quickly.

    Raises:
        AmendsError: `unreachable`, `setup`.
    """

    async def read(connection: AsyncConnection) -> Count | None:
        await connection.execute(_LIMITS)
        try:
            number = int((await connection.execute(count_query(everything))).scalar_one())
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _CANCELLED:
                raise
            await connection.rollback()
            return None
        return Count(min(number, MOST), is_all=number <= MOST)

    return await transact(engine, read)


def count_query(everything: Select[Any]) -> Select[Any]:
    """The question for the number."""
    return select(func.count()).select_from(everything.limit(MOST + 1).subquery())


_LIMITS = text(
    "SELECT set_config('statement_timeout', :milliseconds, true), set_config('enable_seqscan', 'off', true)"
).bindparams(milliseconds=str(int(HASTE / timedelta(milliseconds=1))))
