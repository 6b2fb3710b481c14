"""Webhooks over HTTP: everybody has their own, and nobody else's."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import update

from infra.db.tables import subscriptions
from infra.db.transaction import transact
from tests.api.conftest import Headers, ServiceHeaders, StaffHeaders
from tests.support.desk import Desk

PATH = "/api/v1/subscriptions"
URL = "https://hooks.invalid/amends"


@pytest.fixture
async def shop(api: AsyncClient, service: ServiceHeaders, request: pytest.FixtureRequest) -> AsyncIterator[Headers]:
    """A service of this test's own; its subscriptions end with the test."""
    name = f"shop-{request.node.name}"
    headers = service(name, sources=[name])
    yield headers
    for about in (await api.get(PATH, headers=headers)).json()["items"]:
        await api.delete(f"{PATH}/{about['subscription']}", headers=headers)


async def subscribed(api: AsyncClient, headers: Headers, **changes: Any) -> dict[str, Any]:
    """A new subscription, with its secret."""
    response = await api.post(PATH, headers=headers, json={"url": URL, **changes})
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


def code(response: Response) -> tuple[int, str]:
    """How a request was refused."""
    return response.status_code, response.json()["code"]


async def test_a_subscription_lives_and_ends(api: AsyncClient, shop: Headers) -> None:
    """Its secret is shown when it is made and when it is rotated, and at no other time."""
    created = await subscribed(api, shop, event_types=["filed"], description="orders")
    about, secret = created["about"], created["secret"]
    path = f"{PATH}/{about['subscription']}"
    assert secret.startswith("whsec_")
    assert (about["state"], about["waiting"], about["dead"]) == ("active", 0, 0)
    assert (await api.get(PATH, headers=shop)).json() == {"items": [about]}
    read = await api.get(path, headers=shop)
    assert read.json() == about
    assert "whsec_" not in read.text
    changed = (await api.patch(path, headers=shop, json={"event_types": ["closed", "filed"]})).json()
    assert (changed["event_types"], changed["description"], changed["url"]) == (["closed", "filed"], "orders", URL)
    assert (await api.post(f"{path}/pause", headers=shop)).json()["state"] == "paused"
    assert (await api.post(f"{path}/resume", headers=shop)).json()["state"] == "active"
    rotated = (await api.post(f"{path}/rotate", headers=shop, json={"overlap": "PT1H"})).json()
    assert rotated["secret"] != secret
    assert rotated["about"]["old_until"] is not None
    assert (await api.post(f"{path}/rotate", headers=shop)).json()["secret"] not in {secret, rotated["secret"]}
    assert (await api.post(f"{path}/ping", headers=shop)).json()["meaning"] == "away"
    assert (await api.get(f"{path}/dead-letters", headers=shop)).json() == {"items": [], "next": None}
    assert (await api.post(f"{path}/dead-letters/replay", headers=shop)).json() == {"events": 0}
    assert (await api.post(f"{path}/replay", headers=shop, params={"after": "start"})).status_code == 200
    assert (await api.delete(path, headers=shop)).status_code == 204
    assert code(await api.get(path, headers=shop)) == (404, "unknown_subscription")


async def test_nobody_sees_or_changes_another_s(api: AsyncClient, shop: Headers, staff: StaffHeaders) -> None:
    """To others it is as if it were not there, executives among them."""
    name = (await subscribed(api, shop))["about"]["subscription"]
    path, other = f"{PATH}/{name}", staff("xu.ming")
    assert name not in [each["subscription"] for each in (await api.get(PATH, headers=other)).json()["items"]]
    unknown = (404, "unknown_subscription")
    assert code(await api.get(path, headers=other)) == unknown
    assert code(await api.patch(path, headers=other, json={"description": "mine"})) == unknown
    assert code(await api.delete(path, headers=other)) == unknown
    assert code(await api.get(f"{path}/dead-letters", headers=other)) == unknown
    for deed in ("pause", "resume", "rotate", "ping", "replay", "dead-letters/replay"):
        assert code(await api.post(f"{path}/{deed}", headers=other)) == unknown
    assert (await api.get(path, headers=shop)).json()["description"] is None


