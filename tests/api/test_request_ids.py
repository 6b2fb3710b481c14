"""Every answer says which request it is of."""

from __future__ import annotations

import re

import pytest
from httpx2 import AsyncClient
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

HEADER = "X-Request-ID"
OURS = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
"""The log leaves ids of this form as they are; in others it may see telephone numbers."""


async def test_a_request_without_an_id_is_given_one_of_its_own(api: AsyncClient) -> None:
    first, second = [(await api.get("/healthz")).headers[HEADER] for _ in range(2)]
    assert re.fullmatch(OURS, first)
    assert first != second


async def test_the_senders_id_is_kept_and_is_in_a_refusal_too(api: AsyncClient) -> None:
    answer = await api.get("/api/v1/nowhere", headers={HEADER: "order-4711"})
    assert answer.headers[HEADER] == "order-4711"
    assert answer.json()["request_id"] == "order-4711"


@pytest.mark.parametrize("unusable", ["", "x" * 101, "two words", "né"])
async def test_an_id_that_would_spoil_a_log_is_replaced(api: AsyncClient, unusable: str) -> None:
    answer = await api.get("/healthz", headers={HEADER.encode(): unusable.encode("latin-1")})
    assert re.fullmatch(OURS, answer.headers[HEADER])


async def test_the_access_log_has_the_id_and_not_what_was_searched_for(
    api: AsyncClient,
) -> None:
    with capture_logs(processors=[merge_contextvars]) as lines:
        await api.get("/api/v1/nowhere?text=secret-illness", headers={HEADER: "logged-1"})
    (line,) = [line for line in lines if line.get("request_id") == "logged-1"]
    assert line["path"] == "/api/v1/nowhere"
    assert (line["status"], line["refusal"]) == (404, "unknown_path")
    assert "secret-illness" not in str(line)
