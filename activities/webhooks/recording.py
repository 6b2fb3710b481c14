"""Records what became of a round, in one transaction; not if somebody else delivers for the subscription by now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic_core import to_json
from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    Text,
    bindparam,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.webhooks.judging import Outcome, Standing
from activities.webhooks.register import Subscription, SupersededError
from infra.db.feed import Place
from infra.db.recordset import recordset
from infra.db.tables import DeliveryState, subscriptions, webhook_deliveries
from infra.db.tables.xid8 import Xid8

_PLACE = (subscriptions.c.transaction_id, subscriptions.c.reference, subscriptions.c.sequence)

_done = recordset("done", Column("reference", Text), Column("sequence", Integer)).c
_DELETE = delete(webhook_deliveries).where(
    webhook_deliveries.c.subscription == bindparam("id"),
    webhook_deliveries.c.reference == _done.reference,
    webhook_deliveries.c.sequence == _done.sequence,
)

_KEPT = tuple(
    Column(name, kind)
    for name, kind in (
        ("reference", Text),
        ("sequence", Integer),
        ("state", Text),
        ("attempts", Integer),
        ("next_at", DateTime(timezone=True)),
        ("status", Integer),
        ("last_error", Text),
        ("died_at", DateTime(timezone=True)),
    )
)
_kept = recordset("kept", *_KEPT).c
_NEW = insert(webhook_deliveries).from_select(
    ["subscription", "created_at", *(column.name for column in _KEPT)],
    select(bindparam("id", type_=Text), func.now(), *_kept),
)
# What was tried more often is the later state; an event that died and comes again by a replay begins anew.
_KEEP = _NEW.on_conflict_do_update(
    index_elements=[webhook_deliveries.c.subscription, webhook_deliveries.c.reference, webhook_deliveries.c.sequence],
    set_={column.name: _NEW.excluded[column.name] for column in _KEPT},
    where=or_(_NEW.excluded.attempts > webhook_deliveries.c.attempts, webhook_deliveries.c.state == DeliveryState.DEAD),
)


async def record(
    connection: AsyncConnection, subscription: Subscription, claimed_at: datetime, outcome: Outcome
) -> None:
    """Record a round, all of it or nothing. Doing it again changes nothing.

    Args:
        connection: of a transaction.
        subscription: as it stood before the round; what people have changed since then holds.
        claimed_at: the attempt that delivers.
        outcome: what became of the round.

    Raises:
        SupersededError: somebody else delivers by now, or the subscription was removed; nothing was recorded.
    """
    is_ours = (subscriptions.c.subscription == subscription.subscription) & (subscriptions.c.claimed_at == claimed_at)
    changes = _moved(subscription.place, outcome.place) | _stands(subscription, outcome.standing)
    if (await connection.execute(update(subscriptions).where(is_ours).values(changes))).rowcount == 0:
        raise SupersededError(subscription.subscription)
    identity = {"id": subscription.subscription}
    if outcome.done:
        keys = [{"reference": event.reference, "sequence": event.sequence} for event in outcome.done]
        await connection.execute(_DELETE, identity | {"done": to_json(keys).decode()})
    if outcome.kept:
        await connection.execute(_KEEP, identity | {"kept": to_json(outcome.kept).decode()})


def _moved(start: Place, place: Place) -> dict[str, Any]:
    """The new place, unless somebody has set another one meanwhile."""
    is_there = tuple_(*_PLACE) == tuple_(*_typed(start))
    return {column.name: case((is_there, new), else_=column) for column, new in zip(_PLACE, _typed(place), strict=True)}


def _stands(subscription: Subscription, standing: Standing) -> dict[str, Any]:
    """How it stands now, unless somebody has changed it meanwhile, and wants it tried at once."""
    is_unchanged = subscriptions.c.revision == subscription.revision
    held_until = literal(standing.held_until, DateTime(timezone=True))
    changes: dict[str, Any] = {
        "state": case((is_unchanged, literal(standing.state)), else_=subscriptions.c.state),
        "failures": case((is_unchanged, literal(standing.failures)), else_=subscriptions.c.failures),
        "held_until": case((is_unchanged, held_until), else_=subscriptions.c.held_until),
    }
    if standing.has_accepted:
        changes["accepted_at"] = func.now()
    if standing.last_error or standing.has_accepted:
        changes["last_error"] = standing.last_error
    return changes


def _typed(place: Place) -> tuple[Any, Any, Any]:
    return literal(place.transaction_id, Xid8), literal(place.reference, Text), literal(place.sequence, Integer)
