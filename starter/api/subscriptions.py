"""Webhooks over HTTP: subscriptions, their secrets, their dead letters, and sending things again."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Body, Depends, Path, Query
from pydantic import BeforeValidator

from infra.webhooks.secrets import OVERLAP
from starter.access.caller import Scope
from starter.api.changes import After, place_after
from starter.api.door import Calling, TheDoor
from starter.api.problems import problem_responses
from starter.api.routers import versioned
from starter.webhooks.dead_letters import EVENT_ID_PATTERN, DeadLetters
from starter.webhooks.models import (
    DeadLetter,
    NewSubscription,
    Ping,
    Subscription,
    SubscriptionChange,
    WithSecret,
)
from starter.webhooks.subscriptions import SUBSCRIPTION_PATTERN, Subscriptions
from workflows.contract.base import Model
from workflows.contract.errors import ErrorCode

router = versioned("Webhooks", prefix="/subscriptions")

LIMIT_MAX = 200
LIMIT_DEFAULT = 50

EXAMPLE: dict[str, Any] = {
    "subscription": "sub_5f0c1e9a77b3d240",
    "owner": "shop",
    "url": "https://hooks.example.org/amends",
    "event_types": ["filed", "closed"],
    "description": "the shop's order service",
    "state": "active",
    "created_at": "2026-03-02T09:00:00Z",
    "accepted_at": "2026-03-02T09:12:31Z",
    "held_until": None,
    "last_error": None,
    "lapses_at": "2026-04-01T00:00:00Z",
    "old_until": None,
    "waiting": 0,
    "dead": 0,
}
_SECRET = {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=", "about": EXAMPLE}
_DEAD = {
    "subscription": "sub_5f0c1e9a77b3d240",
    "event_id": "7K2M-9QXD-4TBC:4",
    "reference": "7K2M-9QXD-4TBC",
    "sequence": 4,
    "type": "noted",
    "attempts": 10,
    "status": 500,
    "last_error": "answered 500",
    "died_at": "2026-03-05T13:12:00Z",
}

Name = Annotated[str, Path(pattern=SUBSCRIPTION_PATTERN, description="Its id.", examples=[EXAMPLE["subscription"]])]


async def _theirs(door: TheDoor, caller: Calling) -> Subscriptions:
    caller.require(Scope.SUBSCRIBE)
    subscriptions = Subscriptions(door.engine, door.temporal, door.settings, caller)
    await subscriptions.confirm(caller)
    return subscriptions


async def _letters(door: TheDoor, subscriptions: Annotated[Subscriptions, Depends(_theirs)]) -> DeadLetters:
    return DeadLetters(door.engine, subscriptions)


Theirs = Annotated[Subscriptions, Depends(_theirs)]
"""The caller's own. Raises AmendsError `not_permitted`."""

Letters = Annotated[DeadLetters, Depends(_letters)]


class ListedSubscriptions(Model):
    """All subscriptions of the caller, the first made first."""

    items: list[Subscription]


class ListedDeadLetters(Model):
    """A page of dead letters, those that died first coming first."""

    items: list[DeadLetter]
    next: str | None


def _written_out(value: Any) -> Any:
    """Of numbers nobody knows whether they are seconds or hours, and `false` would end the old secret at once."""
    if isinstance(value, int | float):
        raise ValueError("must be a duration such as PT24H")  # noqa: TRY004 - pydantic takes this for a fault of the input
    return value


class Rotation(Model):
    """How long the secret before signs, too."""

    overlap: Annotated[timedelta, BeforeValidator(_written_out), Body(examples=["PT24H"])] = OVERLAP


class Replayed(Model):
    """How many events are sent again."""

    events: int


def _shown(example: Any, status: int = 200, *codes: ErrorCode) -> dict[int | str, dict[str, Any]]:
    return {
        status: {"content": {"application/json": {"example": example}}},
        **problem_responses(*codes),
    }


@router.post("", status_code=201, summary="Subscribe", responses=_shown(_SECRET, 201, ErrorCode.TOO_MANY))
async def create_subscription(
    subscriptions: Theirs,
    caller: Calling,
    wanted: Annotated[
        NewSubscription,
        Body(
            openapi_examples={
                "subscribe": {"value": {"url": EXAMPLE["url"], "event_types": ["filed", "closed"]}},
            }
        ),
    ],
) -> WithSecret:
    """Have every event of the complaints that the caller may see when it happens sent to an endpoint, from now on: at
    least once, those of one complaint in order, signed as Standard Webhooks says, with the event's id as `webhook-id`.
    The secret is shown this once.

    What is not accepted with a status of 200 to 299 within ten seconds is tried again, and holds up its own complaint
    alone; after the last try it is a dead letter. `410` ends the subscription, `429` and `503` with `Retry-After` hold
    it up. Redirects are not followed.
    """
    return await subscriptions.create(caller, wanted)


@router.get("", summary="List subscriptions", responses=_shown({"items": [EXAMPLE]}))
async def list_subscriptions(subscriptions: Theirs) -> ListedSubscriptions:
    """The caller's own, with how they stand."""
    return ListedSubscriptions(items=await subscriptions.listed())


