"""Gives every request an id, that of its sender if it is usable: it is in the answer, in the logs and in commands."""

from __future__ import annotations

import re
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from starter.api.asked import remember_request_id

HEADER = "X-Request-ID"

_RAW_HEADER = HEADER.lower().encode()
_USABLE = re.compile(r"[\x21-\x7e]{1,100}")
"""Printable and without spaces, so that it stands in a log line; no longer than a name in the contract."""


class RequestIds:
    """The outermost layer of the door: whatever is answered inside it carries the request's id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _given(Headers(scope=scope)) or str(uuid4())
        remember_request_id(scope, request_id)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (_RAW_HEADER, request_id.encode())]
            await send(message)

        bind_contextvars(request_id=request_id)  # for this request alone: it is a task, with a context of its own
        await self._app(scope, receive, send_with_id)


def _given(headers: Headers) -> str | None:
    """What the sender calls the request, if that may be repeated in an answer and a log."""
    given = headers.get(HEADER, "")
    return given if _USABLE.fullmatch(given) else None
