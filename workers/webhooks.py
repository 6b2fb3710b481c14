"""The worker of webhooks: on a queue of its own, with database connections of its own, beside that of complaints."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.metadata import version

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio.client import Client
from temporalio.worker import Worker, WorkflowRunner

from activities.webhooks.delivering import WebhookActivities
from infra.connections import Connections
from infra.db.engine import make_engine
from infra.db.tables import SubscriptionState, subscriptions
from infra.db.transaction import transact
from infra.settings import Settings
from infra.webhooks.sender import Sender
from infra.webhooks.workflows import WebhookWorkflows
from starter.webhooks.owners import Owners
from workflows.contract.errors import AmendsError
from workflows.contract.webhooks import webhook_task_queue
from workflows.webhook import Webhook

SUBSCRIPTIONS_AT_ONCE = 1000
"""Each takes a place for as long as it is active; further ones wait for another worker. They cost a process little:
most of them wait, all of them together for one look at the tables.
"""

CONNECTIONS = 5
WORKFLOW_TASKS = 20

TRY_AGAIN_AFTER = timedelta(seconds=5)

log = structlog.get_logger(__name__)


@asynccontextmanager
async def webhook_worker(
    settings: Settings,
    connections: Connections,
    temporal: Client,
    *,
    workflow_runner: WorkflowRunner,
    grace: timedelta,
) -> AsyncIterator[Worker]:
    """Deliver to subscribers during the block, and see to it that each active subscription has its workflow."""
    engine = make_engine(connections.database, connections=CONNECTIONS)
    sender = Sender(connections.survey_secret, private_allowed=settings.webhook_private_addresses)
    owners = Owners(engine, settings)
    activities = WebhookActivities(engine, sender, owners.seen_by, settings.webhook_retries)
    worker = Worker(
        temporal,
        task_queue=webhook_task_queue(settings.task_queue),
        workflows=[Webhook],
        activities=[activities.deliver_events],
        workflow_runner=workflow_runner,
        max_cached_workflows=SUBSCRIPTIONS_AT_ONCE,
        max_concurrent_workflow_tasks=WORKFLOW_TASKS,
        max_concurrent_activities=SUBSCRIPTIONS_AT_ONCE,
        graceful_shutdown_timeout=grace,
        build_id=f"amends-{version('amends')}",
    )
    rousing = asyncio.create_task(_rouse(engine, WebhookWorkflows(temporal, task_queue=settings.task_queue)))
    try:
        async with worker:
            yield worker
    finally:
        rousing.cancel()
        await asyncio.wait([rousing])
        await sender.close()
        await engine.dispose()


async def _rouse(engine: AsyncEngine, workflows: WebhookWorkflows) -> None:
    """Start the workflows of active subscriptions that have none: the engine may have been replaced or restored, and
    an operator may have ended one. Those that run are left alone.
    """
    query = select(subscriptions.c.subscription).where(subscriptions.c.state == SubscriptionState.ACTIVE)

    async def active(connection: AsyncConnection) -> list[str]:
        return list((await connection.execute(query)).scalars())

    while True:
        try:
            for subscription in await transact(engine, active):
                await workflows.start(subscription)
        except AmendsError as error:
            log.warning("webhooks.not_roused", reason=str(error))
        else:
            return
        await asyncio.sleep(TRY_AGAIN_AFTER.total_seconds())
