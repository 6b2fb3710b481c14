"""A connection of the door: one on which no request comes is closed, so that nobody can hold all of them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_TIME_LIMIT = timedelta(seconds=10)
"""From the first byte of a request, or from the connection, until its headers are there; and for what is still sent of
a request that has been answered.
"""


class Connection(H11Protocol):
    """Uvicorn's, which by itself limits only how long nothing at all comes between two requests."""

    _closing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._limit()

    def data_received(self, data: bytes) -> None:
        """Take the next bytes, of a request or of what has been answered already."""
        super().data_received(data)
        self._limit()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the rest of the one that was answered without reading all of it."""
        super().on_response_complete()
        if self.cycle.more_body:
            self._unset_keepalive_if_required()
            self._limit()

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
