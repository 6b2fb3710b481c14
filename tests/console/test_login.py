"""People come in by the identity provider, as themselves and nobody else, and go out of everything at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.tables import staff
from infra.db.transaction import transact
from infra.settings import Settings
from starter.console.cookies import cookie_name
from starter.console.identity import identity_of
from tests.support.entrance import (
    ORIGIN,
    Entrance,
    at_the_provider,
    choose,
    development_entrance,
    embedded,
    follow,
    log_in,
    shared_engine,
)
from tests.support.postgres import PostgresServer
from workflows.contract.errors import AmendsError, ErrorCode

COOKIE = cookie_name(ORIGIN)


@pytest.fixture(scope="module")
async def engine(postgres_server: PostgresServer) -> AsyncIterator[AsyncEngine]:
    async with shared_engine(postgres_server) as engine:
        yield engine


@pytest.fixture
async def entrance(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Entrance]:
    async with development_entrance(engine, tmp_path) as entrance:
        yield entrance


async def test_whoever_logs_in_comes_to_the_page_they_wanted(entrance: Entrance) -> None:
    async with entrance.browser() as browser:
        came = await log_in(browser, "zhou.qi", path="/queue?text=退款&mine=1")
        assert came.status_code == 303
        there = await follow(browser, came)
        assert there.url.path == "/queue"
        assert dict(there.url.params) == {"text": "退款", "mine": "1"}
        assert there.json()["subject"] == "zhou.qi"


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(entrance: Entrance) -> None:
    async with entrance.browser() as browser:
        came = await log_in(browser, "zhou.qi")
    (cookie,) = [each for each in came.headers.get_list("set-cookie") if each.startswith(f"{COOKIE}=")]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Max-Age" not in cookie
    assert not [name for name in browser.cookies if "login" in name], "nothing is left of the login"


async def test_by_tls_the_cookie_is_the_host_s_own(engine: AsyncEngine, tmp_path: Path) -> None:
    async with (
        development_entrance(engine, tmp_path, origin="https://localhost") as entrance,
        entrance.browser() as browser,
    ):
        came = await log_in(browser, "zhou.qi")
        cookies = came.headers.get_list("set-cookie")
        assert all(each.startswith("__Host-amends-") and "Secure" in each for each in cookies)
        assert (await follow(browser, came)).json()["subject"] == "zhou.qi"


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "evil.example",
        "",
        "/login?next=/login",
        "/logged-out",
        "/" + "x" * 3000,
    ],
)
async def test_no_address_sends_people_anywhere_else(entrance: Entrance, wanted: str) -> None:
    async with entrance.browser() as browser:
        page = await follow(browser, await browser.get("/login", params={"next": wanted}))
        came = await follow(browser, await choose(browser, page, "zhou.qi"))
        assert came.headers["location"] == f"{ORIGIN}/"


async def test_an_id_that_somebody_brings_is_never_theirs_afterwards(entrance: Entrance) -> None:
    """Neither one that an attacker made up, nor that of a session which the browser had: that ends."""
    async with entrance.browser() as browser:
        browser.cookies.set(COOKIE, "fixed", domain="127.0.0.1")
        await log_in(browser, "zhou.qi")
        first = browser.cookies[COOKIE]
        assert first != "fixed"
        await at_the_provider_again(browser, "lin.wan")
        second = browser.cookies[COOKIE]
        assert second != first
        assert await entrance.sessions.find(first) is None
        assert await entrance.sessions.find("fixed") is None
        assert (await browser.get("/queue")).json()["subject"] == "lin.wan"


async def at_the_provider_again(browser: httpx2.AsyncClient, subject: str) -> None:
    page = await follow(browser, await browser.get("/login?prompt=login"))
    assert page.url.params["prompt"] == "login"
    await follow(browser, await choose(browser, page, subject))


async def test_an_answer_counts_only_in_the_browser_that_asked(entrance: Entrance) -> None:
    """Whoever is sent to an address of somebody else's login is not logged in as them."""
    async with entrance.browser() as attacker, entrance.browser() as victim:
        answer = await choose(attacker, await at_the_provider(attacker), "zhou.qi")
        assert_failed(await follow(victim, answer))
        await victim.get("/login")  # one of their own, which this is not the answer to
        assert_failed(await follow(victim, answer))
        assert COOKIE not in victim.cookies


