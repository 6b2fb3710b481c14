"""Work that many ask for at the same time and that is done once for all of them: group commit, shared questions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Together(Generic[Item, Result]):
    """One piece of work at a time: who comes while it is under way is served by the next one. Nobody waits for company.

    Args:
        work: does it for the items of all who share it; what it raises reaches all of them.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Awaitable[Result]]) -> None:
        self._work = work
        self._gathered: list[Item] = []
        self._next: asyncio.Task[Result] | None = None
        self._present: asyncio.Task[Result] | None = None

    async def join(self, items: Sequence[Item] = ()) -> Result:
        """The result of work that began after this call. It is done even if the caller is cancelled."""
        self._gathered.extend(items)
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._present))
        return await asyncio.shield(self._next)

    async def _after(self, present: asyncio.Task[Result] | None) -> Result:
        if present is not None:
            await asyncio.wait([present])
        self._present, self._next = self._next, None
        items, self._gathered = self._gathered, []
        return await self._work(items)
