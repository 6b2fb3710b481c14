"""Complaints as these tests hand them in over HTTP, each known by a key of its own."""

from __future__ import annotations

from typing import Any

from httpx2 import AsyncClient, Response

from starter.projection import projected
from tests.support.conditions import DEADLINE
from tests.support.desk import Desk

COMPLAINTS = "/api/v1/complaints"
ASSIGNED = 3
"""The number of the event by which a complaint has an owner."""


def body(key: str, **changes: Any) -> dict[str, Any]:
    """The rules give it to customer service without a doubt."""
    given = {
        "source": "web",
        "source_key": key,
        "channel": "web",
        "language": "en",
        "text": "The clerk was rude, hung up on me, and nobody ever called me back.",
        "complainant": {"name": "Jane Roe", "email": "jane.roe@customer.example"},
    }
    return given | changes


async def file(api: AsyncClient, headers: dict[str, str], key: str, **changes: Any) -> str:
    """File it; its reference."""
    answer = await api.post(COMPLAINTS, json=body(key, **changes), headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["reference"])


async def assigned(api: AsyncClient, desk: Desk, headers: dict[str, str], key: str, **changes: Any) -> str:
    """File it and wait until somebody owns it; its reference."""
    reference = await file(api, headers, key, **changes)
    assert await projected(desk.engine, reference, ASSIGNED, patience=DEADLINE)
    return reference


def code_of(answer: Response) -> str:
    """What a request was refused with; the status goes with it."""
    problem = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["status"] == answer.status_code
    return str(problem["code"])
