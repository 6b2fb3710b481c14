"""Nobody can keep the others out: callers are counted each for themselves, and who is nobody by address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from httpx2 import AsyncClient, Response

from infra.devstack.ports import HOST
from infra.settings import Settings
from starter.access.caller import Caller, Scope
from starter.api.app import create_app
from starter.api.door import Calling, Door
from starter.api.problems import TryLaterError
from starter.api.rate_limits import KEYS_MAX, RateLimits
from starter.api.serving import answering
from tests.api.conftest import StaffHeaders
from workflows.contract.errors import ErrorCode
from workflows.contract.parties import Actor

LIMIT = 3


@asynccontextmanager
async def limited(door: Door, **limits: str) -> AsyncIterator[AsyncClient]:
    """A door of its own with these limits."""
    app = create_app(replace(door, settings=door.settings.model_copy(update=limits)))

    @app.get("/who")
    async def who(caller: Calling) -> str:
        return caller.actor.subject

    async with answering(app, host=HOST, port=0) as address, AsyncClient(base_url=address) as client:
        yield client


def assert_is_limited(answer: Response) -> None:
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 3600


async def test_a_caller_who_asks_too_often_is_told_when_to_go_on_and_others_are_not_touched(
    door: Door, staff: StaffHeaders
) -> None:
    async with limited(door, api_limit_per_caller=f"{LIMIT}/hour") as client:
        for _ in range(LIMIT):
            assert (await client.get("/who", headers=staff("raj.patel"))).json() == "raj.patel"
        assert_is_limited(await client.get("/who", headers=staff("raj.patel")))
        assert (await client.get("/who", headers=staff("mary.okoro"))).status_code == 200


async def test_who_does_not_say_who_they_are_is_counted_by_address_and_health_is_not(door: Door) -> None:
    async with limited(door, api_limit_anonymous=f"{LIMIT}/hour") as client:
        for _ in range(LIMIT):
            assert (await client.get("/who")).status_code == 401
        assert_is_limited(await client.get("/who"))
        assert_is_limited(await client.get("/api/v1/docs"))
        for path in ("/healthz", "/readyz", "/metrics"):
            assert (await client.get(path)).status_code == 200


async def test_failed_attempts_are_limited_and_good_credentials_from_the_same_address_still_pass(
    door: Door, staff: StaffHeaders
) -> None:
    async with limited(door, api_limit_anonymous=f"{LIMIT}/hour") as client:
        for attempt in range(LIMIT):
            guess = {"Authorization": f"Bearer amk_{attempt}_guessed"}
            assert (await client.get("/who", headers=guess)).status_code == 401
        assert_is_limited(await client.get("/who", headers={"Authorization": "Bearer guessed"}))
        assert (await client.get("/who", headers=staff("raj.patel"))).status_code == 200


async def test_a_header_that_is_no_credential_does_not_lift_the_limit(door: Door, staff: StaffHeaders) -> None:
    """Wherever nobody asks who is calling, or before they are asked."""
    attempts = (("GET", "/api/v1/openapi.json"), ("POST", "/api/v1/complaints"), ("GET", "/api/v1/nowhere"))
    for method, path in attempts:
        async with limited(door, api_limit_anonymous=f"{LIMIT}/hour") as client:
            sent = {"Authorization": "x", "Content-Type": "application/json"}
            answers = [await client.request(method, path, content=b"{", headers=sent) for _ in range(LIMIT + 1)]
            assert {answer.status_code for answer in answers[:LIMIT]}.isdisjoint({429, 500})
            assert_is_limited(answers[LIMIT])
            assert (await client.get("/who", headers=staff("raj.patel"))).status_code == 200


@pytest.mark.parametrize(
    ("first", "second"),
    [("2001:db8::1", "2001:db8::ffff:2"), ("192.0.2.1", "::ffff:192.0.2.1"), (None, "not-an-address")],
)
async def test_one_subscriber_has_one_count(first: str | None, second: str | None) -> None:
    """Whatever address of their own they send from."""
    limits = RateLimits(Settings(api_limit_anonymous="1/hour"))
    await limits.count_anonymous(first)
    with pytest.raises(TryLaterError):
        await limits.count_anonymous(second)
    await limits.count_anonymous("2001:db8:1::1")


async def test_more_addresses_than_are_counted_apart_share_one_count() -> None:
    """Else the memory of the process would be theirs."""
    limits = RateLimits(Settings(api_limit_anonymous="1/hour"))
    for number in range(KEYS_MAX):
        await limits.count_anonymous(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    await limits.count_anonymous("192.0.2.1")
    with pytest.raises(TryLaterError) as refused:
        await limits.count_anonymous("192.0.2.2")
    assert refused.value.code is ErrorCode.TOO_MANY_REQUESTS


async def test_people_and_services_of_one_name_are_counted_apart() -> None:
    limits = RateLimits(Settings(api_limit_per_caller="1/hour"))
    for way in ("oidc", "api_key"):
        actor = Actor(subject="shop", roles=(), authenticated_by=way)
        await limits.count_caller(Caller(actor, frozenset(Scope)))
