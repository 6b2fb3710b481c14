"""Waiting for something that happens in other processes, instead of sleeping and hoping."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

Found = TypeVar("Found")

DEADLINE = timedelta(seconds=30)
"""For what only has to be done."""

PATIENCE = timedelta(seconds=100)
"""Several times what a crash costs: a dead worker is noticed after 15 s, its cache after 10 s."""

_LOOK_EVERY = timedelta(milliseconds=50)


async def until(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    """Return once `condition` holds; fail with `what` after `DEADLINE`."""
    await eventually(condition, what, within=DEADLINE)


async def eventually(look: Callable[[], Awaitable[Found | None]], what: str, *, within: timedelta = PATIENCE) -> Found:
    """What `look` finds, once it finds something; fails with `what` after the deadline."""
    try:
        async with asyncio.timeout(within.total_seconds()):
            while not (found := await look()):  # noqa: ASYNC110 - what is waited for lies in other processes
                await asyncio.sleep(_LOOK_EVERY.total_seconds())
    except TimeoutError:
        raise AssertionError(f"not within {within.total_seconds():.0f} s: {what}") from None
    return found
