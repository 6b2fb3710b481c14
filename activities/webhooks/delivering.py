"""Stays with a subscription and delivers: what waits for another try, what is in the feed, and what comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeAlias, TypeVar

import structlog
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity

from activities.webhooks.judging import Dealt, Outcome, Schedule, Standing, outcome, was_accepted, was_refused
from activities.webhooks.lanes import send_lanes
from activities.webhooks.recording import record
from activities.webhooks.register import Subscription, claim, claimed
from activities.webhooks.tide import Level, Tide
from activities.webhooks.work import Event, Portion, RestoredError, Work, find_work
from infra.db.feed import Place
from infra.db.tables import SubscriptionState
from infra.db.transaction import transact
from infra.webhooks.owner import Owner, OwnerRefusedError
from infra.webhooks.sender import Attempt, Meaning, Sender
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.webhooks import Next, Watch, Watched, WebhookPort

Result = TypeVar("Result")

STAY = timedelta(hours=1)
"""How long an activity stays; within the time limit that the workflow gives it."""

BEAT_EVERY = timedelta(seconds=4)
RECORD_AGAIN = timedelta(milliseconds=500)

NEW_ONE_TIME_LIMIT = timedelta(seconds=10)
NEW_ONE_INTERVAL = timedelta(milliseconds=200)
"""How long a subscription that is not in the tables is looked for before it counts as removed: its workflow starts
before its row is written, so that none is ever written without."""

USUAL, PROBING = Portion(waiting=50, fresh=50), Portion(waiting=1, fresh=1)
"""What is sent at once: at the most, this is sent again when a worker is killed. To an endpoint that was away goes one
event of a complaint that waits and one of another, until something is accepted."""

SeenBy: TypeAlias = Callable[[Owner], Awaitable[ColumnElement[bool]]]
"""Which complaints the owner of a subscription may see now. Raises OwnerRefusedError."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Stay:
    """What an activity remembers between two rounds.

    Attributes:
        reached: the place up to which nothing in the feed was for this subscription, since `base` was recorded.
        refused: complaints refused since anything was accepted.
        level: what was seen last.
        next_at: when the next event that waits is due.
    """

    claimed_at: datetime
    ends_at: float
    base: Place | None = None
    reached: Place | None = None
    refused: set[str] = field(default_factory=set)
    level: Level | None = None
    next_at: datetime | None = None

    def start(self, subscription: Subscription) -> Place:
        """Where to read on."""
        return self.reached if self.reached and self.base == subscription.place else subscription.place


