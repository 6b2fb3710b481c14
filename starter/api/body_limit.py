"""Refuses bodies that are too large: by what they announce, else as soon as more than the limit has come."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starter.api.problems import problem_response
from workflows.contract.errors import AmendsError, ErrorCode


class BodyLimit:
    """A layer that passes on no more than so many bytes of a body.

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
        if scope["type"] != "http" or scope["path"] in self._streams:
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("Content-Length", "")
        if announced.isdecimal() and int(announced) > self._max_bytes:
            await problem_response(scope, self._refusal())(scope, receive, send)
            return
        come = 0

        async def receive_up_to_limit() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if come > self._max_bytes:
                # The framework answers any other exception that comes while it reads a body with a 400 of its own.
                raise HTTPException(self._refusal().code.http_status)
            return message

        await self._app(scope, receive_up_to_limit, send)

    def _refusal(self) -> AmendsError:
        return AmendsError(ErrorCode.TOO_LARGE, f"the body must not have more than {self._max_bytes} bytes")
