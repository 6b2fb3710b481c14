"""An answer that is written while the request is still being read, whether or not its sender listens meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from tempfile import SpooledTemporaryFile

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from starter.api.asked import shown_path
from starter.api.problems import UnreadError

log = structlog.get_logger(__name__)

Work = Callable[[AsyncIterator[bytes], Callable[[bytes], None]], Awaitable[None]]
"""Reads the chunks of a request, and gives parts of the answer as they come."""


class Duplex(Response):
    """Answers with what `work` makes of the request's body.

    Many clients send all of a body before they read anything of the answer. Were it written no faster than they read,
    both ends would wait for each other for ever; so what nobody reads yet is kept, see `Backlog`.
    """

    def __init__(self, work: Work, media_type: str) -> None:
        super().__init__(media_type=media_type)
        del self.headers["content-length"]
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        chunks = Request(scope, receive).stream()
        # Whoever asks for leave to send a long body gets it by the first look at the body, so that comes first.
        first = await anext(chunks)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        backlog = Backlog()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._write(backlog, send))
                await self._work(_after(first, chunks), backlog.add)
                backlog.end()
        except* ClientDisconnect:
            log.info("api.client_gone", method=scope["method"], path=shown_path(scope))
        finally:
            backlog.close()

    async def _write(self, backlog: Backlog, send: Send) -> None:
        async for part in backlog.parts():
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class Backlog:
    """What has been answered and not been read yet: a little in memory, more on disk."""

    IN_MEMORY_MAX_BYTES = 256 * 1024
    PART_MAX_BYTES = 64 * 1024

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=self.IN_MEMORY_MAX_BYTES)  # noqa: SIM115 - `close` does
        self._written = self._read = 0
        self._ended = False
        self._news = asyncio.Event()

    def add(self, content: bytes) -> None:
        """Keep it until it is read. Never waits."""
        self._file.seek(self._written)
        self._file.write(content)
        self._written += len(content)
        self._news.set()

    def end(self) -> None:
        """Nothing more will come."""
        self._ended = True
        self._news.set()

    def close(self) -> None:
        """Let go of what nobody has read."""
        self._file.close()

    async def parts(self) -> AsyncIterator[bytes]:
        """All of it, as it comes."""
        while True:
            if self._read < self._written:
                yield self._next()
            elif self._ended:
                return
            else:
                self._news.clear()
                await self._news.wait()

    def _next(self) -> bytes:
        self._file.seek(self._read)
        part = self._file.read(self.PART_MAX_BYTES)
        self._read += len(part)
        if self._read == self._written:  # all is read: begin anew, so that a listener costs no space
            self._written = self._read = 0
            self._file.seek(0)
            self._file.truncate()
        return part


async def _after(first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Raises AmendsError, when the rest is refused."""
    yield first
    try:
        async for chunk in chunks:
            yield chunk
    except UnreadError as error:
        raise error.refusal from error