async def test_a_state_or_a_cookie_that_was_changed_is_worth_nothing(entrance: Entrance) -> None:
    async with entrance.browser() as browser:
        answer = await choose(browser, await at_the_provider(browser), "zhou.qi")
        address = httpx2.URL(answer.headers["location"])
        assert_failed(await browser.get(address.copy_set_param("state", "x" + address.params["state"])))
        assert_failed(await browser.get(address.copy_remove_param("state")))
        (name,) = [name for name in browser.cookies if "login" in name]
        header, claims, signature = browser.cookies[name].split(".")
        browser.cookies.set(name, f"{header}.{claims[:-4]}AAAA.{signature}", domain="127.0.0.1", path="/")
        assert_failed(await browser.get(address))


async def test_a_login_s_cookie_is_no_other_s(entrance: Entrance) -> None:
    """Put in the place of another's, it does not make an answer that was not asked for one that was."""
    async with entrance.browser() as attacker, entrance.browser() as victim:
        answer = await choose(attacker, await at_the_provider(attacker), "zhou.qi")
        await victim.get("/login")
        ((place, _), (_, own)) = ((name, value) for each in (attacker, victim) for name, value in each.cookies.items())
        victim.cookies.set(place, own, domain="127.0.0.1", path="/")
        assert_failed(await follow(victim, answer))


async def test_an_answer_is_taken_once(entrance: Entrance) -> None:
    """Whoever goes back a page is logged in already; to anybody else it is nothing."""
    async with entrance.browser() as browser:
        answer = await choose(browser, await at_the_provider(browser), "zhou.qi")
        kept = dict(browser.cookies)
        await follow(browser, answer)
        again = await follow(browser, answer)
        assert (again.status_code, again.headers["location"]) == (303, "/")
        async with entrance.browser() as thief:
            thief.cookies.update(kept)
            assert_failed(await follow(thief, answer))


async def test_a_login_takes_minutes_at_most(entrance: Entrance) -> None:
    async with entrance.browser() as browser:
        answer = await choose(browser, await at_the_provider(browser), "zhou.qi")
        entrance.clock.go_on(timedelta(minutes=11))
        assert_failed(await follow(browser, answer))


async def test_tabs_that_log_in_at_once_do_not_disturb_one_another(entrance: Entrance) -> None:
    async with entrance.browser() as browser:
        pages = [await at_the_provider(browser, path=path) for path in ("/queue", "/board")]
        for page, path in zip(pages, ("/queue", "/board"), strict=True):
            came = await follow(browser, await choose(browser, page, "zhou.qi"))
            assert came.headers["location"] == ORIGIN + path


async def test_a_browser_that_begins_again_and_again_does_not_carry_it_all(entrance: Entrance) -> None:
    async with entrance.browser() as browser:
        for _ in range(20):
            await browser.get("/login")
        assert len(browser.cookies) <= 5


@pytest.mark.parametrize(
    ("subject", "language", "said"),
    [("luo.jie", "zh-CN,zh;q=0.9", "人员名录"), ("tom.hale", "en-GB", "directory of this desk")],
)
async def test_somebody_who_is_not_on_the_staff_is_told_what_to_do(
    entrance: Entrance, engine: AsyncEngine, subject: str, language: str, said: str
) -> None:
    """They left between choosing and coming back."""
    async with entrance.browser(**{"Accept-Language": language}) as browser:
        answer = await choose(browser, await at_the_provider(browser), subject)
        await leave(engine, subject)
        page = await follow(browser, answer)
    assert page.status_code == 403
    assert said in page.text
    assert "not_permitted" in page.text
    assert COOKIE not in browser.cookies


async def leave(engine: AsyncEngine, subject: str) -> None:
    left = update(staff).where(staff.c.subject == subject).values(active=False)
    await transact(engine, lambda connection: connection.execute(left))


