"""Refuses bodies that are too large: by what they announce, else as soon as too much has come; and those that do not
come at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import timedelta

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starter.api.problems import UnreadError, problem_response
from starter.crowding import refuse_crowd
from workflows.contract.errors import AmendsError, ErrorCode

SILENCE_MAX = timedelta(seconds=10)
"""Without a byte of a body, from when its endpoint waits for it."""

STREAM_SILENCE_MAX = timedelta(minutes=5)
"""The same for endpoints that take a body part by part, as long as their senders have some."""


class BodyLimit:
    """A layer that passes on no more than so many bytes of a body, and does not wait for them for ever.

    Args:
        app: what is inside.
        max_bytes: of a body.
        streams: the paths of endpoints that hold no more than a part of a body at a time, and have limits of their own.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, streams: Collection[str] = ()) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] in self._streams:
            await self._app(scope, _in_time(receive, STREAM_SILENCE_MAX), send)
        elif _announced_bytes(scope) > self._max_bytes:
            await problem_response(scope, self._refusal())(scope, receive, send)
        else:
            await self._app(scope, self._up_to_limit(_in_time(receive, SILENCE_MAX)), send)

    def _up_to_limit(self, receive: Receive) -> Receive:
        come = bytearray()

        async def receive_up_to_limit() -> Message:
            message = await receive()
            come.extend(message.get("body", b""))
            if len(come) > self._max_bytes:
                raise UnreadError(self._refusal())
            if come and not message.get("more_body", False):
                _refuse_crowd(come)
            return message

        return receive_up_to_limit

    def _refusal(self) -> AmendsError:
        return AmendsError(ErrorCode.TOO_LARGE, f"the body must not have more than {self._max_bytes} bytes")


def _refuse_crowd(come: bytearray) -> None:
    """The body is whole; what is asked for after it is no part of it."""
    try:
        refuse_crowd(bytes(come))
    except AmendsError as refusal:
        raise UnreadError(refusal) from None
    come.clear()


def _in_time(receive: Receive, silence_max: timedelta) -> Receive:
    is_whole = False

    async def receive_in_time() -> Message:
        nonlocal is_whole
        if is_whole:  # what is waited for now is that the sender goes away
            return await receive()
        try:
            async with asyncio.timeout(silence_max.total_seconds()):
                message = await receive()
        except TimeoutError:
            seconds = silence_max.total_seconds()
            silence = AmendsError(ErrorCode.TOO_SLOW, f"nothing came of the rest of the body for {seconds:.0f} s")
            raise UnreadError(silence) from None
        is_whole = not message.get("more_body", False)
        return message

    return receive_in_time


def _announced_bytes(scope: Scope) -> int:
    announced = Headers(scope=scope).get("Content-Length", "")
    return int(announced) if announced.isdecimal() else 0