async def test_a_narrower_token_of_the_same_service_does_not_find_it(
    api: AsyncClient, shop: Headers, service: ServiceHeaders, request: pytest.FixtureRequest
) -> None:
    """It could have what others may see sent elsewhere, or learn the secret."""
    path = f"{PATH}/{(await subscribed(api, shop))['about']['subscription']}"
    narrow = service(f"shop-{request.node.name}", sources=["nothing"])
    unknown = (404, "unknown_subscription")
    assert (await api.get(PATH, headers=narrow)).json() == {"items": []}
    assert code(await api.patch(path, headers=narrow, json={"url": "https://elsewhere.invalid/"})) == unknown
    assert code(await api.delete(path, headers=narrow)) == unknown
    assert code(await api.get(f"{path}/dead-letters", headers=narrow)) == unknown
    for deed in ("pause", "resume", "rotate", "ping", "replay", "dead-letters/replay"):
        assert code(await api.post(f"{path}/{deed}", headers=narrow)) == unknown
    assert (await api.get(path, headers=shop)).json()["url"] == URL


@pytest.mark.parametrize("asked", ["", "/{name}"])
async def test_any_request_confirms_what_a_token_said(
    api: AsyncClient, api_desk: Desk, shop: Headers, asked: str
) -> None:
    """About one of them, or all."""
    about = (await subscribed(api, shop))["about"]
    name = about["subscription"]
    change = update(subscriptions).where(subscriptions.c.subscription == name)
    change = change.values(lapses_at=datetime.now(UTC))
    await transact(api_desk.engine, lambda connection: connection.execute(change))
    assert (await api.get(PATH + asked.format(name=name), headers=shop)).status_code == 200
    assert (await api.get(f"{PATH}/{name}", headers=shop)).json()["lapses_at"] == about["lapses_at"]


async def test_who_was_not_let_in_for_it_may_not_subscribe(api: AsyncClient, service: ServiceHeaders) -> None:
    """The scope is `subscribe`."""
    reader = service("reader", sources=["web"], scopes=["read", "file", "command"])
    assert code(await api.post(PATH, headers=reader, json={"url": URL})) == (403, "not_permitted")
    assert code(await api.get(PATH, headers=reader)) == (403, "not_permitted")
    assert code(await api.get(PATH)) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "url", ["http://hooks.example.org/", "https://10.0.0.1/", "https://user:word@hooks.example.org/", "https://[::1]/"]
)
async def test_a_url_that_leads_astray_is_refused(api: AsyncClient, shop: Headers, url: str) -> None:
    """When it is made and when it is changed."""
    refused = await api.post(PATH, headers=shop, json={"url": url})
    assert code(refused) == (422, "invalid_input")
    assert refused.json()["field"] == "url"
    path = f"{PATH}/{(await subscribed(api, shop))['about']['subscription']}"
    assert code(await api.patch(path, headers=shop, json={"url": url})) == (422, "invalid_input")


async def test_what_is_no_dead_letter_is_not_sent_again(api: AsyncClient, shop: Headers) -> None:
    """Nor from a place that is none."""
    path = f"{PATH}/{(await subscribed(api, shop))['about']['subscription']}"
    nothing = {"event_id": "7K2M-9QXD-4TBC:4"}
    assert code(await api.post(f"{path}/dead-letters/replay", headers=shop, params=nothing)) == (422, "invalid_input")
    nowhere = {"after": "7K2M-9QXD-4TBC:4"}
    assert code(await api.post(f"{path}/replay", headers=shop, params=nowhere)) == (422, "invalid_input")


async def test_an_owner_has_room_for_so_many(api: AsyncClient, shop: Headers) -> None:
    """Each takes a place on a worker."""
    for _ in range(20):
        await subscribed(api, shop)
    assert code(await api.post(PATH, headers=shop, json={"url": URL})) == (409, "too_many")


async def test_those_who_ask_at_the_same_time_have_no_more_room(api: AsyncClient, shop: Headers) -> None:
    """They are counted when they are written, one after the other."""
    asked = await asyncio.gather(*(api.post(PATH, headers=shop, json={"url": URL}, timeout=60) for _ in range(40)))
    assert Counter(response.status_code for response in asked) == {201: 20, 409: 20}
    assert len((await api.get(PATH, headers=shop)).json()["items"]) == 20