class WebhookActivities(WebhookPort):
    """Delivering.

    Args:
        engine: of the tables; not that of complaints, whose connections subscribers must not use up.
        sender: sends a request.
        seen_by: what an owner may see.
        schedule: when an event is tried again.
    """

    def __init__(self, engine: AsyncEngine, sender: Sender, seen_by: SeenBy, schedule: Schedule) -> None:
        self._engine = engine
        self._sender = sender
        self._seen_by = seen_by
        self._schedule = schedule
        self._tide = Tide(engine)

    @activity.defn
    async def deliver_events(self, watch: Watch) -> Watched:
        """Deliver until an hour is over, the endpoint is away, or nobody wants it.

        Raises:
            AmendsError: `unreachable`, `setup`.
            SupersededError: another attempt delivers.
        """
        claimed_at = activity.info().current_attempt_scheduled_time
        async with _beating():
            first = await self._claimed(watch.subscription, claimed_at)
            if first is None:
                return Watched(next=Next.END)
            ends_at = asyncio.get_running_loop().time() + STAY.total_seconds()
            return await self._stay(first, _Stay(claimed_at, ends_at))

    async def _claimed(self, subscription: str, at: datetime) -> Subscription | None:
        gives_up_at = datetime.now(UTC) + NEW_ONE_TIME_LIMIT
        while True:
            found = await self._transact(partial(claim, subscription=subscription, at=at))
            if found is not None or datetime.now(UTC) > gives_up_at or activity.is_worker_shutdown():
                return found
            await asyncio.sleep(NEW_ONE_INTERVAL.total_seconds())

    async def _stay(self, subscription: Subscription, stay: _Stay) -> Watched:
        name: str = subscription.subscription
        now: Subscription | None = subscription
        while True:
            if now is None or now.state is SubscriptionState.GONE:
                return Watched(next=Next.END)
            if now.state is not SubscriptionState.ACTIVE:
                return Watched(next=Next.REST)
            if now.held_until is not None and now.held_until > datetime.now(UTC):
                return Watched(next=Next.REST, until=now.held_until)
            is_all = await self._round(now, stay)
            if activity.is_worker_shutdown() or asyncio.get_running_loop().time() > stay.ends_at:
                return Watched(next=Next.GO_ON)
            if is_all and not await self._until_something_happens(now, stay):
                return Watched(next=Next.GO_ON)
            now = await self._transact(partial(claimed, subscription=name, at=stay.claimed_at))

    async def _until_something_happens(self, subscription: Subscription, stay: _Stay) -> bool:
        """Wait; False, when it is time to go."""
        while True:
            level = await self._tide.look(subscription.subscription)
            if activity.is_worker_shutdown() or asyncio.get_running_loop().time() > stay.ends_at:
                return False
            is_due = stay.next_at is not None and stay.next_at <= datetime.now(UTC)
            if level != stay.level or is_due:
                stay.level = level
                return True

    async def _round(self, subscription: Subscription, stay: _Stay) -> bool:
        """Send some; True, if there was no more to be sent."""
        try:
            seen = await self._seen_by(subscription.owner)
        except OwnerRefusedError as error:
            await self._give_up(subscription, stay, str(error))
            return False
        start, portion = stay.start(subscription), PROBING if subscription.failures else USUAL
        try:
            work = await self._transact(
                lambda connection: find_work(
                    connection, subscription, seen, start=start, now=datetime.now(UTC), portion=portion
                )
            )
        except RestoredError:
            await self._give_up(subscription, stay, "the journal was restored from another server: replay from a place")
            return False
        stay.next_at = work.next_at
        if not work.lanes and not work.queued:
            stay.base, stay.reached = subscription.place, work.place
            if not work.is_all:
                await self._record(subscription, stay, Outcome(_unchanged(subscription), work.place))
            return work.is_all
        round_ = await send_lanes(work.lanes, partial(self._send, subscription), activity.is_worker_shutdown)
        await self._record(subscription, stay, self._judged(subscription, stay, work, round_, start))
        return False

    async def _send(self, subscription: Subscription, event: Event) -> Attempt:
        attempt = await self._sender.send(subscription.url, subscription.keys, event.event_id, event.body)
        if attempt.meaning is not Meaning.ACCEPTED:
            log.info(
                "webhook.not_accepted",
                subscription=subscription.subscription,
                event_id=event.event_id,
                meaning=attempt.meaning,
                said=attempt.said,
            )
        return attempt

    def _judged(
        self, subscription: Subscription, stay: _Stay, work: Work, round_: list[Dealt], start: Place
    ) -> Outcome:
        refused = {dealt.event.reference for dealt in round_ if was_refused(dealt)}
        stay.refused = set() if any(map(was_accepted, round_)) else stay.refused | refused
        return outcome(
            subscription,
            work,
            round_,
            start=start,
            refused=stay.refused,
            schedule=self._schedule,
            now=datetime.now(UTC),
        )

    async def _record(self, subscription: Subscription, stay: _Stay, became: Outcome) -> None:
        """Record, however long the database is away: what is forgotten would be sent again."""
        while True:
            try:
                return await self._transact(
                    lambda connection: record(connection, subscription, stay.claimed_at, became)
                )
            except AmendsError as error:
                if error.code is not ErrorCode.UNREACHABLE:
                    raise
            await asyncio.sleep(RECORD_AGAIN.total_seconds())

    async def _give_up(self, subscription: Subscription, stay: _Stay, reason: str) -> None:
        log.warning("webhook.given_up", subscription=subscription.subscription, reason=reason)
        standing = Standing(SubscriptionState.FAILING, 0, None, reason, has_accepted=False)
        await self._record(subscription, stay, Outcome(standing, subscription.place))

    async def _transact(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        return await transact(self._engine, work)


def _unchanged(subscription: Subscription) -> Standing:
    return Standing(subscription.state, subscription.failures, subscription.held_until, None, has_accepted=False)


@asynccontextmanager
async def _beating() -> AsyncIterator[None]:
    """Tell the engine again and again that the worker is alive."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(BEAT_EVERY.total_seconds())

    beats = asyncio.create_task(beat())
    try:
        yield
    finally:
        beats.cancel()
        await asyncio.wait([beats])