async def test_what_the_provider_refuses_is_told(entrance: Entrance) -> None:
    async with entrance.browser() as browser:
        refused = await follow(browser, await choose(browser, await at_the_provider(browser), "nobody"))
        assert refused.status_code == 403
        assert "The identity provider refused the login" in refused.text


async def test_logging_out_ends_every_session_of_the_person(entrance: Entrance) -> None:
    async with entrance.browser() as office, entrance.browser() as home, entrance.browser() as other:
        for browser, subject in ((office, "zhou.qi"), (home, "zhou.qi"), (other, "lin.wan")):
            await log_in(browser, subject)
        left = await office.post("/logout", headers={"Origin": ORIGIN})
        assert COOKIE not in office.cookies
        assert [(await each.get("/queue")).status_code for each in (office, home, other)] == [303, 303, 200]
        assert left.headers["cache-control"] == "no-store"


async def test_logging_out_goes_on_to_the_provider(entrance: Entrance) -> None:
    """With what it signed, so that it need not ask; from there people come back to a page that says so."""
    async with entrance.browser() as browser:
        await log_in(browser, "zhou.qi")
        left = await browser.post("/logout", headers={"Origin": ORIGIN})
        (address,) = [word for word in left.text.split('"') if word.startswith("0;url=")]
        way_out = address.removeprefix("0;url=").replace("&amp;", "&")
        asked = parse_qs(urlsplit(way_out).query)
        assert asked["post_logout_redirect_uri"] == [f"{ORIGIN}/logged-out"]
        assert asked["id_token_hint"][0].count(".") == 2
        page = await follow(browser, await browser.get(way_out))
        assert page.status_code == 200
        assert "You are logged out" in page.text


async def test_nobody_is_logged_out_by_another_site_or_by_looking(entrance: Entrance) -> None:
    async with entrance.browser() as browser:
        await log_in(browser, "zhou.qi")
        for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
            assert (await browser.post("/logout", headers=headers)).status_code == 403
        await browser.get("/logout")
        assert (await browser.get("/queue")).status_code == 200


async def test_without_a_provider_the_console_says_what_is_missing(engine: AsyncEngine, tmp_path: Path) -> None:
    """Only complaints of the embedded stack are for trying out."""
    external = Settings(state_dir=tmp_path, database_url="postgresql://amends@db.example.org/amends")
    with pytest.raises(AmendsError, match=r"AMENDS_OIDC_ISSUER.*AMENDS_OIDC_CLIENT_ID") as refusal:
        identity_of(external, embedded(external), engine, address=ORIGIN, origin=ORIGIN)
    assert refusal.value.code is ErrorCode.SETUP
    unnamed = Settings(state_dir=tmp_path, oidc_issuer="https://id.example.org")
    with pytest.raises(AmendsError, match=r"AMENDS_OIDC_CLIENT_ID.*http://127.0.0.1:8080/login/callback"):
        identity_of(unnamed, embedded(unnamed), engine, address=ORIGIN, origin=ORIGIN)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("http://192.168.1.5:8080", "http://192.168.1.5:8080"),
        ("http://0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("http://[::]:8080", "https://desk.example.org"),
        ("http://127.0.0.1:8080", "https://desk.example.org"),
    ],
)
async def test_where_other_machines_come_nobody_logs_in_as_whom_they_like(
    engine: AsyncEngine, tmp_path: Path, address: str, origin: str
) -> None:
    """Directly, or through a proxy on this machine."""
    settings = Settings(state_dir=tmp_path)
    with pytest.raises(AmendsError, match=r"AMENDS_OIDC_ISSUER.*without a password") as refusal:
        identity_of(settings, embedded(settings), engine, address=address, origin=origin)
    assert refusal.value.code is ErrorCode.SETUP
    assert identity_of(
        settings, embedded(settings), engine, address="http://[::1]:8080", origin="http://localhost:8080"
    )


def assert_failed(page: httpx2.Response) -> None:
    assert page.status_code == 400
    assert "You could not be logged in" in page.text
