"""Tells open pages what has just happened to complaints: one listener on the feed for all of a process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import timedelta
from typing import TypeAlias

import structlog

from starter.feed import Change, Feed
from workflows.contract.errors import AmendsError

Told: TypeAlias = Callable[[Sequence[Change]], None]
"""Is told some changes, in their order. It returns at once, and does not raise."""

TRY_AGAIN_AFTER = timedelta(seconds=1)

log = structlog.get_logger(__name__)


class News:
    """Everything new, to whoever subscribed. What a page may show of it, it has to ask for itself."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._subscribers: dict[Told, str | None] = {}

    @property
    def subscribers(self) -> int:
        """How many are told."""
        return len(self._subscribers)

    def subscribe(self, told: Told, *, reference: str | None = None) -> Callable[[], None]:
        """Be told of changes from now on, with a reference those of this complaint alone; call the answer to end it."""
        self._subscribers[told] = reference
        return lambda: self.cancel(told)

    def cancel(self, told: Told) -> None:
        """Be told no more."""
        self._subscribers.pop(told, None)

    @asynccontextmanager
    async def telling(self) -> AsyncIterator[None]:
        """Tell subscribers during the block."""
        task = asyncio.create_task(self._tell(), name="news")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _tell(self) -> None:
        place = failed_at = None
        while True:
            try:
                if place is None:
                    place = await self._feed.now()
                async with aclosing(self._feed.listen(place)) as pages:
                    async for page in pages:
                        if page.changes:
                            self._pass_on(page.changes)
                        place = page.place
            except AmendsError as error:
                # Its place is not one of this database any more, or cannot be known yet: begin where it is now.
                log.warning("news.interrupted", code=error.code.value)
                place = None
            except Exception:  # after one fault, no page would hear of anything until the process ends
                log.exception("news.failed")
                # Once more from there, so that nothing is missed, unless it is what stands there that cannot be told.
                place, failed_at = (None if place == failed_at else place), place
            await asyncio.sleep(TRY_AGAIN_AFTER.total_seconds())

    def _pass_on(self, changes: Sequence[Change]) -> None:
        for told, reference in list(self._subscribers.items()):
            wanted = [change for change in changes if reference in (None, change.reference)]
            if wanted:
                told(wanted)
