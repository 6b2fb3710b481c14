"""All figures of one moment: counted in one snapshot of the tables, so that they agree with each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.tables import departments, staff
from infra.db.transaction import transact
from starter.figures import arrivals, endings, lag, replies
from starter.figures.arrivals import Hot
from starter.figures.asked import Asked
from starter.figures.endings import Endings
from starter.figures.lag import Lag
from starter.figures.replies import Replies
from starter.figures.standing import Open, standing_query
from workflows.contract.vocabulary import Language

_DEPARTMENTS = select(departments.c.department, departments.c.names)
_PEOPLE = select(staff.c.subject, staff.c.name, staff.c.department, staff.c.contractor, staff.c.active)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is or was on the staff."""

    name: str
    department: str
    contractor: bool
    active: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What was asked, and what the tables said.

    Attributes:
        as_of: the moment they are of.
        departments: the names of all there are.
        people: everybody, by subject.
        first: when the first complaint was received that is counted.
        received: how many were in each step of the period that has any.
        received_before: how many were in the time before the period, which is as long as what has passed of it.
        one_in: so many of the received complaints stand behind each whose first reply was looked at.
    """

    asked: Asked
    as_of: datetime
    departments: dict[str, dict[Language, str]]
    people: dict[str, Person]
    first: datetime | None
    open: tuple[Open, ...]
    received: dict[date, int]
    received_before: int
    hot: tuple[Hot, ...]
    endings: Endings
    replies: dict[str | None, Replies]
    one_in: int
    lag: Lag


async def measure(engine: AsyncEngine, asked: Asked, now: datetime) -> Figures:
    """Count.

    Raises:
        AmendsError: `unreachable`, `setup`.
    """
    return await transact(_at_one_moment(engine), lambda connection: _measured(connection, asked, now))


_ROOM_TO_SORT = text("SET LOCAL work_mem = '64MB'")
"""A year of a large desk is sorted in memory; few count at the same time."""


@lru_cache
def _at_one_moment(engine: AsyncEngine) -> AsyncEngine:
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


async def _measured(connection: AsyncConnection, asked: Asked, now: datetime) -> Figures:
    async def rows(query: Select[Any] | CompoundSelect[Any]) -> list[Any]:
        return [tuple(row) for row in await connection.execute(query)]

    await connection.execute(_ROOM_TO_SORT)
    received: dict[date, int] = dict(await rows(arrivals.arrivals_query(asked)))
    amount = sum(received.values())
    first = await rows(arrivals.first_query(asked))
    ((before,),) = await rows(arrivals.received_before_query(asked, now))
    behind = [lag.written_query(), lag.unnoticed_query(asked, now), lag.letters_query()]
    return Figures(
        asked=asked,
        as_of=now,
        departments=dict(await rows(_DEPARTMENTS)),
        people={subject: Person(*of) for subject, *of in await rows(_PEOPLE)},
        first=first[0][0] if first else None,
        open=tuple(map(Open.of, await rows(standing_query(asked, now)))),
        received=received,
        received_before=before,
        hot=tuple(map(Hot.of, await rows(arrivals.hot_query(asked, now)))),
        endings=Endings.of(await rows(endings.endings_query(asked))),
        replies=replies.replies_of(await rows(replies.replies_query(asked, amount))),
        one_in=replies.every(amount),
        lag=lag.lag_of(*[(await rows(query))[0] for query in behind]),
    )
