"""Tells those who wait that the feed or their subscription has changed: one look at the tables for all of a process."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ARRAY, Text, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.together import Together
from infra.db.feed import NEWEST
from infra.db.tables import subscriptions
from infra.db.transaction import autocommit, transact

LOOK_EVERY = timedelta(milliseconds=500)
"""An event is sent a quarter of a second to a second after it was written."""

_REVISIONS = select(subscriptions.c.subscription, subscriptions.c.revision).where(
    subscriptions.c.subscription == func.any(bindparam("ids", type_=ARRAY(Text)))
)


@dataclass(frozen=True, slots=True)
class Level:
    """What was seen: the last transaction of the feed, and the revision of a subscription, if it is still there."""

    newest: int | None
    revision: int | None


class Tide:
    """Looks every half second while anybody waits, however many they are."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = autocommit(engine)
        self._looks = Together(self._look)

    async def look(self, subscription: str) -> Level:
        """The level at the next look.

        Raises:
            AmendsError: `unreachable` or `setup`.
        """
        newest, revisions = await self._looks.join([subscription])
        return Level(newest, revisions.get(subscription))

    async def _look(self, ids: Sequence[str]) -> tuple[int | None, dict[str, int]]:
        await asyncio.sleep(LOOK_EVERY.total_seconds())

        async def read(connection: AsyncConnection) -> tuple[int | None, dict[str, int]]:
            newest = (await connection.execute(NEWEST)).one().newest
            rows = await connection.execute(_REVISIONS, {"ids": list(ids)})
            return newest, {row.subscription: row.revision for row in rows}

        return await transact(self._engine, read)
