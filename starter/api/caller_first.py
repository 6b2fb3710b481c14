"""Lets callers in before anything of what they send is read: who may not come in costs the door nothing more."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starter.api.door import let_in
from starter.api.problems import UnreadError
from workflows.contract.errors import AmendsError

_NOTHING_IS_SENT_BY = frozenset({"GET", "HEAD", "OPTIONS"})
"""What is received of these is only whether the reader is still there, which an open page may ask, too."""


class CallerFirst:
    """A layer; the framework reads a body before it asks what an endpoint depends on.

    Args:
        app: what is inside.
        prefix: of the paths whose endpoints take bodies from callers only.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        is_open = scope["type"] != "http" or not scope["path"].startswith(self._prefix)
        if is_open or scope["method"] in _NOTHING_IS_SENT_BY:
            await self._app(scope, receive, send)
            return

        async def let_in_and_receive() -> Message:
            try:
                await let_in(Request(scope))
            except AmendsError as refusal:
                raise UnreadError(refusal) from refusal
            return await receive()

        await self._app(scope, let_in_and_receive, send)
