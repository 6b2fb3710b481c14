"""Sends a round's events: complaints side by side, those of one in order, each once the one before was accepted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from activities.webhooks.judging import Dealt
from activities.webhooks.work import Event, Lane
from infra.webhooks.sender import Attempt, Meaning

COMPLAINTS_AT_ONCE = 8
"""Requests to one endpoint at the same time."""

_ENDS_ALL = frozenset({Meaning.AWAY, Meaning.GONE})


async def send_lanes(
    lanes: Sequence[Lane], send: Callable[[Event], Awaitable[Attempt]], is_stopping: Callable[[], bool]
) -> list[Dealt]:
    """How the attempts went, lane by lane. What comes behind an event that was not accepted is not tried; nothing more
    is, once the endpoint is away, or the worker stops.
    """
    slots = asyncio.Semaphore(COMPLAINTS_AT_ONCE)
    has_ended = False

    async def walk(lane: Lane) -> list[Dealt]:
        nonlocal has_ended
        dealt: list[Dealt] = []
        is_open = True
        async with slots:
            for event in lane:
                if not event.is_seen:
                    dealt.append(Dealt(event, None))
                    continue
                attempt = await send(event) if is_open and not has_ended and not is_stopping() else None
                is_open = attempt is not None and attempt.meaning is Meaning.ACCEPTED
                has_ended |= attempt is not None and attempt.meaning in _ENDS_ALL
                dealt.append(Dealt(event, attempt))
        return dealt

    return [dealt for walked in await asyncio.gather(*map(walk, lanes)) for dealt in walked]
