from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from activities.memory import Fresh, Recent
from activities.together import Together


class Press:
    """Work that takes until it is let go, and remembers what it was given."""

    def __init__(self) -> None:
        self.shared: list[list[str]] = []
        self.begun = asyncio.Event()
        self.let_go = asyncio.Event()

    async def work(self, items: Sequence[str]) -> int:
        """Answers with the number of the batch; a batch with `bad` in it fails."""
        self.shared.append(list(items))
        number = len(self.shared)
        self.begun.set()
        await self.let_go.wait()
        if "bad" in items:
            raise ValueError("bad")
        return number


async def test_who_comes_while_the_work_is_under_way_shares_the_next() -> None:
    """And nobody the one that had begun before."""
    press = Press()
    together = Together(press.work)
    first = asyncio.create_task(together.join(["a"]))
    await press.begun.wait()
    others = [asyncio.create_task(together.join([item])) for item in "bcd"]
    press.let_go.set()
    assert await asyncio.gather(first, *others) == [1, 2, 2, 2]
    assert press.shared == [["a"], ["b", "c", "d"]]
    assert await together.join(["e"]) == 3


async def test_an_error_reaches_all_who_share_it_and_nobody_else() -> None:
    """Those after them are served."""
    press = Press()
    together = Together(press.work)
    first = asyncio.create_task(together.join(["bad"]))
    second = asyncio.create_task(together.join(["also"]))
    await press.begun.wait()
    third = asyncio.create_task(together.join(["good"]))
    await asyncio.sleep(0)
    press.let_go.set()
    ends = await asyncio.gather(first, second, third, return_exceptions=True)
    assert [isinstance(end, ValueError) for end in ends] == [True, True, False]


async def test_who_gives_up_leaves_the_others_their_work() -> None:
    """Its own item is done, too: what was sent must be recorded."""
    press = Press()
    together = Together(press.work)
    leaving, staying = (asyncio.create_task(together.join([item])) for item in ("a", "b"))
    await press.begun.wait()
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    press.let_go.set()
    assert await staying == 1
    assert press.shared == [["a", "b"]]


async def test_a_value_is_asked_for_again_only_when_it_is_old_or_must_be_new() -> None:
    """Many at once ask once."""
    asked = 0

    async def ask() -> int:
        nonlocal asked
        asked += 1
        return asked

    lasting, passing = Fresh(ask, timedelta(hours=1)), Fresh(ask, timedelta(0))
    assert await asyncio.gather(*(lasting.value() for _ in range(5))) == [1] * 5
    assert await lasting.value() == 1
    assert await lasting.renewed() == 2
    assert await lasting.value() == 2
    assert [await passing.value() for _ in range(2)] == [3, 4]


def test_what_was_not_asked_for_longest_is_forgotten() -> None:
    recent = Recent[str, int](2)
    recent.keep("a", 1)
    recent.keep("b", 2)
    assert recent.get("a") == 1
    recent.keep("c", 3)
    assert [recent.get(key) for key in "abc"] == [1, None, 3]
