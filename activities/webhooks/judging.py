"""What follows from the attempts of a round: what is done with, what waits how long, whether the endpoint is away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from activities.webhooks.register import Subscription
from activities.webhooks.work import Event, Work
from infra.db.feed import Place
from infra.db.tables import DeliveryState, SubscriptionState
from infra.webhooks.sender import Attempt, Meaning

MANY_REFUSED = 5
"""Complaints refused one after the other, without anything accepted in between: then it is the endpoint."""

SHORTEST_HOLD = timedelta(seconds=1)

Schedule: TypeAlias = tuple[timedelta, ...]
"""How long to wait after the first try, the second, …; after the last of them comes the last try."""


@dataclass(frozen=True, slots=True)
class Dealt:
    """An event of a round and how its attempt went; none, if it was not tried."""

    event: Event
    attempt: Attempt | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that has to wait, or that has had its last try."""

    reference: str
    sequence: int
    state: DeliveryState
    attempts: int
    next_at: datetime | None
    status: int | None
    last_error: str | None
    died_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How the subscription stands after a round."""

    state: SubscriptionState
    failures: int
    held_until: datetime | None
    last_error: str | None
    has_accepted: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is recorded of a round.

    Attributes:
        place: everything before it has been dealt with.
        done: events of which nothing need be kept.
    """

    standing: Standing
    place: Place
    done: tuple[Event, ...] = ()
    kept: tuple[Waiting, ...] = ()


def outcome(
    subscription: Subscription,
    work: Work,
    round_: Sequence[Dealt],
    *,
    start: Place,
    refused: set[str],
    schedule: Schedule,
    now: datetime,
) -> Outcome:
    """What is recorded of a round.

    Args:
        subscription: before the round.
        work: what there was to do.
        round_: how it went.
        start: the place that the feed was read from.
        refused: complaints refused since anything was accepted, those of this round among them.
        schedule: when what was refused is tried again, and how long an endpoint that is away is left alone.
        now: the present time.
    """
    fresh = [dealt for dealt in round_ if not dealt.event.waits]
    # An endpoint that was away before it had looked at anything new leaves the page where it is.
    is_untouched = bool(fresh) and not any(map(_has_counted, fresh))
    counted = [dealt for dealt in round_ if dealt.event.waits] if is_untouched else round_
    kept = [waiting for dealt in counted if (waiting := _waiting_after(dealt, schedule, now))]
    queued = [] if is_untouched else [_behind(event, now) for event in work.queued]
    return Outcome(
        standing=_standing_after(subscription, round_, refused, schedule, now),
        place=start if is_untouched else work.place,
        done=tuple(dealt.event for dealt in counted if is_done(dealt)),
        kept=(*kept, *queued),
    )


def is_done(dealt: Dealt) -> bool:
    """Nothing is left to be done about the event: it was accepted, or its owner may not see it any more."""
    return not dealt.event.is_seen or was_accepted(dealt)


def was_refused(dealt: Dealt) -> bool:
    """The endpoint has looked at the event and did not want it."""
    return dealt.attempt is not None and dealt.attempt.meaning is Meaning.REFUSED


def was_accepted(dealt: Dealt) -> bool:
    """The endpoint has it."""
    return dealt.attempt is not None and dealt.attempt.meaning is Meaning.ACCEPTED


def _has_counted(dealt: Dealt) -> bool:
    """The endpoint has looked at the event."""
    return is_done(dealt) or was_refused(dealt)


def _waiting_after(dealt: Dealt, schedule: Schedule, now: datetime) -> Waiting | None:
    """What has to be kept of an event; none, if nothing about it changes."""
    event, attempt = dealt.event, dealt.attempt
    if is_done(dealt):
        return None
    if attempt is None or attempt.meaning is not Meaning.REFUSED:
        return None if event.waits else _behind(event, now)
    attempts = event.attempts + 1
    kept = Waiting(
        event.reference, event.sequence, DeliveryState.PENDING, attempts, None, attempt.status, attempt.said, None
    )
    if attempts > len(schedule):
        return replace(kept, state=DeliveryState.DEAD, died_at=now)
    return replace(kept, next_at=now + schedule[attempts - 1])


def _behind(event: Event, now: datetime) -> Waiting:
    """An event that was not tried: due as soon as nothing before it waits."""
    return Waiting(event.reference, event.sequence, DeliveryState.PENDING, 0, now, None, None, None)


def _standing_after(
    subscription: Subscription, round_: Sequence[Dealt], refused: set[str], schedule: Schedule, now: datetime
) -> Standing:
    attempts = [dealt.attempt for dealt in round_ if dealt.attempt is not None]
    has_accepted = any(attempt.meaning is Meaning.ACCEPTED for attempt in attempts)
    failures = 0 if has_accepted else subscription.failures
    error = next((attempt.said for attempt in reversed(attempts) if attempt.meaning is not Meaning.ACCEPTED), None)
    if any(attempt.meaning is Meaning.GONE for attempt in attempts):
        return Standing(SubscriptionState.GONE, failures, None, error, has_accepted)
    away = next((attempt for attempt in attempts if attempt.meaning is Meaning.AWAY), None)
    if away is None and not (error and (failures or len(refused) >= MANY_REFUSED)):
        return Standing(SubscriptionState.ACTIVE, failures, None, error, has_accepted)
    if away is not None and away.wait is not None:  # it says itself when to come again
        held_until = now + max(away.wait, SHORTEST_HOLD)
        return Standing(SubscriptionState.ACTIVE, max(failures, 1), held_until, error, has_accepted)
    if failures >= len(schedule):
        return Standing(SubscriptionState.FAILING, failures, None, error, has_accepted)
    return Standing(SubscriptionState.ACTIVE, failures + 1, now + schedule[failures], error, has_accepted)
