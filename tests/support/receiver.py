"""A subscriber's endpoint on a real port, which behaves as tests tell it to, and remembers all that came."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra import web_server
from infra.devstack.ports import HOST
from tests.support.conditions import eventually


@dataclass(frozen=True)
class Arrival:
    """A request as it came."""

    event_id: str
    headers: dict[str, str]
    content: bytes
    payload: dict[str, Any]

    @property
    def reference(self) -> str:
        """Of the complaint that it is about."""
        return self.event_id.rpartition(":")[0]

    @property
    def sequence(self) -> int:
        """Its place in that complaint's journal."""
        return int(self.event_id.rpartition(":")[2])


Behaviour = Callable[[Arrival], Awaitable[Response | None]]
"""Answers, or says None: then the next behaviour is asked, and in the end all is well."""


@dataclass
class Receiver:
    """The endpoint.

    Attributes:
        arrivals: every request that came, repeats among them.
        accepted: those that were answered with 200.
        behave: how to answer.
    """

    port: int
    arrivals: list[Arrival] = field(default_factory=list)
    accepted: list[Arrival] = field(default_factory=list)
    peers: set[Any] = field(default_factory=set)
    planned: deque[Behaviour] = field(default_factory=deque)
    behave: Behaviour | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}/hook"

    def plan(self, *behaviours: Behaviour) -> None:
        """Answer the next requests like this, one each."""
        self.planned.extend(behaviours)

    def ids(self, reference: str | None = None) -> list[str]:
        """The ids of those, in the order of their first arrival."""
        first: dict[str, None] = {}
        for arrival in self.accepted:
            if reference in (None, arrival.reference):
                first.setdefault(arrival.event_id)
        return list(first)

    async def until_accepted(self, *event_ids: str) -> None:
        """Wait until these have been accepted."""
        await eventually(lambda: self._has(event_ids), f"{event_ids} have arrived; {self.ids()} have")

    async def until_called(self, times: int) -> None:
        """Wait until so many requests have come."""
        await eventually(lambda: self._was_called(times), f"{times} requests have come")

    async def _has(self, event_ids: tuple[str, ...]) -> bool:
        return set(event_ids) <= {arrival.event_id for arrival in self.accepted}

    async def _was_called(self, times: int) -> bool:
        return len(self.arrivals) >= times

    async def answer(self, request: Request) -> Response:
        """Take a request."""
        content = await request.body()
        self.peers.add(request.scope["client"])
        arrival = Arrival(request.headers["webhook-id"], dict(request.headers), content, await request.json())
        self.arrivals.append(arrival)
        for behaviour in (self.planned.popleft() if self.planned else None, self.behave):
            response = await behaviour(arrival) if behaviour else None
            if response is not None:
                return response
        self.accepted.append(arrival)
        return Response(status_code=200)


def answering(status: int, headers: Mapping[str, str] | None = None) -> Behaviour:
    """With a status."""

    async def answer(_: Arrival) -> Response:
        return Response("<p>what the endpoint writes is nobody's business</p>", status, headers=dict(headers or {}))

    return answer


def only(event: Callable[[Arrival], bool], behaviour: Behaviour) -> Behaviour:
    """Like that for some events, well for all others."""

    async def answer(arrival: Arrival) -> Response | None:
        return await behaviour(arrival) if event(arrival) else None

    return answer


@asynccontextmanager
async def receiving(port: int = 0, receiver: Receiver | None = None) -> AsyncIterator[Receiver]:
    """An endpoint during the block; with a port, the same one again."""
    listening = socket.create_server((HOST, port))
    found = receiver or Receiver(listening.getsockname()[1])
    app = Starlette(routes=[Route("/hook", found.answer, methods=["POST"])])
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    async with web_server.answering(config, listening):
        yield found


def verified(arrival: Arrival, secret: str) -> dict[str, Any]:
    """The payload, if the signature is good by the library of Standard Webhooks; raises what that raises."""
    payload: dict[str, Any] = Webhook(secret).verify(arrival.content, arrival.headers)
    return payload
