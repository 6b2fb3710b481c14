"""Complaints page by page, newest first: by the plan that is usually quick, or thoroughly where that one is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Interval, Select, literal, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection

from infra.db.ready import Ready
from infra.db.tables import complaints
from infra.db.transaction import inquire, transact
from starter.access.caller import Caller
from starter.access.sight import sight
from starter.matching import conditions
from starter.read_model import ComplaintRow
from starter.wanted import Wanted
from starter.words import Words
from workflows.contract.base import Instant, Line, Model

HASTE = timedelta(seconds=1)
"""How long the usual plan may take. It takes milliseconds, unless what is common in all complaints is nowhere in those
that may be seen: then it would look through all of them.
"""

READ_FOR_WORDS = 10_000
"""So many of the newest complaints are read for words, which takes milliseconds: what is common is met among them, and
of what is rarer the indexes find all there is as quickly. Which of both it is, PostgreSQL guesses badly.
"""

REMEMBERED = 500

Row: TypeAlias = Mapping[str, Any]
"""A complaint as the tables hold it, by the names of `ComplaintRow`: it was checked when it was written."""

Question: TypeAlias = Callable[["Asked"], Select[Any]]

_ROWS = TypeAdapter(list[ComplaintRow])
_COLUMNS = tuple(complaints.c[name] for name in ComplaintRow.model_fields)
_RECEIVED_AT, _REFERENCE = complaints.c.received_at, complaints.c.reference
_NEWEST_FIRST = (_RECEIVED_AT.desc(), _REFERENCE.desc())
# No index has this order, so the matches are found first, each part of them by its index, and then sorted.
_THEN_SORTED = ((_RECEIVED_AT + literal(timedelta(0), Interval)).desc(), _REFERENCE.desc())
_BY_INDEX_ALONE = text("SET LOCAL enable_seqscan = off")


class ListPlace(Model):
    """Where a page of complaints ended."""

    received_at: Instant
    reference: Line


class Asked(NamedTuple):
    """What is asked of a list: at most `limit` of the complaints that are `wanted`, from behind the place `after` on;
    with a caller, of those they may see. `see_all` are the departments whose people see every complaint.
    """

    wanted: Wanted
    limit: int
    caller: Caller | None = None
    see_all: tuple[str, ...] = ()
    after: ListPlace | None = None

    def without_words(self) -> Asked:
        """The same, whatever is written in the complaints."""
        return self._replace(wanted=replace(self.wanted, text=None))

    def in_any_request(self) -> Asked:
        """The same, whichever request of the caller asks it."""
        return self._replace(caller=self.caller and self.caller.during(None))


class Listing:
    """The lists of a process. Raises AmendsError `unreachable` or `setup` when the database cannot answer."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def page(self, asked: Asked) -> list[ComplaintRow]:
        """The complaints, the newest first.

        Raises:
            AmendsError: `reference_mistyped`, of the parent.
        """
        return _ROWS.validate_python([dict(row) for row in await self.rows(asked)])

    async def rows(self, asked: Asked) -> list[Row]:
        """The same as plain rows, for those who only hand them on. Raises as above."""

        async def hastily(session: PoolProxiedConnection) -> list[Row] | None:
            try:
                return await _ready(usual_query, asked).ask(session, within=HASTE)
            except TimeoutError:
                return None

        async def thoroughly(connection: AsyncConnection) -> list[Row]:
            await connection.execute(_BY_INDEX_ALONE)
            if found is not None and not await _ready(unread_query, asked).ask(connection):
                return found
            return await _ready(thorough_query, asked).ask(connection)

        found = await inquire(self._engine, hastily)
        is_page = found is not None and (len(found) == asked.limit or not Words.of(asked.wanted.text))
        return found if found is not None and is_page else await transact(self._engine, thoroughly)


def usual_query(asked: Asked) -> Select[Any]:
    """The question that is asked first. With words it answers for the newest complaints alone."""
    words = Words.of(asked.wanted.text)
    newest = _seen(asked.without_words()).order_by(*_NEWEST_FIRST)
    if not words:
        return newest.limit(asked.limit)
    among = newest.limit(READ_FOR_WORDS).subquery("newest").c
    return (
        select(*among)
        .where(words.read(among.reference))
        .order_by(among.received_at.desc(), among.reference.desc())
        .limit(asked.limit)
    )


def unread_query(asked: Asked) -> Select[Any]:
    """Whether there are complaints that the usual question has not read for its words."""
    rest = _seen(asked.without_words()).with_only_columns(_REFERENCE)
    return rest.order_by(*_NEWEST_FIRST).offset(READ_FOR_WORDS).limit(1)


def thorough_query(asked: Asked) -> Select[Any]:
    """The question for those who look thoroughly: all that match are found, and then sorted."""
    return _seen(asked).order_by(*_THEN_SORTED).limit(asked.limit)


def _seen(asked: Asked) -> Select[Any]:
    required = conditions(asked.wanted)
    if asked.caller is not None:
        required.append(sight(asked.caller, asked.see_all))
    if asked.after is not None:
        required.append(_behind(asked.after))
    return select(*_COLUMNS).where(*required)


def _behind(place: ListPlace) -> ColumnElement[bool]:
    """What comes after a place in the list."""
    at = tuple_(literal(place.received_at, _RECEIVED_AT.type), literal(place.reference))
    return tuple_(_RECEIVED_AT, _REFERENCE) < at


def _ready(question: Question, asked: Asked) -> Ready:
    """First pages are remembered: people ask for the same again and again."""
    return remembered(question, asked.in_any_request()) if asked.after is None else Ready(question(asked))


@lru_cache(maxsize=REMEMBERED)
def remembered(question: Question, asked: Asked) -> Ready:
    """A question about a first page, ready to be asked."""
    return Ready(question(asked))
