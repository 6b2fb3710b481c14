"""Everything that happens to complaints, as it happens: server-sent events, resumable, to each caller what they may
see while they are told.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from datetime import timedelta
from typing import Annotated

import structlog
from fastapi import Depends, Header, Request
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from starter.access.caller import Caller, Scope
from starter.api.asked import request_id_of
from starter.api.changes import EXAMPLE, EXAMPLE_PLACE, MARK_MAX_CHARACTERS, After, Wanted, Wants, place_after
from starter.api.door import Calling, Door, TheDoor
from starter.api.problems import problem_responses
from starter.api.routers import versioned
from starter.feed import Change, Place
from workflows.contract.errors import AmendsError, ErrorCode

router = versioned("Changes")

LAST_EVENT_ID = "Last-Event-ID"

LET_IN_FOR = timedelta(seconds=10)
"""Then a stream asks again who is calling and what they may see: tokens expire, keys are revoked, people move. Silence
is broken by a comment after as long.
"""

RECONNECT_AFTER = timedelta(seconds=2)
TRY_AGAIN_AFTER = timedelta(seconds=1)

HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
"""So that no proxy keeps events back."""

log = structlog.get_logger(__name__)


class EventStream(StreamingResponse):
    """Bytes of server-sent events. FastAPI's own response is for generators, which have begun to answer with success
    before they can refuse, and puts queues between them and a reader that is slow.
    """

    media_type = "text/event-stream"


class Stream:
    """What one caller is told, for as long as they are let in."""

    def __init__(self, door: Door, request: Request, wanted: Wanted, place: Place) -> None:
        self._door = door
        self._credentials = request.headers.get("Authorization")
        self._request_id = request_id_of(request.scope)
        self._wanted = wanted
        self._place = place
        self._dismissal = door.feed.dismissal

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The stream's bytes."""
        yield format_sse_event(comment="connected", retry=int(RECONNECT_AFTER.total_seconds() * 1000))
        while not self._dismissal.is_set():
            try:
                async with aclosing(self._told()) as told:
                    async for each in told:
                        yield each
            except AmendsError as refusal:
                if refusal.code is not ErrorCode.UNREACHABLE:
                    log.info("stream.ended", request_id=self._request_id, code=refusal.code.value)
                    return
                yield KEEPALIVE_COMMENT
                await asyncio.sleep(TRY_AGAIN_AFTER.total_seconds())

    async def _let_in(self) -> Caller:
        caller = await self._door.gate.caller(self._credentials, request_id=self._request_id)
        caller.require(Scope.READ)
        return caller

    async def _told(self) -> AsyncGenerator[bytes]:
        """What comes, until it has to be asked again who is calling. What was not told by then, to a slow reader or
        because the database was slow, is read once more: it may no longer be theirs to see.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + LET_IN_FOR.total_seconds()
        caller = await self._let_in()
        conditions = self._wanted.conditions(caller, self._door.settings.see_all)
        left = timedelta(seconds=until - loop.time())
        async with aclosing(self._door.feed.listen(self._place, conditions, silence=left)) as pages:
            async for page in pages:
                if not page.changes:
                    yield KEEPALIVE_COMMENT
                for change, place in zip(page.changes, page.places, strict=True):
                    if loop.time() >= until:
                        return
                    yield _told_as(change, place.cursor)
                    self._place = place
                self._place = page.place
                if loop.time() >= until:
                    return


def _told_as(change: Change, cursor: str) -> bytes:
    """The id is the cursor: it names no complaint, and whoever has it can go on also when this one is out of sight."""
    return format_sse_event(id=cursor, event=change.type, data_str=change.model_dump_json())


async def _seated(door: TheDoor, caller: Calling) -> AsyncIterator[None]:
    with door.feed.seat(caller.actor.subject):
        yield


@router.get(
    "/events",
    dependencies=[Depends(_seated)],
    response_class=EventStream,
    summary="What happens, as it happens",
    response_description="Server-sent events, without end.",
    responses={
        200: {
            "content": {
                "text/event-stream": {
                    "schema": {"type": "string", "description": "Each `data` is a Change, as in `GET /changes`."},
                    "example": _told_as(Change.model_validate(EXAMPLE), EXAMPLE_PLACE).decode(),
                }
            }
        },
        **problem_responses(ErrorCode.REFERENCE_MISTYPED, ErrorCode.UNKNOWN_REFERENCE),
    },
)
async def stream_events(
    *,
    door: TheDoor,
    request: Request,
    caller: Calling,
    wanted: Wants,
    after: After = None,
    last_event_id: Annotated[
        str | None,
        Header(
            alias=LAST_EVENT_ID,
            max_length=MARK_MAX_CHARACTERS,
            description="The `id` that arrived last, as browsers send it; wins over `after`.",
            examples=[EXAMPLE_PLACE],
        ),
    ] = None,
) -> EventStream:
    """Server-sent events: `event` is the type, `data` the change as JSON, and `id` says where to go on. Whoever
    reconnects with the last id misses nothing and gets nothing twice. A comment comes whenever nothing else has for a
    while; the stream ends when the credentials do, or when this process does: connect again.
    """
    field = LAST_EVENT_ID if last_event_id else "after"
    place = await place_after(door, caller, last_event_id or after, field)
    return EventStream(Stream(door, request, wanted, place), headers=HEADERS)
