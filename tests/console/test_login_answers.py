"""What a provider says of somebody is believed only if it is signed by it, for this console and for this very login."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.access_settings import AccessSettings
from starter.console.cookies import cookie_name
from tests.support.crooked_provider import CLIENT_ID, ISSUER, CrookedProvider
from tests.support.entrance import ORIGIN, Entrance, follow, shared_engine
from tests.support.identity_provider import new_key, signed
from tests.support.postgres import PostgresServer

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
async def engine(postgres_server: PostgresServer) -> AsyncIterator[AsyncEngine]:
    async with shared_engine(postgres_server) as engine:
        yield engine


@pytest.fixture
def provider() -> CrookedProvider:
    return CrookedProvider()


async def begun(browser: httpx2.AsyncClient) -> httpx2.QueryParams:
    """Begin a login; what the provider is asked."""
    return httpx2.URL((await browser.get("/login?next=/board")).headers["location"]).params


async def come_back(browser: httpx2.AsyncClient, asked: httpx2.QueryParams, **answer: str) -> httpx2.Response:
    return await browser.get("/login/callback", params={"state": asked["state"], "code": "code", **answer})


async def come_in(entrance: Entrance, provider: CrookedProvider, subject: str, **claims: Any) -> httpx2.Response:
    """Log in with an ID token that has these claims."""
    async with entrance.browser() as browser:
        asked = await begun(browser)
        provider.gives(provider.claims(subject, **{"nonce": asked["nonce"], **claims}))
        answer = await come_back(browser, asked)
        assert (cookie_name(ORIGIN) in browser.cookies) is answer.is_redirect
        return answer


async def test_a_good_answer_opens(engine: AsyncEngine, provider: CrookedProvider) -> None:
    """Also when it is for several and says that we asked, and when the clocks are apart by seconds."""
    entrance = provider.entrance(engine)
    for claims in (
        {},
        {"aud": [CLIENT_ID, "other"], "azp": CLIENT_ID},
        {"iat": datetime.now(UTC) + timedelta(seconds=9)},
    ):
        answer = await come_in(entrance, provider, "zhou.qi", **claims)
        assert answer.headers["location"] == f"{ORIGIN}/board"


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": 7},
        {"iss": "https://evil.example"},
        {"aud": "amends"},
        {"aud": [CLIENT_ID, "other"]},
        {"azp": "other"},
        {"exp": LONG_AGO},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"sub": " zhou.qi"},
        {"sub": ""},
    ],
    ids=str,
)
async def test_an_answer_for_another_login_does_not(
    engine: AsyncEngine, provider: CrookedProvider, claims: dict[str, Any]
) -> None:
    answer = await come_in(provider.entrance(engine), provider, "zhou.qi", **claims)
    assert answer.status_code == 400
    assert "You could not be logged in" in answer.text


def unsigned(_provider: CrookedProvider, claims: dict[str, Any]) -> str:
    _, payload, _signature = signed(new_key(), claims).split(".")
    header = _spelt(json.dumps({"alg": "none"}).encode())
    return f"{header}.{payload}."


def by_another_key(_provider: CrookedProvider, claims: dict[str, Any]) -> str:
    return signed(new_key(), claims)


def by_the_public_key(provider: CrookedProvider, claims: dict[str, Any]) -> str:
    """As if it were a shared secret."""
    _, payload, _signature = signed(provider.key, claims).split(".")
    header = _spelt(json.dumps({"alg": "HS256", "kid": provider.key.kid}).encode())
    signature = hmac.digest(provider.key.as_pem(private=False), f"{header}.{payload}".encode(), "sha256")
    return f"{header}.{payload}.{_spelt(signature)}"


def _spelt(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.mark.parametrize("sign", [unsigned, by_another_key, by_the_public_key])
async def test_an_answer_that_the_provider_has_not_signed_does_not(
    engine: AsyncEngine, provider: CrookedProvider, sign: Callable[[CrookedProvider, dict[str, Any]], str]
) -> None:
    async with provider.entrance(engine).browser() as browser:
        asked = await begun(browser)
        token = sign(provider, provider.claims("zhou.qi", nonce=asked["nonce"]))
        provider.answer = lambda: provider.around(token)
        assert (await come_back(browser, asked)).status_code == 400
        assert cookie_name(ORIGIN) not in browser.cookies


@pytest.mark.parametrize(
    "answer", [{}, {"id_token": None}, {"id_token": 7}, {"id_token": "x" * 20_000}, {"error": "invalid_grant"}]
)
async def test_an_answer_without_a_token_does_not(
    engine: AsyncEngine, provider: CrookedProvider, answer: dict[str, Any]
) -> None:
    async with provider.entrance(engine).browser() as browser:
        asked = await begun(browser)
        provider.answer = lambda: {"access_token": "opaque", "token_type": "Bearer", **answer}
        assert (await come_back(browser, asked)).status_code == 400


async def test_an_answer_of_another_provider_is_not_even_looked_at(
    engine: AsyncEngine, provider: CrookedProvider
) -> None:
    """RFC 9207: the code is not sent to ours."""
    async with provider.entrance(engine).browser() as browser:
        asked = await begun(browser)
        provider.gives(provider.claims("zhou.qi", nonce=asked["nonce"]))
        assert (await come_back(browser, asked, iss="https://evil.example")).status_code == 400
        assert not provider.asked
        asked = await begun(browser)
        provider.gives(provider.claims("zhou.qi", nonce=asked["nonce"]))
        assert (await come_back(browser, asked, iss=ISSUER)).is_redirect


async def test_services_do_not_log_in(engine: AsyncEngine, provider: CrookedProvider) -> None:
    answer = await come_in(provider.entrance(engine), provider, "shop", client_id="shop", sources=["web"])
    assert answer.status_code == 400


async def test_claims_mean_what_the_settings_say(engine: AsyncEngine, provider: CrookedProvider) -> None:
    mapping = AccessSettings(
        oidc_subject_claim="preferred_username",
        oidc_roles_claim="groups",
        oidc_roles={"desk-audit": "auditor"},
    )
    entrance = provider.entrance(engine, mapping)
    assert (await come_in(entrance, provider, "f:1", preferred_username="zhou.qi", groups=["all"])).status_code == 400
    async with entrance.browser() as browser:
        asked = await begun(browser)
        named = {"preferred_username": "zhou.qi", "groups": ["desk-audit"], "nonce": asked["nonce"]}
        provider.gives(provider.claims("f:1", **named))
        await come_back(browser, asked)
        session = await entrance.sessions.find(browser.cookies[cookie_name(ORIGIN)])
    assert session is not None
    assert (session.person.subject, session.person.roles, session.known_by) == ("zhou.qi", ("auditor",), "oidc")


async def test_a_code_is_exchanged_by_whoever_asked_for_it(engine: AsyncEngine, provider: CrookedProvider) -> None:
    """By PKCE; a client with a secret shows it besides, the way the provider takes it."""
    async with provider.entrance(engine).browser() as browser:
        asked = await begun(browser)
        assert asked["code_challenge_method"] == "S256"
        await come_back(browser, asked)
        assert provider.asked["client_id"] == [CLIENT_ID]
        assert len(provider.asked["code_verifier"][0]) >= 43
        assert provider.asked["redirect_uri"] == [f"{ORIGIN}/login/callback"]
        assert provider.authorization is None
    for methods, is_in_header in ((None, True), (["client_secret_post"], False), (["client_secret_basic"], True)):
        provider.document["token_endpoint_auth_methods_supported"] = methods
        async with provider.entrance(engine, secret=SecretStr("hush")).browser() as browser:
            await come_back(browser, await begun(browser))
            assert (provider.authorization is not None) is is_in_header
            assert ("client_secret" in provider.asked) is not is_in_header


async def test_while_the_provider_is_away_people_are_told_and_tried_again(
    engine: AsyncEngine, provider: CrookedProvider
) -> None:
    entrance = provider.entrance(engine)
    async with entrance.browser() as browser:
        provider.is_away = True
        page = await browser.get("/login?next=/board")
        assert page.status_code == 503
        assert 'content="4;url=/login?next=%2Fboard"' in page.text
        provider.is_away = False
        asked = await begun(browser)
        provider.is_away = True
        assert (await come_back(browser, asked)).status_code == 503
        provider.is_away, provider.status = False, 502
        assert (await come_back(browser, await begun(browser))).status_code == 503


@pytest.mark.parametrize(
    ("endpoint", "is_asked"),
    [(f"{ISSUER}/logout?from=desk", True), ("http://id.example.org/logout", False), (None, False)],
)
async def test_who_logs_out_is_logged_out_here_whatever_the_provider_can_do(
    engine: AsyncEngine, provider: CrookedProvider, endpoint: str | None, is_asked: bool
) -> None:
    if endpoint is not None:
        provider.document["end_session_endpoint"] = endpoint
    async with provider.entrance(engine).browser() as browser:
        asked = await begun(browser)
        provider.gives(provider.claims("zhou.qi", nonce=asked["nonce"]))
        await come_back(browser, asked)
        provider.is_away = True
        left = await browser.post("/logout", headers={"Origin": ORIGIN})
        if is_asked:
            assert f"0;url={endpoint}&amp;client_id={CLIENT_ID}" in left.text
        else:
            assert "You are logged out" in (await follow(browser, left)).text
        assert (await browser.get("/queue")).status_code == 303


@pytest.mark.parametrize("endpoint", ["http://id.example.org/authorize", "javascript:alert(1)", 7, None])
async def test_people_are_not_sent_to_a_place_that_is_not_private(
    engine: AsyncEngine, provider: CrookedProvider, endpoint: object
) -> None:
    provider.document["authorization_endpoint"] = endpoint
    async with provider.entrance(engine).browser() as browser:
        page = await browser.get("/login")
    assert page.status_code == 500
    assert "setup" in page.text
