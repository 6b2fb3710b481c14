"""What endpoints need of the outside world, and how they ask for it: as parameters of these types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from infra.settings import Settings
from starter.access.caller import Caller
from starter.access.gate import Gate
from starter.api.asked import caller_of, remember_caller, request_id_of
from starter.api.rate_limits import RateLimits
from starter.client import AmendsClient
from starter.feed import Feed


@dataclass(frozen=True)
class Door:
    """Connections and what is built on them, one of each for a process."""

    settings: Settings
    temporal: Client
    engine: AsyncEngine
    desk: AmendsClient
    gate: Gate
    feed: Feed


def door_of(request: Request) -> Door:
    """The door that a request came to."""
    door: Door = request.app.state.door
    return door


async def _door(request: Request) -> Door:  # were it not async, each request would wait for a thread
    return door_of(request)


TheDoor = Annotated[Door, Depends(_door)]


async def recognised(request: Request) -> Caller:
    """Whoever sends the request, for endpoints that only read: commands name the request that they came by, too.

    Raises:
        AmendsError: `unauthenticated`, `too_many_requests`; `unreachable`, when it cannot be known.
    """
    scope = request.scope
    if (known := caller_of(scope)) is not None:
        return known
    door = door_of(request)
    limits: RateLimits = request.app.state.limits
    caller = await door.gate.caller(request.headers.get("Authorization"), request_id=request_id_of(scope))
    await limits.count_caller(caller)
    remember_caller(scope, caller)
    return caller


async def let_in(request: Request) -> Caller:
    """Whoever sends the request, in this request; they are asked once. Raises as `recognised`."""
    return (await recognised(request)).during(request_id_of(request.scope))


Calling = Annotated[Caller, Depends(let_in)]
"""Whoever is calling, let in. Raises as `let_in`."""
