"""The row of a subscription as who delivers for it has it: claimed, so that what an older attempt writes is void."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.feed import Place
from infra.db.tables import SubscriptionState, subscriptions
from infra.webhooks.owner import Owner
from infra.webhooks.secrets import Keys
from workflows.contract.vocabulary import Role

_THIS = subscriptions.c.subscription == bindparam("id")
_CLAIMED_AT: Any = bindparam("at", type_=subscriptions.c.claimed_at.type)
_CLAIM = (
    update(subscriptions)
    .where(_THIS, or_(subscriptions.c.claimed_at.is_(None), subscriptions.c.claimed_at <= _CLAIMED_AT))
    .values(claimed_at=_CLAIMED_AT)
)
_READ = select(subscriptions).where(_THIS)


class SupersededError(Exception):
    """Somebody else delivers for this subscription by now."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription, as it stands.

    Attributes:
        event_types: those it is for; all, if there are none.
        place: everything before it has been dealt with.
        failures: how often in a row its endpoint was away.
        revision: rises with each change by people.
    """

    subscription: str
    owner: Owner
    url: str
    event_types: tuple[str, ...]
    state: SubscriptionState
    keys: Keys
    place: Place
    failures: int
    held_until: datetime | None
    revision: int


async def claim(connection: AsyncConnection, subscription: str, at: datetime) -> Subscription | None:
    """The subscription, from now on the claimant's; none if there is none.

    Args:
        connection: of a transaction.
        subscription: its id.
        at: when the engine scheduled the claimant's attempt; the last one wins, however late it comes.

    Raises:
        SupersededError: a later attempt has claimed it.
    """
    await connection.execute(_CLAIM, {"id": subscription, "at": at})
    return await claimed(connection, subscription, at)


async def claimed(connection: AsyncConnection, subscription: str, at: datetime) -> Subscription | None:
    """The subscription as it stands, to its claimant; none if it was removed.

    Raises:
        SupersededError: a later attempt has claimed it.
    """
    row = (await connection.execute(_READ, {"id": subscription})).one_or_none()
    if row is not None and row.claimed_at != at:
        raise SupersededError(subscription)
    return _subscription(row) if row is not None else None


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(
        subscription=row.subscription,
        owner=Owner(
            subject=row.owner,
            authenticated_by=row.authenticated_by,
            sources=frozenset(row.sources) if row.sources is not None else None,
            roles=tuple(map(Role, row.roles)) if row.roles is not None else None,
            department=row.department,
            lapses_at=row.lapses_at,
        ),
        url=row.url,
        event_types=tuple(row.event_types),
        state=SubscriptionState(row.state),
        keys=Keys(row.subscription, row.generation, row.old_until),
        place=Place(row.transaction_id, row.reference, row.sequence),
        failures=row.failures,
        held_until=row.held_until,
        revision=row.revision,
    )
