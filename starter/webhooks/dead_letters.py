"""Dead letters: events that an endpoint did not accept in any try; listed, and sent again."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import ColumnElement, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.feed import Place
from infra.db.tables import DeliveryState, events, webhook_deliveries
from infra.db.transaction import autocommit, transact
from starter.cursor import cursor_of, place_of
from starter.webhooks.models import DeadLetter, Subscription
from starter.webhooks.subscriptions import Subscriptions
from workflows.contract.base import Instant, Model, Name
from workflows.contract.errors import AmendsError, ErrorCode

EVENT_ID_PATTERN = r"^[0-9A-Z-]{1,20}:[1-9][0-9]{0,8}$"

_SEQUENCE_MAX = 2**31 - 1
"""What the column holds."""

_dead = webhook_deliveries.c
_ORDER = (_dead.died_at, _dead.reference, _dead.sequence)


class _Place(Model):
    died_at: Instant
    reference: Name
    sequence: Annotated[int, Field(ge=1, le=_SEQUENCE_MAX)]


class DeadLetters:
    """Those of a subscription that is among `subscriptions`; all methods raise what theirs do."""

    def __init__(self, engine: AsyncEngine, subscriptions: Subscriptions) -> None:
        self._engine = engine
        self._subscriptions = subscriptions

    async def listed(
        self, subscription: str, limit: int, cursor: str | None = None
    ) -> tuple[list[DeadLetter], str | None]:
        """At most `limit`, those that died first coming first, and the cursor of the next page, if there is one.

        Raises:
            AmendsError: `invalid_input`, field `cursor`.
        """
        await self._subscriptions.one(subscription)
        query = (
            select(webhook_deliveries, events.c.type)
            .join(events, (events.c.reference == _dead.reference) & (events.c.sequence == _dead.sequence))
            .where(_is_dead(subscription))
            .order_by(*_ORDER)
            .limit(limit + 1)
        )
        if cursor is not None:
            place = place_of(cursor, _Place)
            query = query.where(tuple_(*_ORDER) > tuple_(place.died_at, place.reference, place.sequence))

        async def read(connection: AsyncConnection) -> list[DeadLetter]:
            return [
                DeadLetter(
                    subscription=row.subscription,
                    event_id=f"{row.reference}:{row.sequence}",
                    reference=row.reference,
                    sequence=row.sequence,
                    type=row.type,
                    attempts=row.attempts,
                    status=row.status,
                    last_error=row.last_error,
                    died_at=row.died_at,
                )
                for row in await connection.execute(query)
            ]

        found = await transact(autocommit(self._engine), read)
        if len(found) <= limit:
            return found, None
        last = found[limit - 1]
        return found[:limit], cursor_of({name: getattr(last, name) for name in _Place.model_fields})

    async def replay(self, subscription: str, event_id: str | None = None) -> int:
        """Try one of them again from the beginning, or all; returns how many that are.

        Raises:
            AmendsError: `invalid_input`, field `event_id`, when it is none of them.
        """
        await self._subscriptions.one(subscription)
        again = update(webhook_deliveries).where(_is_dead(subscription))
        if event_id is not None:
            again = again.where(func.concat(_dead.reference, ":", _dead.sequence) == event_id)
        values = {"state": DeliveryState.PENDING, "attempts": 0, "next_at": func.now(), "died_at": None}
        done = await transact(self._engine, lambda connection: connection.execute(again.values(values)))
        if event_id is not None and not done.rowcount:
            raise AmendsError(ErrorCode.INVALID_INPUT, "no dead letter has this id; list them", "event_id")
        await self._subscriptions.set(subscription, {})
        return int(done.rowcount)

    async def replay_from(self, subscription: str, place: Place) -> Subscription:
        """Send everything after a place in the feed again, with the ids that it had."""
        kept = {"transaction_id": place.transaction_id, "reference": place.reference, "sequence": place.sequence}
        return await self._subscriptions.set(subscription, kept)


def _is_dead(subscription: str) -> ColumnElement[bool]:
    return (_dead.subscription == subscription) & (_dead.state == DeliveryState.DEAD)
