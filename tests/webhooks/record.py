"""`python -m tests.webhooks.record`: play what subscriptions go through on real servers, and keep their histories."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from tempfile import TemporaryDirectory

from temporalio.client import WorkflowHistory

from infra.devstack.stack import Stack
from infra.process import run_main
from tests.replay.record import EVENTS_PER_RUN, RECORDER, REPOSITORY
from tests.support.desk import Desk, running_desk, working
from tests.support.receiver import Receiver, answering, receiving
from tests.webhooks import corpus
from tests.webhooks.conftest import RETRIES
from tests.webhooks.subscriber import Subscriber


async def main() -> None:
    """Replace the corpus."""
    with TemporaryDirectory() as directory:
        state_dir = Path(directory) / "state"
        async with running_desk(state_dir, dynamic_config=EVENTS_PER_RUN) as servers:
            desk = servers.with_settings(task_queue="recorded", webhook_private_addresses=True, webhook_retries=RETRIES)
            async with working(desk), receiving() as endpoint:
                await _removed(desk, endpoint)
                await _gone(desk, endpoint)
                await _paused_often(desk, endpoint)
                await _away(desk)
        await Stack.purge(state_dir)


async def _removed(desk: Desk, endpoint: Receiver) -> None:
    """It delivers, and is removed."""
    subscriber = Subscriber(desk, "removed")
    name = (await subscriber.subscribe(endpoint.url)).about.subscription
    (case,) = await subscriber.filed("a")
    await endpoint.until_accepted(*await subscriber.journal(case))
    await subscriber.unsubscribe()
    await subscriber.workflow(name).result()
    await _keep("removed", subscriber, name)


async def _gone(desk: Desk, endpoint: Receiver) -> None:
    """The endpoint wants no more."""
    subscriber = Subscriber(desk, "gone")
    endpoint.plan(answering(410))
    name = (await subscriber.subscribe(endpoint.url)).about.subscription
    await subscriber.filed("a")
    await subscriber.workflow(name).result()
    await _keep("gone", subscriber, name)


async def _paused_often(desk: Desk, endpoint: Receiver) -> None:
    """It is paused and resumed until one run is followed by another, and removed while it rests."""
    subscriber = Subscriber(desk, "paused")
    name = (await subscriber.subscribe(endpoint.url)).about.subscription
    first = (await subscriber.workflow(name).describe()).run_id
    while (await subscriber.workflow(name).describe()).run_id == first:
        await subscriber.subscriptions.pause(name)
        await subscriber.until_rests(name)
        await subscriber.subscriptions.resume(name)
        (case,) = await subscriber.filed("a")
        await endpoint.until_accepted(*await subscriber.journal(case))
    await subscriber.subscriptions.pause(name)
    await subscriber.until_rests(name)
    await subscriber.unsubscribe()
    await subscriber.workflow(name).result()
    await _keep("paused-1", subscriber, name, first)
    await _keep("paused-2", subscriber, name)


async def _away(desk: Desk) -> None:
    """The endpoint is away for the whole schedule, and comes back."""
    subscriber = Subscriber(desk, "away")
    async with receiving() as endpoint:
        port = endpoint.port
    name = (await subscriber.subscribe(endpoint.url)).about.subscription
    (case,) = await subscriber.filed("a")
    await subscriber.until_(name, state="failing")
    async with receiving(port) as endpoint:
        await subscriber.subscriptions.resume(name)
        await endpoint.until_accepted(*await subscriber.journal(case))
    await subscriber.unsubscribe()
    await subscriber.workflow(name).result()
    await _keep("away", subscriber, name)


async def _keep(name: str, subscriber: Subscriber, subscription: str, run_id: str | None = None) -> None:
    handle = subscriber.desk.temporal.get_workflow_handle(subscriber.workflow(subscription).id, run_id=run_id)
    history: WorkflowHistory = await handle.fetch_history()
    told = history.to_json().replace(f"{os.getpid()}@{socket.gethostname()}", RECORDER).replace(f"{REPOSITORY}/", "")
    corpus.save(name, told)


if __name__ == "__main__":
    run_main(main)
