"""Waits until the tables have what a complaint has answered already, for callers who want to read their own writes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.tables import complaints
from infra.db.transaction import autocommit, transact
from workflows.contract.errors import AmendsError

PATIENCE = timedelta(seconds=5)
"""Long for a projection, which takes a tenth of a second, and short for somebody in front of a screen."""

FIRST_PAUSE = timedelta(milliseconds=10)
LONGEST_PAUSE = timedelta(milliseconds=250)
"""Each pause is twice as long as the one before, up to this."""

FILED = 1
"""The number of every complaint's first event."""


async def projected(
    engine: AsyncEngine, reference: str, sequence: int = FILED, *, patience: timedelta = PATIENCE
) -> bool:
    """Whether the row of a complaint is as it was after event number `sequence`, or later, within `patience`.

    When the database does not answer, it is not; what was written is not undone by that.
    """
    single = autocommit(engine)
    query = select(complaints.c.sequence).where(complaints.c.reference == reference)

    async def look(connection: AsyncConnection) -> int | None:
        number: int | None = await connection.scalar(query)
        return number

    pause = FIRST_PAUSE
    try:
        async with asyncio.timeout(patience.total_seconds()):
            while (await transact(single, look) or 0) < sequence:
                await asyncio.sleep(pause.total_seconds())
                pause = min(pause * 2, LONGEST_PAUSE)
            return True
    except (AmendsError, TimeoutError):
        return False
