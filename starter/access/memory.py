"""What a process remembers for a moment of keys, tokens and people, so that not every request asks for the same."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import timedelta
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

REMEMBERED_FOR = timedelta(seconds=2)
"""For so long a key that was revoked or a token that has expired still opens, and whoever has left still comes in."""

MOST = 4096


class Memory(Generic[Key, Value]):
    """Values by key, each for a moment from when it was learned, however often it is asked for."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[Key, tuple[float, Value]] = OrderedDict()

    def recall(self, key: Key) -> Value | None:
        """The value, if it was learned a moment ago."""
        known = self._known.get(key)
        if known is None:
            return None
        learned_at, value = known
        return value if self._clock() - learned_at < REMEMBERED_FOR.total_seconds() else None

    def learn(self, key: Key, value: Value) -> None:
        """Remember a value from now on; what was learned first is forgotten first."""
        self._known.pop(key, None)
        self._known[key] = (self._clock(), value)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
