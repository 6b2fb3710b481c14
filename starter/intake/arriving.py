"""Takes things as they arrive: a thread reads them beside the event loop, because whoever writes them may pause, and
meanwhile what was read has to be worked on, and Ctrl-C to be heard.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")

AHEAD = 32
"""How many are read before they are asked for."""


@dataclass(frozen=True, slots=True)
class _End:
    """Nothing comes any more, perhaps because something went wrong."""

    error: Exception | None


class Arriving(Generic[Item]):
    """What an iterable yields that may take any time over it. It is read to its end by a thread that nobody waits for.

    Args:
        items: read by that thread alone.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._arrived: asyncio.Queue[Item | _End] = asyncio.Queue()
        self._room = threading.Semaphore(AHEAD)
        put = self._arrived.put_nowait
        loop = asyncio.get_running_loop()

        def tell(item: Item | _End) -> None:
            loop.call_soon_threadsafe(put, item)

        threading.Thread(target=_read, args=(items, self._room, tell), daemon=True).start()

    async def next(self) -> Item | None:
        """The next one; none after the last. Raises what the iterable raises."""
        item = await self._arrived.get()
        if not isinstance(item, _End):
            self._room.release()
            return item
        if item.error is not None:
            raise item.error
        return None


async def arrival(read: Callable[[], Item]) -> Item:
    """The one thing that `read` returns, whenever that is; it must not be None. Raises what that raises."""
    item = await Arriving(each() for each in (read,)).next()
    if item is None:
        raise ValueError("nothing arrived")
    return item


def _read(items: Iterable[Item], room: threading.Semaphore, tell: Callable[[Item | _End], None]) -> None:
    error: Exception | None = None
    try:
        for item in items:
            room.acquire()
            tell(item)
    except Exception as raised:  # noqa: BLE001 - it is raised again where the items are awaited
        error = raised
    with suppress(RuntimeError):  # the loop has ended, and with it the interest
        tell(_End(error))
