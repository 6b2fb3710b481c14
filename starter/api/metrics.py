"""What Prometheus reads of one process of the door, at /metrics: counts and times, nothing personal, few labels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request, Response
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from starter.api.routers import unversioned
from workflows.contract.errors import ErrorCode

router = unversioned("Operation")

OTHER = "other"
"""Stands for all paths that lead nowhere and all methods that nobody knows: whoever calls must not make up labels."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Passed:
    """A request that is over.

    Attributes:
        route: the template of its path, such as `/api/v1/complaints/{reference}`; none for a path that leads nowhere.
        status: none when no answer was begun.
    """

    method: str
    route: str | None
    status: int | None
    lasted: timedelta
    is_stream: bool
    refusal: ErrorCode | None


class Metrics:
    """The instruments of one process."""

    def __init__(self) -> None:
        # They would be a second line for each, of which nobody makes anything.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library gives it no types
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        by_route = ("method", "route")
        self._requests = Counter(
            "amends_http_requests", "Requests answered.", (*by_route, "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "amends_http_request_seconds",
            "Time to the end of the answer; streams are left out.",
            by_route,
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._refusals = Counter(
            "amends_http_refusals", "Requests refused, by the contract's code.", ("code",), registry=self._registry
        )
        self.in_flight = Gauge(
            "amends_http_requests_in_flight", "Requests being answered, streams too.", registry=self._registry
        )
        self.streams = Gauge("amends_http_streams", "Listeners to streams of changes.", registry=self._registry)
        for code in ErrorCode:
            self._refusals.labels(code.value)

    def count(self, passed: Passed) -> None:
        """Take note of a request that has been answered."""
        method = passed.method if passed.method in _METHODS else OTHER
        route = passed.route or OTHER
        self._requests.labels(method, route, str(passed.status or OTHER)).inc()
        if not passed.is_stream:
            self._seconds.labels(method, route).observe(passed.lasted.total_seconds())
        if passed.refusal is not None:
            self._refusals.labels(passed.refusal.value).inc()

    def text(self) -> bytes:
        """Everything, in Prometheus' own format."""
        return generate_latest(self._registry)


@router.get(
    "/metrics",
    summary="What Prometheus reads",
    response_class=Response,
    responses={
        200: {
            "description": "Counts and times of this process, in Prometheus' text format.",
            "content": {
                "text/plain": {
                    "schema": {"type": "string"},
                    "example": 'amends_http_refusals_total{code="stale"} 3.0\n',
                }
            },
        }
    },
)
async def metrics(request: Request) -> Response:
    """Requests by route, method and status, their duration, those in flight, refusals by code and open streams."""
    counted: Metrics = request.app.state.metrics
    return Response(counted.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})
