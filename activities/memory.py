"""What a worker remembers between activities to spare queries: never more than so much, never longer than so long."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from datetime import timedelta
from typing import Generic, TypeVar

from activities.together import Together

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

FRESH_FOR = timedelta(seconds=15)
"""How long a change of staff or a published policy may take to be noticed. It saves queries for each complaint."""


class Recent(Generic[Key, Value]):
    """At most `limit` values that never change. The one that was not asked for longest is forgotten first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """The value, if it is still remembered."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def keep(self, key: Key, value: Value) -> None:
        """Remember the value."""
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._limit:
            self._values.popitem(last=False)


class Fresh(Generic[Value]):
    """One value that changes now and then, asked for anew when somebody needs it and it is older than `fresh_for`."""

    def __init__(self, ask: Callable[[], Awaitable[Value]], fresh_for: timedelta) -> None:
        self._ask = ask
        self._fresh_for = fresh_for.total_seconds()
        self._known: tuple[Value, float] | None = None
        self._asking = Together(self._renew)

    async def value(self) -> Value:
        """The value as it was at most `fresh_for` ago."""
        if self._known is not None and time.monotonic() - self._known[1] <= self._fresh_for:
            return self._known[0]
        return await self.renewed()

    async def renewed(self) -> Value:
        """The value as it is now."""
        return await self._asking.join()

    async def _renew(self, _: Sequence[object]) -> Value:
        asked_at = time.monotonic()
        value = await self._ask()
        self._known = (value, asked_at)
        return value
