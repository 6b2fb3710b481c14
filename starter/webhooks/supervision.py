"""Whose subscriptions a member of staff looks after: who sees every complaint, those of everybody; others their own."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from infra.settings import Settings
from starter.access.caller import Caller, Scope
from starter.access.sight import SEE_ALL
from starter.webhooks.dead_letters import DeadLetters
from starter.webhooks.subscriptions import Subscriptions


def supervised(engine: AsyncEngine, temporal: Client, settings: Settings, caller: Caller) -> Subscriptions:
    """The subscriptions that a caller may look at."""
    sees_everybody = not caller.is_service and bool(SEE_ALL.intersection(caller.actor.roles))
    return Subscriptions(engine, temporal, settings, caller=None if sees_everybody else caller)


async def send_again(
    engine: AsyncEngine,
    temporal: Client,
    settings: Settings,
    caller: Caller,
    *,
    subscription: str,
    event_id: str | None,
) -> int:
    """Try one dead letter again, or all of a subscription, which is resumed; returns how many that are.

    Raises:
        AmendsError: `not_permitted`, for those who may only read; `unknown_subscription`; `invalid_input`, when no dead
            letter has the id; `unreachable`.
    """
    caller.require(Scope.SUBSCRIBE)
    subscriptions = supervised(engine, temporal, settings, caller)
    count = await DeadLetters(engine, subscriptions).replay(subscription, event_id)
    await subscriptions.resume(subscription)
    return count
