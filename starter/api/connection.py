"""A connection of the door: uvicorn's, which reads quickly, with the limits and the order that it lacks by itself.

One on which no request comes is closed, so that nobody can hold all of them. An offer to speak another protocol is let
be, as RFC 9110 (7.8) has it. Requests sent ahead of an answer are not taken, as RFC 9112 (9.3.2) allows: the connection
ends with that answer, and who sent them sends them again.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_TIME_LIMIT = timedelta(seconds=10)
"""From the first byte of a request, or from the connection, until its headers are there; and for what is still sent of
a request that has been answered.
"""

HEAD_MAX_BYTES = 64 * 1024
"""Of a request line and headers, and of what is no part of a body between its chunks and after it. What comes at once
is looked at all the same.
"""

HELD_BACK_BYTES = 512
"""So much of an answer waits for the rest of it: a head leaves with its body. More leaves at once; by itself uvloop
would wait until all that the request leads to has been done.
"""

_NO_REQUEST = "Invalid HTTP request received."


class Connection(HttpToolsProtocol):
    """Its parser calls the methods whose names begin with `on`."""

    _closing: asyncio.TimerHandle | None = None
    _pending_bytes = 0
    """What has come since a head was whole or a part of a body came."""

    _has_brought = False
    """The bytes that are being read have made a head whole, or were part of a body."""

    _is_in_head = False
    """What comes are headers, not trailers."""

    _is_ahead = False
    """A request has come before the one before it was answered."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin to wait for a request."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=HELD_BACK_BYTES)
        self._limit()

    def data_received(self, data: bytes) -> None:
        """Take the next bytes, of a request or of what has been answered already."""
        if self._is_ahead:
            return
        self._unset_keepalive_if_required()
        self._has_brought = False
        try:
            self._read(data)
        except HttpParserError:
            self._refuse()
        else:
            self._pending_bytes = 0 if self._has_brought else self._pending_bytes + len(data)
            if self._pending_bytes > HEAD_MAX_BYTES:
                self._refuse()
        self._limit()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._do_not_close()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin a request, unless one is being answered."""
        super().on_message_begin()
        self._is_in_head = True
        if self.cycle is not None and not self.cycle.response_complete:
            self._is_ahead = True
            self.cycle.keep_alive = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header. A trailer is none, and may come when those have been acted upon (RFC 9110, 6.5.1)."""
        if self._is_in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Answer the request, unless its head will be read once more."""
        self._is_in_head = False
        self._has_brought = True
        if self._is_ahead or self.parser.should_upgrade():
            return
        if self.parser.get_http_version() == "1.1" and sum(name == b"host" for name, _ in self.headers) != 1:
            raise ValueError("RFC 9112 (3.2) wants one header Host")
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self._has_brought = True
        if not self._is_ahead:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if not self._is_ahead and not self.parser.should_upgrade():
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the rest of the one that was answered without reading all of it."""
        super().on_response_complete()
        if self.cycle.more_body:
            self._unset_keepalive_if_required()
            self._limit()

    def _read(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except HttpParserUpgrade as offer:
            if self._is_ahead:
                return
            if self.parser.get_method() == b"CONNECT":
                raise HttpParserError("the door is no proxy") from None
            # The parser thinks that what follows the head is of that other protocol: it is the body, if there is one.
            head_bytes: int = offer.args[0]
            head = self._head_without_offer()
            self.parser = HttpRequestParser(self)
            self._read(head + data[head_bytes:])

    def _head_without_offer(self) -> bytes:
        version = self.parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, version)]
        lines += [b"%b: %b" % header for header in self.headers if header[0] != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    def _refuse(self) -> None:
        """What has come is no request; an answer that has begun is not followed by another."""
        self.logger.warning(_NO_REQUEST)
        if self._is_ahead:
            return
        if self.cycle is not None and self.cycle.more_body and self.cycle.response_started:
            self.transport.close()
        else:
            self.send_400_response(_NO_REQUEST)

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
