"""The complaints of a run as the read model shows them, kept fresh: what the table shows and what people wait for."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Integer, Row, Text, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.recordset import recordset
from infra.db.tables import complaints, events, outbox
from infra.db.transaction import transact
from workflows.contract.errors import AmendsError
from workflows.contract.vocabulary import Level, Outcome, Status

INTERVAL = timedelta(milliseconds=300)


@dataclass(frozen=True)
class Happening:
    """One line of a complaint's journal."""

    sequence: int
    at: datetime
    type: str
    by: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Standing:
    """Where a complaint stands. `mails` counts messages by what they say."""

    reference: str
    status: Status
    outcome: Outcome | None
    owner: str
    department: str
    level: Level
    due_at: datetime | None
    sequence: int
    journal: tuple[Happening, ...] = ()
    mails: Counter[str] = field(default_factory=Counter)

    def times(self, event_type: str) -> int:
        """How often this event is in the journal."""
        return sum(happening.type == event_type for happening in self.journal)


class Board:
    """The standings of the complaints filed so far, by reference."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._references: list[str] = []
        self._changed = asyncio.Condition()
        self.standings: dict[str, Standing] = {}
        self.fault: str | None = None

    def add(self, reference: str) -> None:
        """Follow this complaint too."""
        self._references.append(reference)

    async def follow(self) -> None:
        """Keep the standings fresh until cancelled. An outage of the database is shown, and passes."""
        while True:
            try:
                await self.refresh()
                self.fault = None
            except AmendsError as error:
                self.fault = str(error)
            await asyncio.sleep(INTERVAL.total_seconds())

    async def refresh(self) -> None:
        """Read what has changed.

        Raises:
            AmendsError: `unreachable` or `setup`.
        """
        self.standings = await transact(self._engine, self._read)
        async with self._changed:
            self._changed.notify_all()

    async def until(self, reference: str, condition: Callable[[Standing], bool]) -> Standing:
        """Wait until the complaint stands so; waits for ever, so put a time limit around it."""
        async with self._changed:
            await self._changed.wait_for(
                lambda: (standing := self.standings.get(reference)) is not None and condition(standing)
            )
        return self.standings[reference]

    async def _read(self, connection: AsyncConnection) -> dict[str, Standing]:
        rows = await connection.execute(select(complaints).where(complaints.c.reference.in_(self._references)))
        mails = await _mails(connection, self._references)
        standings = {row.reference: self._standing(row, mails.get(row.reference, Counter())) for row in rows}
        for row in await _later_events(connection, standings.values()):
            happening = Happening(
                sequence=row.sequence, at=row.at, type=row.type, by=row.actor["subject"], data=row.data
            )
            present = standings[row.reference]
            standings[row.reference] = replace(present, journal=(*present.journal, happening))
        return standings

    def _standing(self, row: Row[Any], mails: Counter[str]) -> Standing:
        known = self.standings.get(row.reference)
        return Standing(
            reference=row.reference,
            status=Status(row.status),
            outcome=Outcome(row.outcome) if row.outcome else None,
            owner=row.owner,
            department=row.department,
            level=Level(row.level),
            due_at=row.due_at,
            sequence=row.sequence,
            journal=known.journal if known else (),
            mails=mails,
        )


async def _mails(connection: AsyncConnection, references: list[str]) -> dict[str, Counter[str]]:
    query = (
        select(outbox.c.reference, outbox.c.notice, func.count().label("number"))
        .where(outbox.c.reference.in_(references))
        .group_by(outbox.c.reference, outbox.c.notice)
    )
    mails: dict[str, Counter[str]] = {}
    for row in await connection.execute(query):
        mails.setdefault(row.reference, Counter())[row.notice] = row.number
    return mails


async def _later_events(connection: AsyncConnection, standings: Iterable[Standing]) -> Iterable[Row[Any]]:
    """Events behind those already known. The journal only grows, so nothing is read twice."""
    known = recordset("known", Column("reference", Text), Column("sequence", Integer))
    query = (
        select(events)
        .join(known, (events.c.reference == known.c.reference) & (events.c.sequence > known.c.sequence))
        .order_by(events.c.reference, events.c.sequence)
    )
    parameter = [
        {"reference": standing.reference, "sequence": standing.journal[-1].sequence if standing.journal else 0}
        for standing in standings
    ]
    return await connection.execute(query, {"known": json.dumps(parameter)})
