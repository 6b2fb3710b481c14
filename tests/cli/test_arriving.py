"""Things that are read beside the event loop, whenever they arrive."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from starter.intake.arriving import AHEAD, Arriving, arrival
from tests.support.conditions import until


async def test_they_come_in_order_to_their_end() -> None:
    arriving = Arriving(range(3 * AHEAD))
    came = [item async for item in _all(arriving)]
    assert came == list(range(3 * AHEAD))


async def test_what_goes_wrong_is_raised_after_what_came_before() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise OSError("the disk is gone")

    arriving = Arriving(failing())
    assert await arriving.next() == 1
    with pytest.raises(OSError, match="the disk is gone"):
        await arriving.next()


async def test_no_more_is_read_than_some_ahead() -> None:
    read: list[int] = []

    def noted() -> Iterator[int]:
        for number in range(100_000):
            read.append(number)
            yield number

    arriving = Arriving(noted())
    for _ in range(100):
        await arriving.next()

    async def is_ahead() -> bool:
        return len(read) > 100 + AHEAD

    await until(is_ahead, "it is read ahead")
    assert len(read) == 100 + AHEAD + 1


async def test_while_nothing_comes_waiting_can_be_given_up() -> None:
    """As by Ctrl-C, before the first line of a pipe."""
    has_begun, may_end = threading.Event(), threading.Event()

    def slow() -> str:
        has_begun.set()
        may_end.wait()
        return "too late"

    waiting = asyncio.create_task(arrival(slow))
    assert await asyncio.to_thread(has_begun.wait, 30)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    may_end.set()


async def test_one_thing_is_what_is_returned_or_raised() -> None:
    assert await arrival(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        await arrival(lambda: 1 // 0)


async def _all(arriving: Arriving[int]) -> AsyncIterator[int]:
    while (item := await arriving.next()) is not None:
        yield item
