"""The web server of the doors: uvicorn, which leaves signals to `infra.process`."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import uvicorn

_DISMISS_EVERY = timedelta(milliseconds=100)


class _Server(uvicorn.Server):
    """Uvicorn without its own signal handlers: `infra.process` turns signals into the cancellation of our task."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


@asynccontextmanager
async def answering(
    config: uvicorn.Config, listening: socket.socket, *, dismiss: Callable[[], None] = lambda: None
) -> AsyncIterator[None]:
    """Answer requests during the block.

    Args:
        config: says what answers, and how long what has begun may go on after the block.
        listening: the socket they come to.
        dismiss: ends the answers that have no end of their own; called until all have gone, as one may just begin.
    """
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]), name="web server")
    try:
        yield
    finally:
        server.should_exit = True
        while not serving.done():
            dismiss()
            await asyncio.wait([serving], timeout=_DISMISS_EVERY.total_seconds())
        await serving
