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
from starter.api.asked import request_id_of
from starter.api.rate_limits import RateLimits, client_address
from starter.client import AmendsClient
from starter.feed import Feed
from workflows.contract.errors import AmendsError, ErrorCode


@dataclass(frozen=True)
class Door:
    """Connections and what is built on them, one of each for a process."""

    settings: Settings
    temporal: Client
    engine: AsyncEngine
    desk: AmendsClient
    gate: Gate
    feed: Feed


async def _door(request: Request) -> Door:  # were it not async, each request would wait for a thread
    door: Door = request.app.state.door
    return door


TheDoor = Annotated[Door, Depends(_door)]


async def _calling(request: Request, door: TheDoor) -> Caller:
    limits: RateLimits = request.app.state.limits
    credentials = request.headers.get("Authorization")
    try:
        caller = await door.gate.caller(credentials, request_id=request_id_of(request.scope))
    except AmendsError as refusal:
        # Whoever shows good credentials is never held up by somebody else at the same address.
        if refusal.code is ErrorCode.UNAUTHENTICATED and credentials is not None:
            await limits.count_anonymous(client_address(request.scope))
        raise
    await limits.count_caller(caller)
    request.state.caller = caller
    return caller


Calling = Annotated[Caller, Depends(_calling)]
"""Whoever is calling, let in. Raises AmendsError `unauthenticated`, `too_many_requests`."""
