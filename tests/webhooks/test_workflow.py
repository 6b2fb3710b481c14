"""The workflow of a subscription: what it costs, that it replays, and that it cannot be lost."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from temporalio.workflow import NondeterminismError

from activities.webhooks import delivering
from tests.support.conditions import eventually
from tests.support.desk import working
from tests.support.receiver import Receiver, receiving
from tests.webhooks import corpus
from tests.webhooks.subscriber import Subscriber
from workflows import webhook

EVENTS_BEFORE_ANYTHING_IS_SENT = 6
"""Started, a workflow task, and an activity that is under way (which the server writes down when it is over)."""

EVENTS_OF_A_STAY = 6


async def test_a_busy_subscription_costs_no_more_history_than_an_idle_one(
    subscriber: Subscriber, endpoint: Receiver
) -> None:
    """What is sent is not written into it, nor what is tried again."""
    made = await subscriber.subscribe(endpoint.url)
    (case,) = await subscriber.filed("a", notes=20)
    await endpoint.until_accepted(*await subscriber.journal(case))
    description = await subscriber.workflow(made.about.subscription).describe()
    assert description.history_length <= EVENTS_BEFORE_ANYTHING_IS_SENT


async def test_an_idle_subscription_costs_six_events_for_each_time_an_activity_stays(
    subscriber: Subscriber, endpoint: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An activity stays an hour."""
    assert timedelta(hours=1) == delivering.STAY
    monkeypatch.setattr(delivering, "STAY", timedelta(0))
    made = await subscriber.subscribe(endpoint.url)
    handle = subscriber.workflow(made.about.subscription)

    async def stayed() -> WorkflowHistory | None:
        history = await handle.fetch_history()
        return history if _count(history, EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED) >= 4 else None

    history = await eventually(stayed, "four activities have stayed")
    scheduled = [
        number
        for number, event in enumerate(history.events)
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
    ]
    assert {later - sooner for sooner, later in pairwise(scheduled)} == {EVENTS_OF_A_STAY}


async def test_an_endpoint_that_is_away_costs_a_timer_and_an_activity_a_try(subscriber: Subscriber) -> None:
    """No worker keeps a place for it meanwhile."""
    async with receiving() as endpoint:
        pass
    made = await subscriber.subscribe(endpoint.url)
    await subscriber.filed("a")
    await subscriber.until_(made.about.subscription, state="failing")
    await subscriber.until_rests(made.about.subscription)
    history = await subscriber.workflow(made.about.subscription).fetch_history()
    assert _count(history, EventType.EVENT_TYPE_TIMER_FIRED) >= 1
    assert len(history.events) <= 4 + 11 * (_count(history, EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED))


async def test_a_workflow_that_an_operator_ended_is_started_again_by_the_next_worker(
    subscriber: Subscriber, endpoint: Receiver
) -> None:
    """Nothing is lost meanwhile: what was not sent is in the journal."""
    made = await subscriber.subscribe(endpoint.url)
    await subscriber.workflow(made.about.subscription).terminate("by mistake")
    (case,) = await subscriber.filed("a")
    async with working(subscriber.desk):
        await endpoint.until_accepted(*await subscriber.journal(case))


async def test_every_scene_is_recorded() -> None:
    """A new one needs `python -m tests.webhooks.record`."""
    assert corpus.names() == ["away", "gone", "paused-1", "paused-2", "removed"]


@pytest.mark.parametrize("runner", [SandboxedWorkflowRunner(), UnsandboxedWorkflowRunner()], ids=["in", "out"])
@pytest.mark.parametrize("name", corpus.names())
async def test_a_recorded_run_replays(name: str, runner: WorkflowRunner) -> None:
    """Subscriptions that are there when this code is deployed go on."""
    await corpus.replayer(runner).replay_workflow(corpus.load(name))


async def test_a_workflow_that_does_something_else_does_not_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    """The corpus would notice a rest that is not taken."""
    monkeypatch.setattr(webhook, "LONGEST_REST", timedelta(0))
    with pytest.raises(NondeterminismError):
        await corpus.replayer(UnsandboxedWorkflowRunner()).replay_workflow(corpus.load("paused-1"))


def _count(history: WorkflowHistory, kind: EventType.ValueType) -> int:
    return sum(event.event_type == kind for event in history.events)
