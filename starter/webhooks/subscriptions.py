"""Subscriptions: made, changed, paused, resumed, removed. Their row is the truth; their workflow is told to look."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from pydantic import SecretStr
from sqlalchemy import ColumnElement, Select, Text, case, delete, func, insert, literal, or_, select, true, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio.client import Client

from infra.connections import resolve
from infra.db.feed import HORIZON
from infra.db.tables import DeliveryState, SubscriptionState, subscriptions, webhook_deliveries
from infra.db.transaction import autocommit, transact
from infra.settings import Settings
from infra.webhooks.addresses import check_url
from infra.webhooks.secrets import OVERLAP, Keys, secret_of
from infra.webhooks.sender import Sender
from infra.webhooks.workflows import WebhookWorkflows
from starter.access.caller import ANY_SOURCE, Caller
from starter.webhooks.models import NewSubscription, Ping, Subscription, SubscriptionChange, WithSecret
from starter.webhooks.owners import owner_of
from workflows.contract.errors import AmendsError, ErrorCode

SUBSCRIPTIONS_MAX = 20
"""Of one owner: each takes a place on a worker."""

OVERLAP_MAX = timedelta(days=7)

PREFIX = "sub_"
PING_TYPE = "amends.ping"

_ID_BYTES = 8
SUBSCRIPTION_PATTERN = rf"^{PREFIX}[0-9a-f]{{{2 * _ID_BYTES}}}$"


class Subscriptions:
    """Those of a caller; without one, as operators see them, those of everybody.

    All methods raise AmendsError: `unreachable`, `setup`; those that name a subscription `unknown_subscription`, also
    when it is somebody else's.
    """

    def __init__(self, engine: AsyncEngine, temporal: Client, settings: Settings, caller: Caller | None) -> None:
        self._engine = engine
        self._settings = settings
        self._caller = caller
        self._workflows = WebhookWorkflows(temporal, task_queue=settings.task_queue)

    async def create(self, caller: Caller, wanted: NewSubscription) -> WithSecret:
        """Have the events from now on sent to an endpoint.

        Raises:
            AmendsError: `invalid_input`, field `url`; `too_many`.
        """
        self._check_url(wanted.url)
        name = PREFIX + secrets.token_hex(_ID_BYTES)
        owner = owner_of(caller, self._settings)
        row = {
            "subscription": name,
            "owner": owner.subject,
            "authenticated_by": owner.authenticated_by,
            "sources": sorted(owner.sources) if owner.sources is not None else None,
            "roles": list(owner.roles) if owner.roles is not None else None,
            "department": owner.department,
            "lapses_at": owner.lapses_at,
            "url": wanted.url,
            "description": wanted.description,
            "event_types": list(wanted.event_types),
            "state": SubscriptionState.ACTIVE,
            "transaction_id": HORIZON,
            "reference": "",
            "sequence": 0,
            "created_at": datetime.now(UTC),
        }
        # Before its row, so that no subscription is on file that nobody delivers for; a workflow without a row ends.
        await transact(autocommit(self._engine), lambda connection: _check_room(connection, owner.subject))
        await self._workflows.start(name)

        async def work(connection: AsyncConnection) -> None:
            if await self._find(connection, name) is None:
                # Again, and one at a time: others may have been made since.
                await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(owner.subject))))
                await _check_room(connection, owner.subject)
                await connection.execute(insert(subscriptions).values(row))

        await transact(self._engine, work)
        return WithSecret(secret=self._secret(name, 1), about=await self.one(name))

    async def confirm(self, caller: Caller) -> None:
        """Note what a token says by now of an owner of whom nothing but tokens says anything, and that there is one."""
        owner = owner_of(caller, self._settings)
        roles = list(owner.roles) if owner.roles is not None else None
        present = {"roles": roles, "department": owner.department, "lapses_at": owner.lapses_at}
        # Sources stay: whoever is let in for fewer by now does not find it.
        is_different = or_(*(subscriptions.c[name].is_distinct_from(value) for name, value in present.items()))
        change = update(subscriptions).where(self._is_theirs(), is_different).values(present)
        await transact(autocommit(self._engine), lambda connection: connection.execute(change))

    async def listed(self) -> list[Subscription]:
        """All of them, the first made first."""
        query = _select().where(self._is_theirs()).order_by(subscriptions.c.created_at, subscriptions.c.subscription)

        async def read(connection: AsyncConnection) -> list[Subscription]:
            rows = (await connection.execute(query)).mappings()
            return [Subscription.model_validate(dict(row)) for row in rows]

        return await transact(autocommit(self._engine), read)

    async def one(self, subscription: str) -> Subscription:
        """One of them."""
        found = await transact(autocommit(self._engine), lambda connection: self._find(connection, subscription))
        if found is None:
            raise unknown(subscription)
        return found

    async def change(self, subscription: str, change: SubscriptionChange) -> Subscription:
        """Change where events go, or which.

        Raises:
            AmendsError: `invalid_input`, field `url`.
        """
        values: dict[str, Any] = {name: getattr(change, name) for name in change.model_fields_set}
        if values.get("url") is None:
            values.pop("url", None)
        else:
            self._check_url(values["url"])
            values |= {"failures": 0, "held_until": None}
        if values.get("event_types") is None:
            values.pop("event_types", None)
        else:
            values["event_types"] = list(values["event_types"])
        return await self.set(subscription, values)

    async def pause(self, subscription: str) -> Subscription:
        """Send nothing until it is resumed; what happens meanwhile is sent then. One that failed stays so."""
        return await self.set(subscription, {"state": SubscriptionState.PAUSED}, only_in=(SubscriptionState.ACTIVE,))

    async def resume(self, subscription: str) -> Subscription:
        """Send again, and at once: what was paused, what had failed, what was gone, and what is being left alone."""
        return await self.set(
            subscription, {"state": SubscriptionState.ACTIVE, "failures": 0, "held_until": None, "last_error": None}
        )

    async def rotate(self, subscription: str, overlap: timedelta = OVERLAP) -> WithSecret:
        """A new secret; for a while requests are signed with the one before, too.

        Raises:
            AmendsError: `invalid_input`, field `overlap`.
        """
        if not timedelta(0) <= overlap <= OVERLAP_MAX:
            raise AmendsError(ErrorCode.INVALID_INPUT, f"must be 0 to {OVERLAP_MAX.days} days", "overlap")
        keys = await self._keys(subscription)
        # Only from the secret that was found: done twice, it would leave subscribers with one that signs no more.
        generation = keys.generation + 1
        is_found = subscriptions.c.generation == keys.generation
        values = {
            "generation": case((is_found, literal(generation)), else_=subscriptions.c.generation),
            "old_until": case((is_found, literal(datetime.now(UTC) + overlap)), else_=subscriptions.c.old_until),
        }
        about = await self.set(subscription, values)
        return WithSecret(secret=self._secret(subscription, generation), about=about)

    async def remove(self, subscription: str) -> None:
        """Forget it, with what waits and what died."""
        query = delete(subscriptions).where(_is(subscription), self._is_theirs())
        removed = await transact(self._engine, lambda connection: connection.execute(query))
        if removed.rowcount == 0:
            raise unknown(subscription)
        await self._workflows.wake(subscription)

    async def ping(self, subscription: str) -> Ping:
        """Send a test event now, once, whatever the state of the subscription."""
        found = await self.one(subscription)
        now = datetime.now(UTC)
        body = json.dumps({"type": PING_TYPE, "timestamp": now.isoformat(), "data": {"subscription": subscription}})
        sender = Sender(self._master, private_allowed=self._settings.webhook_private_addresses)
        try:
            keys = await self._keys(subscription)
            attempt = await sender.send(found.url, keys, f"ping-{uuid4()}", body)
        finally:
            await sender.close()
        return Ping(meaning=attempt.meaning, status=attempt.status, said=attempt.said)

    async def set(
        self, subscription: str, values: dict[str, Any], *, only_in: tuple[SubscriptionState, ...] = ()
    ) -> Subscription:
        """Write what is different, where the state allows it, and have the workflow look."""
        change = update(subscriptions).where(_is(subscription), self._is_theirs())
        if only_in:
            change = change.where(subscriptions.c.state.in_(only_in))
        change = change.values(revision=subscriptions.c.revision + 1, **values)

        async def work(connection: AsyncConnection) -> Subscription:
            await connection.execute(change)
            found = await self._find(connection, subscription)
            if found is None:
                raise unknown(subscription)
            return found

        about = await transact(self._engine, work)
        await self._workflows.wake(subscription)
        return about

    async def wake(self, subscription: str) -> None:
        """Have the workflow look."""
        await self._workflows.wake(subscription)

    async def _find(self, connection: AsyncConnection, subscription: str) -> Subscription | None:
        row = (await connection.execute(_select().where(_is(subscription), self._is_theirs()))).mappings().one_or_none()
        return Subscription.model_validate(dict(row)) if row is not None else None

    async def _keys(self, subscription: str) -> Keys:
        query = select(subscriptions.c.generation, subscriptions.c.old_until)
        query = query.where(_is(subscription), self._is_theirs())
        found = await transact(autocommit(self._engine), lambda connection: connection.execute(query))
        row = found.one_or_none()
        if row is None:
            raise unknown(subscription)
        return Keys(subscription, row.generation, row.old_until)

    def _is_theirs(self) -> ColumnElement[bool]:
        """They made it, or could have: another credential of the same name may be let in for less."""
        if self._caller is None:
            return true()
        actor, sources = self._caller.actor, self._caller.sources
        is_of_them = (subscriptions.c.owner == actor.subject) & (
            subscriptions.c.authenticated_by == actor.authenticated_by
        )
        if sources is None:
            return is_of_them & subscriptions.c.sources.is_(None)
        if ANY_SOURCE in sources:
            return is_of_them & subscriptions.c.sources.is_not(None)
        return is_of_them & literal(sorted(sources), postgresql.ARRAY(Text)).contains(subscriptions.c.sources)

    def _check_url(self, url: str) -> None:
        check_url(url, private_allowed=self._settings.webhook_private_addresses)

    @property
    def _master(self) -> SecretStr:
        return resolve(self._settings).survey_secret

    def _secret(self, subscription: str, generation: int) -> str:
        return secret_of(subscription, generation, self._master).get_secret_value()


def unknown(subscription: str) -> AmendsError:
    """There is none of this name, as far as whoever asks need know."""
    return AmendsError(
        ErrorCode.UNKNOWN_SUBSCRIPTION, f"you have no subscription {subscription}; list them", "subscription"
    )


async def _check_room(connection: AsyncConnection, owner: str) -> None:
    query = select(func.count()).select_from(subscriptions).where(subscriptions.c.owner == owner)
    if (await connection.execute(query)).scalar_one() >= SUBSCRIPTIONS_MAX:
        raise AmendsError(ErrorCode.TOO_MANY, f"{owner} has {SUBSCRIPTIONS_MAX} subscriptions; remove one first")


def _is(subscription: str) -> ColumnElement[bool]:
    return subscriptions.c.subscription == subscription


def _select() -> Select[Any]:
    """The columns of `Subscription`."""

    def counted(state: DeliveryState) -> ColumnElement[int]:
        query = select(func.count()).select_from(webhook_deliveries)
        query = query.where(
            webhook_deliveries.c.subscription == subscriptions.c.subscription, webhook_deliveries.c.state == state.value
        )
        return query.correlate(subscriptions).scalar_subquery()

    counts = {"waiting": counted(DeliveryState.PENDING), "dead": counted(DeliveryState.DEAD)}
    own = (subscriptions.c[name] for name in Subscription.model_fields if name not in counts)
    return select(*own, *(count.label(name) for name, count in counts.items()))
