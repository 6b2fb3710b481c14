"""What there is to send, by complaint: events that wait for another try, and the next page of the feed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, TypeAlias

from pydantic_core import to_json
from sqlalchemy import ColumnElement, Row, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.webhooks.register import Subscription
from infra.db.feed import Place, page_query
from infra.db.tables import DeliveryState, complaints, events, webhook_deliveries

TYPE_PREFIX = "complaint."
"""Before the type of an event, in what subscribers get."""

WAITING_AT_ONCE = 200
"""Events that waited and are read together."""

_waiting = webhook_deliveries.c
_IS_WAITING = (_waiting.subscription == bindparam("id")) & (_waiting.state == DeliveryState.PENDING)
_HEADS = (
    select(_waiting.reference, _waiting.next_at)
    .where(_IS_WAITING)
    .ext(distinct_on(_waiting.reference))
    .order_by(_waiting.reference, _waiting.sequence)
    .subquery("heads")
)
_NEXT = select(func.min(_HEADS.c.next_at))
_HELD = (
    select(_waiting.reference).where(_IS_WAITING, _waiting.reference == func.any(bindparam("references"))).distinct()
)


@dataclass(frozen=True, slots=True)
class Event:
    """An event to be sent; one that `waits` has been tried, or is behind one that was.

    Attributes:
        attempts: how often it was tried.
        is_seen: its owner may see the complaint now.
    """

    reference: str
    sequence: int
    type: str
    body: str
    attempts: int = 0
    waits: bool = False
    is_seen: bool = True

    @property
    def event_id(self) -> str:
        """The same in every repeat, and in the stream."""
        return f"{self.reference}:{self.sequence}"


Lane: TypeAlias = tuple[Event, ...]
"""Events of one complaint, in order."""


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to do.

    Attributes:
        lanes: what is to be sent, side by side.
        queued: events of the page whose complaint has others waiting: they have to wait behind them.
        place: behind the page.
        is_all: there was no more in the feed.
        next_at: when the next of those that wait is due, as far as they were not read.
    """

    lanes: tuple[Lane, ...]
    queued: tuple[Event, ...]
    place: Place
    is_all: bool
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Portion:
    """How much is done at once: complaints with events that wait, and events of the feed."""

    waiting: int
    fresh: int


class RestoredError(Exception):
    """The journal was restored from a dump of another server, whose transactions do not compare with this one's."""


async def find_work(
    connection: AsyncConnection,
    subscription: Subscription,
    seen: ColumnElement[bool],
    *,
    start: Place,
    now: datetime,
    portion: Portion,
) -> Work:
    """What is to be sent now.

    Raises:
        RestoredError: the place means nothing here.
    """
    waiting = await _waiting_lanes(connection, subscription, seen, now, portion.waiting)
    wanted = [seen]
    if subscription.event_types:
        wanted.append(events.c.type.in_(subscription.event_types))
    rows = (await connection.execute(page_query(start, portion.fresh, wanted))).all()
    head, found = rows[0], [_event(row) for row in rows if row.reference is not None]
    if head.is_foreign or start.transaction_id > head.horizon:
        raise RestoredError
    held = await _held(connection, subscription, {event.reference for event in found})
    held |= {lane[0].reference for lane in waiting}
    is_full = len(found) == portion.fresh
    if is_full:
        place = Place(rows[-1].transaction_id, rows[-1].reference, rows[-1].sequence)
    elif head.is_cut:
        place = Place(head.end_transaction_id, head.end_reference, head.end_sequence)
    else:
        place = max(start, Place(head.horizon, "", 0))
    next_at = (await connection.execute(_NEXT, {"id": subscription.subscription})).scalar_one()
    return Work(
        lanes=(*waiting, *_lanes(event for event in found if event.reference not in held)),
        queued=tuple(event for event in found if event.reference in held),
        place=place,
        is_all=not is_full and not head.is_cut,
        next_at=next_at,
    )


async def _waiting_lanes(
    connection: AsyncConnection, subscription: Subscription, seen: ColumnElement[bool], now: datetime, limit: int
) -> tuple[Lane, ...]:
    due = select(_HEADS.c.reference).where(_HEADS.c.next_at <= now).order_by(_HEADS.c.next_at).limit(limit)
    rows = await connection.execute(
        select(events, _waiting.attempts, func.coalesce(seen, ~true()).label("is_seen"))
        .join(events, (events.c.reference == _waiting.reference) & (events.c.sequence == _waiting.sequence))
        .join(complaints, complaints.c.reference == events.c.reference)
        .where(_IS_WAITING, _waiting.reference.in_(due))
        .order_by(_waiting.reference, _waiting.sequence)
        .limit(WAITING_AT_ONCE),
        {"id": subscription.subscription},
    )
    return _lanes(_event(row, attempts=row.attempts, waits=True, is_seen=row.is_seen) for row in rows)


async def _held(connection: AsyncConnection, subscription: Subscription, references: set[str]) -> set[str]:
    """Those complaints of which events wait."""
    if not references:
        return set()
    parameters = {"id": subscription.subscription, "references": sorted(references)}
    return set((await connection.execute(_HELD, parameters)).scalars())


def _lanes(found: Iterable[Event]) -> tuple[Lane, ...]:
    in_order = sorted(found, key=lambda event: (event.reference, event.sequence))
    return tuple(tuple(lane) for _, lane in groupby(in_order, key=lambda event: event.reference))


def _event(row: Row[Any], *, attempts: int = 0, waits: bool = False, is_seen: bool = True) -> Event:
    change = {
        "event_id": f"{row.reference}:{row.sequence}",
        "reference": row.reference,
        "sequence": row.sequence,
        "at": row.at,
        "effective_at": row.effective_at,
        "type": row.type,
        "actor": row.actor,
        "command_id": row.command_id,
        "data": row.data,
    }
    payload = {"type": f"{TYPE_PREFIX}{row.type}", "timestamp": row.at, "data": change}
    return Event(row.reference, row.sequence, row.type, to_json(payload).decode(), attempts, waits, is_seen)
