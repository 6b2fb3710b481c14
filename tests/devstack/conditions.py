"""Waiting for something to become true, instead of sleeping and hoping."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

DEADLINE = timedelta(seconds=30)
_LOOK_EVERY = timedelta(milliseconds=50)


async def until(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    """Return once `condition` holds; fail with `what` after the deadline."""
    try:
        async with asyncio.timeout(DEADLINE.total_seconds()):
            while not await condition():  # noqa: ASYNC110 - what is waited for lies in other processes
                await asyncio.sleep(_LOOK_EVERY.total_seconds())
    except TimeoutError:
        raise AssertionError(f"not within {DEADLINE.total_seconds():.0f} s: {what}") from None
