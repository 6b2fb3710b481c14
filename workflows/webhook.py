"""The workflow of a subscription: sees to it that somebody delivers its events, one at a time, whatever crashes.

What has to be delivered and tried again is in the tables; the activity that delivers stays with a subscription for an
hour and beats, so that one whose worker died is begun again by the engine, which records no event for that. An idle
subscription and a busy one cost the same six events an hour. One whose endpoint is away rests between two tries, which
costs eleven events a try and, by the schedule of Standard Webhooks, about a hundred until it is given up after three
days. One that is paused costs eleven events a day.
"""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from workflows.contract.base import Instant
    from workflows.contract.webhooks import WAKE_SIGNAL, WEBHOOK_TYPE, Next, Watch, Watched, WebhookPort

WATCH_TIME_LIMIT = timedelta(minutes=70)
"""More than the hour that an activity stays, and the last requests that it waits for."""

HEARTBEAT_TIME_LIMIT = timedelta(seconds=15)
"""How long events wait when their worker has died."""

LONGEST_REST = timedelta(days=1)
"""After this a workflow looks even if nobody has woken it: a signal may have been lost with whoever was to send it."""

PAUSE = timedelta(minutes=1)
"""Before beginning again after what trying again does not help: it needs a person."""

_FOR_EVER = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(seconds=30)
)


@workflow.defn(name=WEBHOOK_TYPE)
class Webhook:
    """One subscription. It decides nothing: what its owner wants of it stands in the tables, and `wake` says look."""

    @workflow.init
    def __init__(self, watch: Watch) -> None:  # noqa: ARG002 - the SDK gives it what it gives `run`
        self._is_woken = False

    @workflow.run
    async def run(self, watch: Watch) -> None:
        """Live until the subscription is removed, or its endpoint wants no more."""
        while True:
            self._is_woken = False
            watched = await self._deliver(watch)
            if watched.next is Next.END and not self._is_woken:
                return
            if watched.next is Next.REST:
                await self._rest(watched.until)
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(watch)

    @workflow.signal(name=WAKE_SIGNAL)
    def wake(self) -> None:
        """Look at the subscription now; what was said while the activity was still there counts, too."""
        self._is_woken = True

    async def _deliver(self, watch: Watch) -> Watched:
        try:
            return await workflow.execute_activity_method(
                WebhookPort.deliver_events,
                watch,
                start_to_close_timeout=WATCH_TIME_LIMIT,
                heartbeat_timeout=HEARTBEAT_TIME_LIMIT,
                retry_policy=_FOR_EVER,
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            cause = type(error.cause).__name__
            workflow.logger.error("activity.gave_up", extra={"activity": error.activity_type, "cause": cause})
            return Watched(next=Next.REST, until=workflow.now() + PAUSE)

    async def _rest(self, until: Instant | None) -> None:
        longest = workflow.now() + LONGEST_REST
        rest = min(until or longest, longest) - workflow.now()
        if rest > timedelta(0):
            try:
                await workflow.wait_condition(lambda: self._is_woken, timeout=rest)
            except TimeoutError:
                return