@router.get(
    "/{subscription}", summary="Read a subscription", responses=_shown(EXAMPLE, 200, ErrorCode.UNKNOWN_SUBSCRIPTION)
)
async def read_subscription(subscriptions: Theirs, subscription: Name) -> Subscription:
    """How it stands: what waits, what died, and why."""
    return await subscriptions.one(subscription)


@router.patch(
    "/{subscription}", summary="Change a subscription", responses=_shown(EXAMPLE, 200, ErrorCode.UNKNOWN_SUBSCRIPTION)
)
async def change_subscription(
    subscriptions: Theirs,
    subscription: Name,
    change: Annotated[
        SubscriptionChange, Body(openapi_examples={"only what is closed": {"value": {"event_types": ["closed"]}}})
    ],
) -> Subscription:
    """Change where events go, or which. What is left out stays; what waits goes to the new address."""
    return await subscriptions.change(subscription, change)


@router.delete(
    "/{subscription}",
    status_code=204,
    summary="Remove a subscription",
    responses=problem_responses(ErrorCode.UNKNOWN_SUBSCRIPTION),
)
async def remove_subscription(subscriptions: Theirs, subscription: Name) -> None:
    """Send nothing more, and forget what waits and what died."""
    await subscriptions.remove(subscription)


@router.post(
    "/{subscription}/pause",
    summary="Pause a subscription",
    responses=_shown(EXAMPLE | {"state": "paused"}, 200, ErrorCode.UNKNOWN_SUBSCRIPTION),
)
async def pause_subscription(subscriptions: Theirs, subscription: Name) -> Subscription:
    """Send nothing until it is resumed; what happens meanwhile is sent then."""
    return await subscriptions.pause(subscription)


@router.post(
    "/{subscription}/resume",
    summary="Resume a subscription",
    responses=_shown(EXAMPLE, 200, ErrorCode.UNKNOWN_SUBSCRIPTION),
)
async def resume_subscription(subscriptions: Theirs, subscription: Name) -> Subscription:
    """Send again, at once: what was paused, what had failed, and what said 410."""
    return await subscriptions.resume(subscription)


@router.post(
    "/{subscription}/rotate",
    summary="Get a new secret",
    responses=_shown(_SECRET, 200, ErrorCode.UNKNOWN_SUBSCRIPTION),
)
async def rotate_secret(
    subscriptions: Theirs,
    subscription: Name,
    rotation: Annotated[Rotation | None, Body(openapi_examples={"one day": {"value": {"overlap": "PT24H"}}})] = None,
) -> WithSecret:
    """A new secret, shown this once. For a while (a day, seven at the most) requests carry the signatures of both."""
    return await subscriptions.rotate(subscription, rotation.overlap if rotation else OVERLAP)


@router.post(
    "/{subscription}/ping",
    summary="Send a test event",
    responses=_shown({"meaning": "accepted", "status": 204, "said": ""}, 200, ErrorCode.UNKNOWN_SUBSCRIPTION),
)
async def ping_subscription(subscriptions: Theirs, subscription: Name) -> Ping:
    """Send an `amends.ping` now, once, and say how it fared."""
    return await subscriptions.ping(subscription)


@router.post(
    "/{subscription}/replay",
    summary="Send again from a place",
    responses=_shown(EXAMPLE, 200, ErrorCode.UNKNOWN_SUBSCRIPTION),
)
async def replay_subscription(
    door: TheDoor, caller: Calling, letters: Letters, subscription: Name, after: After = None
) -> Subscription:
    """Send everything after an event again that the caller may see by then, with the ids it had: `start` for all there
    is. Without `after`, what is still to be read is left out.
    """
    return await letters.replay_from(subscription, await place_after(door, caller, after))


@router.get(
    "/{subscription}/dead-letters",
    summary="List dead letters",
    responses=_shown({"items": [_DEAD], "next": None}, 200, ErrorCode.UNKNOWN_SUBSCRIPTION),
)
async def list_dead_letters(
    letters: Letters,
    subscription: Name,
    cursor: Annotated[str | None, Query(max_length=500, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
) -> ListedDeadLetters:
    """Events that were not accepted in any try. They stay until they are sent again or the subscription is removed."""
    items, following = await letters.listed(subscription, limit, cursor)
    return ListedDeadLetters(items=items, next=following)


@router.post(
    "/{subscription}/dead-letters/replay",
    summary="Send dead letters again",
    responses=_shown({"events": 3}, 200, ErrorCode.UNKNOWN_SUBSCRIPTION),
)
async def replay_dead_letters(
    letters: Letters,
    subscription: Name,
    event_id: Annotated[
        str | None, Query(pattern=EVENT_ID_PATTERN, description="Only this one.", examples=["7K2M-9QXD-4TBC:4"])
    ] = None,
) -> Replayed:
    """Try one of them, or all, as if they had just happened."""
    return Replayed(events=await letters.replay(subscription, event_id))
