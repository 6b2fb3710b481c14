"""Watches every request pass: counts and times it for the metrics, and writes one line of the access log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starter.api.asked import PROBED_PATHS, refusal_of, shown_path
from starter.api.metrics import Metrics, Passed

_STREAM = "text/event-stream"

log = structlog.get_logger(__name__)


class Traffic:
    """A layer that lets everything through.

    Args:
        metrics: are told of each request.
        route_of: the template of the path that a request took, by its scope.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, route_of: Callable[[Scope], str | None]) -> None:
        self._app = app
        self._metrics = metrics
        self._route_of = route_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status: int | None = None
        is_stream = False

        async def send_and_see(message: Message) -> None:
            nonlocal status, is_stream
            if message["type"] == "http.response.start":
                status = message["status"]
                is_stream = Headers(raw=message["headers"]).get("Content-Type", "").startswith(_STREAM)
                if is_stream:
                    self._metrics.streams.inc()
            await send(message)

        self._metrics.in_flight.inc()
        try:
            await self._app(scope, receive, send_and_see)
        finally:
            self._metrics.in_flight.dec()
            if is_stream:
                self._metrics.streams.dec()
            lasted = timedelta(seconds=time.perf_counter() - started)
            passed = Passed(scope["method"], self._route_of(scope), status, lasted, is_stream, refusal_of(scope))
            # The last bytes of the answer leave when the loop gets to it: nobody is to wait for the log.
            asyncio.get_running_loop().call_soon(self._take_note, scope, passed)

    def _take_note(self, scope: Scope, passed: Passed) -> None:
        self._metrics.count(passed)
        _log(scope, passed)


def _log(scope: Scope, passed: Passed) -> None:
    """Without the query: what people search for is personal. Those who ask after its health are many and say little."""
    write = log.debug if scope["path"] in PROBED_PATHS else log.info
    write(
        "api.request",
        method=passed.method,
        path=shown_path(scope),
        status=passed.status,
        milliseconds=round(passed.lasted.total_seconds() * 1000, 1),
        **({"refusal": passed.refusal.value} if passed.refusal else {}),
    )
