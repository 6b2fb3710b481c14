"""A connection of the door: one on which no request comes is closed, so that nobody can hold all of them; and so is one
on which a request has no end of headers, so that nobody can fill the memory with them.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from starter.api.problems import MEDIA_TYPE, unreadable
from starter.api.request_ids import HEADER

HEAD_TIME_LIMIT = timedelta(seconds=10)
"""From the first byte of a request, or from the connection, until its headers are there; and for what is still sent of
a request that has been answered.
"""

HEAD_MAX_BYTES = 64 * 1024
"""Of what comes with nothing that a request can be answered by: its line and headers, and what stands behind a body."""


_NO_REQUEST = "expected a request of HTTP/1.1 with a method that is registered for it"
_HEADERS = f"Content-Type: {MEDIA_TYPE}\r\nCache-Control: no-store\r\nConnection: close\r\n"


class Connection(HttpToolsProtocol):
    """Uvicorn's, which by itself limits only how long nothing at all comes between two requests."""

    _closing: asyncio.TimerHandle | None = None
    _idle_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._limit()

    def data_received(self, data: bytes) -> None:
        """Take the next bytes, of a request or of what has been answered already."""
        self._idle_bytes += len(data)
        super().data_received(data)
        if self._idle_bytes > HEAD_MAX_BYTES and not self.transport.is_closing():
            self.send_400_response(f"expected headers of no more than {HEAD_MAX_BYTES} bytes")
        self._limit()

    def on_headers_complete(self) -> None:
        """Have the request answered."""
        self._idle_bytes = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of its body."""
        self._idle_bytes = 0
        super().on_body(body)

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the rest of the one that was answered without reading all of it."""
        super().on_response_complete()
        if self.cycle.more_body:
            self._unset_keepalive_if_required()
            self._limit()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, as any other refusal looks; uvicorn's own is plain text."""
        detail = _NO_REQUEST if msg.startswith("Invalid HTTP") else msg
        request_id = str(uuid4())
        content = unreadable(detail, request_id)
        head = f"HTTP/1.1 400 Bad Request\r\n{_HEADERS}{HEADER}: {request_id}\r\nContent-Length: {len(content)}\r\n\r\n"
        self.transport.write(head.encode() + content)
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._do_not_close()
        super().connection_lost(exc)

    def _limit(self) -> None:
        """Have the time run while no request is being answered; more bytes do not make it longer."""
        is_answering = self.cycle is not None and not self.cycle.response_complete
        if is_answering or self.timeout_keep_alive_task is not None:
            self._do_not_close()
        elif self._closing is None:
            self._closing = self.loop.call_later(HEAD_TIME_LIMIT.total_seconds(), self.transport.close)

    def _do_not_close(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None
