"""Cursors that nobody was given: whatever they hold, they are refused, or lead to the end of a list."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx2 import AsyncClient

from tests.api.conftest import Headers, ServiceHeaders, StaffHeaders
from tests.api.filed import assigned, code_of
from tests.support.desk import Desk

SUBSCRIPTIONS = "/api/v1/subscriptions"

NUMBERS = (2**31, 2**63, 2**64, -(2**63) - 1, 10**300, 1.5, "1", None, True)
TEXTS = ("\0", "\0\0", "x" * 900, "\ufffe", "", " ", 5, None)
INSTANTS = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59.999999-14:00",
    "infinity",
    10**18,
    -(10**18),
    None,
)

PLACES: dict[str, dict[str, tuple[Any, ...]]] = {
    "/inbox": {
        "due_at": INSTANTS,
        "severity": ("high", "none", None, 3),
        "received_at": INSTANTS,
        "reference": TEXTS,
        "place": NUMBERS,
    },
    "/complaints": {"received_at": INSTANTS, "reference": TEXTS},
    "/complaints/{reference}/timeline": {"sequence": NUMBERS},
    "/complaints/{reference}/messages": {"created_at": INSTANTS, "message_id": TEXTS},
    "/subscriptions/{subscription}/dead-letters": {"died_at": INSTANTS, "reference": TEXTS, "sequence": NUMBERS},
}
GENUINE: dict[str, Any] = {
    **dict.fromkeys(("due_at", "received_at", "created_at", "died_at"), "2026-03-02T09:00:00Z"),
    **dict.fromkeys(("reference", "message_id"), "7K2M-9QXD-4TBC"),
    **dict.fromkeys(("place", "sequence"), 1),
    "severity": "high",
}


def forged(fields: dict[str, Any]) -> str:
    """As a cursor looks."""
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode().rstrip("=")


@pytest.fixture
def reader(staff: StaffHeaders) -> Headers:
    """Who has an inbox, and sees everything."""
    return staff("zhou.qi")


@pytest.fixture
async def places(
    api: AsyncClient, api_desk: Desk, reader: Headers, service: ServiceHeaders, request: pytest.FixtureRequest
) -> AsyncIterator[dict[str, str]]:
    """What paths name: a complaint, and a subscription of the reader that lasts as long as the test."""
    created = await api.post(SUBSCRIPTIONS, json={"url": "https://hooks.example.org/"}, headers=reader)
    subscription = str(created.json()["about"]["subscription"])
    reference = await assigned(api, api_desk, service("web-form", sources=["web"]), request.node.name)
    yield {"reference": reference, "subscription": subscription}
    await api.delete(f"{SUBSCRIPTIONS}/{subscription}", headers=reader)


@pytest.mark.parametrize("path", PLACES)
async def test_a_forged_cursor_never_makes_the_door_fail(
    api: AsyncClient, reader: Headers, places: dict[str, str], path: str
) -> None:
    """Each field with what the database cannot hold, the others as they should be."""
    fields = PLACES[path]
    genuine = {name: GENUINE[name] for name in fields}

    async def ask(place: dict[str, Any]) -> Any:
        parameters = {"cursor": forged(place)}
        return await api.get("/api/v1" + path.format(**places), params=parameters, headers=reader)

    assert (await ask(genuine)).status_code == 200
    for name, values in fields.items():
        for value in values:
            answer = await ask(genuine | {name: value})
            assert answer.status_code in {200, 422}, (name, value, answer.text)
            if not answer.is_success:
                assert (code_of(answer), answer.json()["field"]) == ("invalid_input", "cursor")
