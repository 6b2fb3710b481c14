"""The development stack's own OpenID provider keeps to the rules, but that it asks for no password; and it says so."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from infra.devstack.identity_provider import (
    CODE_LASTS,
    CODES_AT_ONCE,
    ID_TOKEN_LASTS,
    Choice,
    KnownClient,
    identity_provider,
)
from infra.devstack.issuer import AUDIENCE, ISSUER, Issuer
from infra.oidc import Provider
from infra.signed_tokens import FixedKeys, TokenFaultError, Verifier
from tests.support.entrance import Clock

URL = "http://127.0.0.1:8080/development/identity"
CALLBACK, LOGGED_OUT = "http://127.0.0.1:8080/login/callback", "http://127.0.0.1:8080/logged-out"
STAFF = (
    Choice("lin.wan", "Lin Wan 林晚", "客户服务部 / Customer service", "负责人 / Head"),
    Choice("zhou.qi", "Zhou Qi 周琪", "客户服务部 / Customer service", "组长 / Lead"),
    Choice("x", "<script>alert(1)</script>", "Finance", "Agent"),
)
VERIFIER = "v" * 43
ASKED = {
    "client_id": "console",
    "redirect_uri": CALLBACK,
    "response_type": "code",
    "scope": "openid",
    "state": "s t&te",
    "nonce": "n",
    "code_challenge": urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode(),
    "code_challenge_method": "S256",
}
EXCHANGE = {
    "grant_type": "authorization_code",
    "client_id": "console",
    "redirect_uri": CALLBACK,
    "code_verifier": VERIFIER,
}


class AtTheProvider:
    """Somebody who asks it."""

    def __init__(self, state_dir: Path) -> None:
        self.clock = Clock()
        self.issuer = Issuer.kept(state_dir)

        async def staff() -> tuple[Choice, ...]:
            return STAFF

        client = KnownClient("console", CALLBACK, LOGGED_OUT)
        app = Starlette(
            routes=[Mount("/development/identity", identity_provider(URL, self.issuer, staff, client, now=self.clock))]
        )
        self.transport = httpx2.ASGITransport(app)
        self.browser = httpx2.AsyncClient(transport=self.transport, base_url=URL)

    async def chosen(self, subject: str = "zhou.qi", **asked: str) -> httpx2.QueryParams:
        """What the client is told when somebody has chosen."""
        answer = await self.browser.post("/authorize", data={**ASKED, **asked, "subject": subject})
        assert answer.status_code == 303
        location = httpx2.URL(answer.headers["location"])
        assert str(location.copy_with(query=None)) == CALLBACK
        return location.params

    async def exchanged(self, code: str, **asked: str) -> httpx2.Response:
        """What the client is given for a code."""
        return await self.browser.post("/token", data={**EXCHANGE, "code": code, **asked})


@pytest.fixture
def there(tmp_path: Path) -> AtTheProvider:
    return AtTheProvider(tmp_path)


async def test_it_is_found_by_its_address_and_signs_for_the_client_alone(there: AtTheProvider) -> None:
    """What it signs opens the console, not the HTTP API; and what opens that is nothing here."""
    provider = Provider(URL, transport=there.transport)
    told = await there.chosen()
    assert (told["state"], told["iss"]) == (ASKED["state"], URL)
    token = (await there.exchanged(told["code"])).json()["id_token"]
    verifier = Verifier(URL, "console", provider)
    claims = await verifier.claims(token)
    assert (claims["sub"], claims["nonce"]) == ("zhou.qi", "n")
    assert claims["exp"] - claims["iat"] == ID_TOKEN_LASTS.total_seconds()
    with pytest.raises(TokenFaultError):
        await Verifier(ISSUER, AUDIENCE, FixedKeys(there.issuer.key_set)).claims(token)
    with pytest.raises(TokenFaultError):
        await verifier.claims(there.issuer.token("zhou.qi"))
    await provider.close()


@pytest.mark.parametrize(
    "asked",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": ""},
        {"grant_type": "password"},
        {"client_id": "other"},
    ],
    ids=str,
)
async def test_a_code_is_worth_nothing_to_anybody_else(there: AtTheProvider, asked: dict[str, str]) -> None:
    answer = await there.exchanged((await there.chosen())["code"], **asked)
    assert answer.status_code in {400, 401}
    assert set(answer.json()) == {"error"}


async def test_a_code_is_good_once_and_for_a_moment(there: AtTheProvider) -> None:
    """Who tries it with a wrong verifier has used it up."""
    code = (await there.chosen())["code"]
    assert (await there.exchanged(code)).status_code == 200
    assert (await there.exchanged(code)).json() == {"error": "invalid_grant"}
    code = (await there.chosen())["code"]
    await there.exchanged(code, code_verifier="w" * 43)
    assert (await there.exchanged(code)).json() == {"error": "invalid_grant"}
    code = (await there.chosen())["code"]
    there.clock.go_on(CODE_LASTS - timedelta(seconds=1))
    still = (await there.chosen())["code"]
    there.clock.go_on(timedelta(seconds=1))
    assert (await there.exchanged(code)).json() == {"error": "invalid_grant"}
    assert (await there.exchanged(still)).status_code == 200


async def test_codes_do_not_fill_the_memory(there: AtTheProvider) -> None:
    for _ in range(CODES_AT_ONCE):
        assert "code" in await there.chosen()
    assert (await there.chosen())["error"] == "temporarily_unavailable"
    there.clock.go_on(CODE_LASTS)
    assert "code" in await there.chosen()


@pytest.mark.parametrize("how", ["GET", "POST"])
@pytest.mark.parametrize(
    "asked",
    [
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": CALLBACK + "?x=1"},
        {"redirect_uri": ""},
        {"client_id": "other"},
    ],
    ids=str,
)
async def test_nobody_is_sent_to_an_address_that_is_not_the_client_s(
    there: AtTheProvider, how: str, asked: dict[str, str]
) -> None:
    sent: dict[str, Any] = {"params" if how == "GET" else "data": {**ASKED, **asked, "subject": "zhou.qi"}}
    answer = await there.browser.request(how, "/authorize", **sent)
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
    ],
    ids=str,
)
async def test_what_it_does_not_do_it_tells_the_client(there: AtTheProvider, asked: dict[str, str], error: str) -> None:
    assert (await there.chosen(**asked))["error"] == error
    answer = await there.browser.get("/authorize", params={**ASKED, **asked})
    assert httpx2.URL(answer.headers["location"]).params["error"] == error


async def test_only_the_staff_can_be_chosen(there: AtTheProvider) -> None:
    assert (await there.chosen("nobody"))["error"] == "access_denied"


async def test_the_page_says_loudly_what_it_is_and_finds_people(there: AtTheProvider) -> None:
    page = await there.browser.get("/authorize", params=ASKED)
    assert "there is no password" in page.text
    assert "登录不需要密码" in page.text
    assert "<script>" not in page.text, "names are text"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert shown(page) == ["lin.wan", "zhou.qi", "x"]
    for sought, found in (("周琪", ["zhou.qi"]), ("customer HEAD", ["lin.wan"]), ("finance", ["x"]), ("none", [])):
        assert shown(await there.browser.get("/authorize", params={**ASKED, "search": sought})) == found


async def test_after_logging_out_people_are_sent_back_to_the_client_alone(there: AtTheProvider) -> None:
    asked = {"post_logout_redirect_uri": LOGGED_OUT, "state": "a b"}
    back = await there.browser.get("/end-session", params=asked)
    assert back.headers["location"] == f"{LOGGED_OUT}?state=a+b"
    for elsewhere in ("https://evil.example/", LOGGED_OUT + "/", ""):
        answer = await there.browser.get("/end-session", params={"post_logout_redirect_uri": elsewhere})
        assert answer.status_code == 400


def shown(page: httpx2.Response) -> list[str]:
    """The people on a page."""
    return re.findall(r'name="subject" value="([^"]+)"', page.text)
