"""Server-sent events as a browser reads them, from the door's own socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from httpx2 import AsyncClient, Response, Timeout

from tests.support.conditions import DEADLINE

EVENTS = "/api/v1/events"


@dataclass
class Listening:
    """An open stream; `comments` are those that have come."""

    response: Response
    comments: list[str] = field(default_factory=list)
    _lines: AsyncIterator[str] | None = None

    async def next(self) -> dict[str, str]:
        """The fields of the next event."""
        async with asyncio.timeout(DEADLINE.total_seconds()):
            event = await self._event()
        assert event is not None, "the stream has ended"
        return event

    async def changes(self, count: int) -> list[dict[str, Any]]:
        """The next changes; each is of the type that the event says."""
        found = []
        for _ in range(count):
            event = await self.next()
            change = json.loads(event["data"])
            assert event["event"] == change["type"]
            assert change["reference"] not in event["id"]
            found.append(change)
        return found

    async def until(self, event_id: str) -> list[str]:
        """The ids of the next changes, to this one."""
        return list(await self.cursors_until(event_id))

    async def cursors_until(self, event_id: str) -> dict[str, str]:
        """The same, each with the cursor that it came with."""
        cursors = dict[str, str]()
        while event_id not in cursors:
            event = await self.next()
            told = event_id_of(event)
            assert told not in cursors, "it was told twice"
            cursors[told] = event["id"]
        return cursors

    async def rest(self) -> list[str]:
        """The ids of all changes until the stream ends."""
        ids = []
        async with asyncio.timeout(DEADLINE.total_seconds()):
            while event := await self._event():
                ids.append(event_id_of(event))
        return ids

    async def _event(self) -> dict[str, str] | None:
        if self._lines is None:
            self._lines = self.response.aiter_lines()
        event: dict[str, str] = {}
        async for line in self._lines:
            if not line and event.keys() - {"retry"}:
                return event
            name, _, value = line.partition(": ")
            if name:
                event[name] = value
            elif line:
                self.comments.append(value)
        return None


def event_id_of(event: dict[str, str]) -> str:
    """The id of the change that an event tells."""
    return str(json.loads(event["data"])["event_id"])


@asynccontextmanager
async def listening(api: AsyncClient, headers: dict[str, str], **parameters: Any) -> AsyncIterator[Listening]:
    """Open a stream."""
    patience = Timeout(DEADLINE.total_seconds())
    async with api.stream("GET", EVENTS, params=parameters, headers=headers, timeout=patience) as response:
        assert response.status_code == 200, await response.aread()
        yield Listening(response)
