"""What Prometheus reads of the door: every request is counted, under few labels and without anything personal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from fastapi.sse import EventSourceResponse
from httpx2 import AsyncClient
from prometheus_client.parser import text_string_to_metric_families

from infra.devstack.ports import HOST
from starter.api.app import create_app
from starter.api.door import Door
from starter.api.serving import answering
from tests.support.conditions import until


@dataclass(frozen=True)
class Watched:
    """A door of its own, whose counts nobody else changes, with a stream that goes on until it may end."""

    client: AsyncClient
    may_end: asyncio.Event

    async def value(self, name: str, **labels: str) -> float | None:
        """What /metrics says now."""
        text = (await self.client.get("/metrics")).text
        samples = [each for family in text_string_to_metric_families(text) for each in family.samples]
        return next((each.value for each in samples if each.name == name and each.labels == labels), None)


@pytest.fixture
async def watched(door: Door) -> AsyncIterator[Watched]:
    app = create_app(door)
    may_end = asyncio.Event()

    @app.get("/stream", response_class=EventSourceResponse)
    async def stream() -> AsyncIterator[str]:
        yield "begun"
        await may_end.wait()

    async with answering(app, host=HOST, port=0) as address, AsyncClient(base_url=address) as client:
        yield Watched(client, may_end)


async def test_requests_are_counted_by_template_method_and_status(watched: Watched) -> None:
    for _ in range(2):
        await watched.client.get("/healthz")
    labels = {"method": "GET", "route": "/healthz"}
    assert await watched.value("amends_http_requests_total", **labels, status="200") == 2
    assert await watched.value("amends_http_request_seconds_count", **labels) == 2


async def test_a_refused_complaint_is_counted_by_its_template_and_code(watched: Watched) -> None:
    await watched.client.get("/api/v1/complaints/7K2M-9QXD-4TBC")
    labels = {"method": "GET", "route": "/api/v1/complaints/{reference}", "status": "401"}
    assert await watched.value("amends_http_requests_total", **labels) == 1
    assert await watched.value("amends_http_refusals_total", code="unauthenticated") == 1


async def test_whoever_calls_cannot_make_up_labels(watched: Watched) -> None:
    for name in ("li.na@customer.example", "x" * 1000):
        await watched.client.get(f"/api/v1/{name}")
        await watched.client.request("UNSUBSCRIBE", f"/{name}")
    text = (await watched.client.get("/metrics")).text
    assert "li.na" not in text
    assert "UNSUBSCRIBE" not in text
    for method in ("GET", "other"):
        labels = {"method": method, "route": "other", "status": "404"}
        assert await watched.value("amends_http_requests_total", **labels) == 2


async def test_listeners_to_a_stream_are_shown_while_they_listen_and_not_timed(watched: Watched) -> None:
    async with watched.client.stream("GET", "/stream") as stream:
        parts = stream.aiter_bytes()
        await anext(parts)
        assert await watched.value("amends_http_streams") == 1
        assert await watched.value("amends_http_requests_in_flight") == 2  # the stream, and this look
        watched.may_end.set()
    await until(lambda: _is_over(watched), "the stream has ended")
    assert await watched.value("amends_http_request_seconds_count", method="GET", route="other") is None


async def _is_over(watched: Watched) -> bool:
    return await watched.value("amends_http_streams") == 0
