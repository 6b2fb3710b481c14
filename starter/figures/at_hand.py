"""Figures that many look at are counted once: whoever asks for the same a moment later gets the same answer."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncEngine

from starter.figures.asked import Asked
from starter.figures.measuring import Figures, measure

KEPT_FOR = timedelta(seconds=15)

KEPT_TIMES = 5
"""Figures that took long are kept for so many times as long: then counting them is at most a sixth of all work."""

MOST = 200
"""Answers that are kept."""

AT_ONCE = 2
"""Counted at the same time; they leave the database's other sessions to those who work."""

Measure = Callable[[Asked], Awaitable[Figures]]


@dataclass(frozen=True)
class _Counting:
    """An answer that is there or on its way; `until` is when it is too old, once that is known."""

    task: asyncio.Task[Figures]
    until: list[float]


class FiguresAtHand:
    """Asks for each figure once at a time.

    Args:
        measure: counts.
        clock: seconds that only go forward.
        wait: lets so many of them pass.
    """

    def __init__(
        self,
        measure: Measure,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._measure = measure
        self._clock = clock
        self._wait = wait
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._known: OrderedDict[Asked, _Counting] = OrderedDict()

    async def of(self, asked: Asked) -> Figures:
        """The figures, a moment old at most. Who stops waiting for them leaves them to the others.

        Raises:
            AmendsError: `unreachable`, `setup`; the next one who asks tries again.
        """
        key = asked.same_for_all()
        known = self._known.get(key)
        if known is None or self._is_stale(known):
            until: list[float] = []
            known = _Counting(asyncio.create_task(self._count(key, until), name="figures"), until)
            self._keep(key, known)
        return await asyncio.shield(known.task)

    async def counted_after(self, asked: Asked, moment: datetime) -> Figures:
        """The figures as they were at this moment or later: those that are kept are waited out. Raises as above."""
        while (figures := await self.of(asked)).as_of < moment:
            await self._wait(self._left(asked.same_for_all()))
        return figures

    def _left(self, key: Asked) -> float:
        """For how many seconds what is kept is good."""
        known = self._known.get(key)
        return max(known.until[0] - self._clock(), 0) if known and known.until else 0

    def _is_stale(self, known: _Counting) -> bool:
        if not known.task.done():
            return False
        is_lost = known.task.cancelled() or known.task.exception() is not None
        return is_lost or self._clock() >= known.until[0]

    async def _count(self, key: Asked, until: list[float]) -> Figures:
        async with self._turns:
            began = self._clock()
            figures = await self._measure(key)
            ended = self._clock()
        until.append(ended + max(KEPT_FOR.total_seconds(), KEPT_TIMES * (ended - began)))
        return figures

    def _keep(self, key: Asked, counting: _Counting) -> None:
        self._known.pop(key, None)
        self._known[key] = counting
        if len(self._known) > MOST:
            self._known.popitem(last=False)


@lru_cache
def figures_at_hand(engine: AsyncEngine) -> FiguresAtHand:
    """Those of a process, by its connections."""
    return FiguresAtHand(lambda asked: measure(engine, asked, datetime.now(UTC)))
