"""Complaints page by page, newest first: by the plan that is usually quick, or thoroughly where that one is not."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import timedelta
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Interval, Select, literal, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.tables import complaints
from infra.db.transaction import autocommit, transact
from starter.access.caller import Caller
from starter.access.sight import sight
from starter.matching import conditions
from starter.read_model import ComplaintRow
from starter.wanted import Wanted
from workflows.contract.base import Instant, Line, Model

HASTE = timedelta(seconds=1)
"""How long the usual plan may take. It takes milliseconds, unless what is common in all complaints is nowhere in those
that may be seen: then it would look through all of them.
"""

REMEMBERED = 500

_COLUMNS = tuple(ComplaintRow.model_fields)
_ROWS = TypeAdapter(list[ComplaintRow])

_NEWEST_FIRST = (complaints.c.received_at.desc(), complaints.c.reference.desc())
# No index has this order, so the matches are found first, each part of them by its index, and then sorted.
_THEN_SORTED = ((complaints.c.received_at + literal(timedelta(0), Interval)).desc(), complaints.c.reference.desc())
_BY_INDEX_ALONE = text("SET LOCAL enable_seqscan = off")


class ListPlace(Model):
    """Where a page of complaints ended."""

    received_at: Instant
    reference: Line


class Listing:
    """The lists of a process. Raises AmendsError `unreachable` or `setup` when the database cannot answer."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._single = autocommit(engine)

    async def page(
        self,
        wanted: Wanted,
        limit: int,
        *,
        caller: Caller | None = None,
        see_all: Collection[str] = (),
        after: ListPlace | None = None,
    ) -> list[ComplaintRow]:
        """At most `limit` complaints that are wanted, from behind the place on; with a caller, of those they may see.
        `see_all` are the departments whose people see every complaint.

        Raises:
            AmendsError: `reference_mistyped`, of the parent.
        """
        first = page_query if wanted.text else _remembered
        query = first(wanted, limit, caller and caller.during(None), tuple(see_all))
        if after is not None:
            query = query.where(behind(after))

        async def hastily(connection: AsyncConnection) -> list[ComplaintRow] | None:
            try:
                async with asyncio.timeout(HASTE.total_seconds()):
                    return await _rows(connection, query)
            except TimeoutError:
                return None

        async def thoroughly(connection: AsyncConnection) -> list[ComplaintRow]:
            await connection.execute(_BY_INDEX_ALONE)
            return await _rows(connection, then_sorted(query))

        found = await transact(self._single, hastily)
        return found if found is not None else await transact(self._engine, thoroughly)


def page_query(wanted: Wanted, limit: int, caller: Caller | None, see_all: tuple[str, ...]) -> Select[Any]:
    """The question for the first page, as `Listing.page` asks it."""
    seen = [sight(caller, see_all)] if caller else []
    query = select(*(complaints.c[name] for name in _COLUMNS)).where(*conditions(wanted), *seen)
    return query.order_by(*_NEWEST_FIRST).limit(limit)


_remembered = lru_cache(maxsize=REMEMBERED)(page_query)
"""To put a question into SQL takes as long as to answer it, and people ask the same again and again."""


def then_sorted(query: Select[Any]) -> Select[Any]:
    """The same question, for those who look thoroughly."""
    return query.order_by(None).order_by(*_THEN_SORTED)


def behind(place: ListPlace) -> ColumnElement[bool]:
    """What comes after a place in the list."""
    at = tuple_(literal(place.received_at, complaints.c.received_at.type), literal(place.reference))
    return tuple_(complaints.c.received_at, complaints.c.reference) < at


async def _rows(connection: AsyncConnection, query: Select[Any]) -> list[ComplaintRow]:
    rows = await connection.execute(query)
    return _ROWS.validate_python([dict(zip(_COLUMNS, row, strict=True)) for row in rows])
