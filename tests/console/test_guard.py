"""Nobody gets past the guard without a session, and nothing that another site sends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from nicegui import __version__ as nicegui_version
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import Message, Receive, Scope, Send

from infra.db.engine import make_engine
from starter.access.claims import Person
from starter.access.gate import DEVELOPMENT_TOKEN
from starter.console.cookies import cookie_name
from starter.console.frame import STATIC
from starter.console.guard import Guard
from starter.console.sessions import GRACE, ROTATED_EVERY
from tests.support.entrance import ORIGIN, Entrance, development_entrance, log_in, shared_engine
from tests.support.postgres import PostgresServer

COOKIE = cookie_name(ORIGIN)
SOCKET = "/_nicegui_ws/socket.io/"
REFUSED = [{"type": "websocket.close"}]
"""A websocket, before it is open."""


@pytest.fixture(scope="module")
async def engine(postgres_server: PostgresServer) -> AsyncIterator[AsyncEngine]:
    async with shared_engine(postgres_server) as engine:
        yield engine


@pytest.fixture
async def entrance(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Entrance]:
    async with development_entrance(engine, tmp_path) as entrance:
        yield entrance


@pytest.fixture
async def without_postgresql(tmp_path: Path) -> AsyncIterator[Entrance]:
    engine = make_engine("postgresql://nobody@127.0.0.1:1/nothing")
    async with development_entrance(engine, tmp_path) as entrance:
        yield entrance
    await engine.dispose()


async def test_a_page_without_a_session_leads_to_the_login_and_back(entrance: Entrance) -> None:
    """Also for a session that never was. At the console's own address, whatever name it was found by."""
    async with entrance.browser() as browser:
        browser.cookies.set(COOKIE, "made-up", domain="127.0.0.1")
        answer = await browser.get("/complaint/C-1?tab=%E6%97%B6%E9%99%90&a=b")
        assert answer.status_code == 303
        assert (
            answer.headers["location"]
            == f"{ORIGIN}/login?next=%2Fcomplaint%2FC-1%3Ftab%3D%25E6%2597%25B6%25E9%2599%2590%26a%3Db"
        )
        elsewhere = await browser.get("/", headers={"Host": "localhost:8080"})
        assert elsewhere.headers["location"].startswith(f"{ORIGIN}/login?")


@pytest.mark.parametrize(
    ("method", "path", "accept"),
    [
        ("GET", "/queue.csv", "*/*"),
        ("POST", "/queue", "text/html"),
        ("GET", SOCKET + "?EIO=4&transport=polling", "*/*"),
    ],
)
async def test_anything_else_is_refused_with_a_code(entrance: Entrance, method: str, path: str, accept: str) -> None:
    async with entrance.browser() as browser:
        answer = await browser.request(method, path, headers={"Accept": accept, "Origin": ORIGIN})
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "unauthenticated"


async def test_only_what_everybody_may_see_is_open(entrance: Entrance) -> None:
    async with entrance.browser(Accept="*/*") as browser:
        for path in ("/logged-out", "/development/identity/jwks", "/login", f"{STATIC}/console.css"):
            assert (await browser.get(path)).status_code in {200, 303}
        for path in (
            "/login/",
            "/logged-out/x",
            "/logout",
            "/healthz/x",
            "/development",
            "/_nicegui/",
            "/_nicegui/client/x/upload/1",
            f"/_nicegui/{nicegui_version}",
            f"/_nicegui/{nicegui_version}/x",
            f"/_nicegui/{nicegui_version}/static",
            "/static/x.css",
            "//login",
        ):
            assert (await browser.get(path)).status_code == 401, path


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://127.0.0.1:9999"}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}]
)
async def test_what_another_site_sends_changes_nothing(entrance: Entrance, headers: dict[str, str]) -> None:
    """Neither with the session of whoever looks at it, nor at the development stack's login."""
    async with entrance.browser() as browser:
        await log_in(browser, "zhou.qi")
        for path in ("/queue", "/logout", "/development/identity/authorize", SOCKET + "?transport=polling"):
            answer = await browser.post(path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
        for own in ({"Origin": ORIGIN}, {"Sec-Fetch-Site": "same-origin"}):
            assert (await browser.post("/queue", headers=own)).status_code == 200


async def test_a_page_brings_the_browser_its_new_id(entrance: Entrance) -> None:
    async with entrance.browser() as browser:
        await log_in(browser, "zhou.qi")
        first = browser.cookies[COOKIE]
        assert "set-cookie" not in (await browser.get("/queue")).headers
        entrance.clock.go_on(ROTATED_EVERY)
        assert "set-cookie" not in (await browser.get("/queue.csv", headers={"Accept": "*/*"})).headers
        before = (await browser.get("/queue")).json()["session_key"]
        second = browser.cookies[COOKIE]
        assert second != first
        assert (await browser.get("/queue")).json()["session_key"] == before
        entrance.clock.go_on(GRACE)
        assert await entrance.sessions.find(first) is None


async def test_every_answer_says_what_browsers_may_do_with_it(entrance: Entrance) -> None:
    async with entrance.browser() as browser:
        await log_in(browser, "zhou.qi")
        for path in ("/queue", "/login", "/logged-out", "/nothing.csv", "/development/identity/jwks"):
            headers = (await browser.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
            assert headers["cache-control"] == "no-store"
            policy = headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy
            assert policy.startswith(("default-src 'self'", "default-src 'none'"))
            assert headers["x-frame-options"] == "DENY"
        page = (await browser.get("/queue")).headers["content-security-policy"]
        assert "connect-src 'self' ws://127.0.0.1:8080" in page
        assert "object-src 'none'" in page
        assert "cache-control" not in (await browser.get(f"{STATIC}/x.css")).headers


async def test_while_postgresql_is_away_pages_say_so_and_try_again(without_postgresql: Entrance) -> None:
    """At the same address: what the browser keeps of unsent input stays. Nobody is sent to log in."""
    async with without_postgresql.browser(**{"Accept-Language": "zh-CN"}) as browser:
        browser.cookies.set(COOKIE, "a-session", domain="127.0.0.1")
        page = await browser.get("/complaint/C-1")
        assert page.status_code == 503
        assert page.headers["retry-after"] == "4"
        assert '<meta http-equiv="refresh" content="4">' in page.text
        assert "系统暂时没有回应" in page.text
        assert "The desk does not answer" in page.text
        assert '<html lang="zh">' in page.text
        problem = await browser.get("/queue.csv", headers={"Accept": "*/*"})
        assert (problem.status_code, problem.json()["code"]) == (503, "unreachable")
        assert (await browser.post("/logout", headers={"Origin": ORIGIN})).status_code == 503


async def opened_at(entrance: Entrance, path: str = SOCKET, **headers: str) -> list[Message]:
    """What is answered to a websocket that says one thing, after the greeting, and then goes."""
    answers: list[Message] = []
    received: list[Message] = [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": "40"},
        {"type": "websocket.disconnect", "code": 1001},
    ]
    path, _, query = path.partition("?")
    scope: dict[str, Any] = {
        "type": "websocket",
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive() -> Message:
        return received.pop(0)

    async def send(message: Message) -> None:
        answers.append(dict(message))

    await entrance.app(scope, receive, send)
    return answers


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8081"},
        {"Origin": f"{ORIGIN}.evil.example"},
    ],
    ids=str,
)
async def test_a_websocket_of_another_site_is_refused(entrance: Entrance, headers: dict[str, str]) -> None:
    """With a good session: browsers send its cookie along."""
    token = await entrance.sessions.open(Person("zhou.qi"), known_by=DEVELOPMENT_TOKEN)
    assert await opened_at(entrance, Cookie=f"{COOKIE}={token}", **headers) == REFUSED


async def test_a_websocket_is_only_where_nicegui_has_one(entrance: Entrance) -> None:
    token = await entrance.sessions.open(Person("zhou.qi"), known_by=DEVELOPMENT_TOKEN)
    assert await opened_at(entrance, "/queue", Cookie=f"{COOKIE}={token}", Origin=ORIGIN) == REFUSED


async def test_a_websocket_without_a_session_is_told_to_load_the_page_anew(entrance: Entrance) -> None:
    """And reaches nothing. The browser would try for ever otherwise, and nobody would be asked to log in."""
    accepted, greeting, refusal, closed = await opened_at(entrance, SOCKET + "?client_id=x", Origin=ORIGIN)
    assert accepted["type"] == "websocket.accept"
    assert greeting["text"].startswith('0{"sid"')
    assert refusal["text"] == '44{"message": "Implicit handshake failed"}'
    assert closed["type"] == "websocket.close"


async def test_while_postgresql_is_away_a_websocket_is_refused_for_now(without_postgresql: Entrance) -> None:
    assert await opened_at(without_postgresql, Cookie=f"{COOKIE}=a-session", Origin=ORIGIN) == REFUSED


@pytest.mark.parametrize("has_gone", [True, False])
async def test_a_browser_that_goes_away_meanwhile_is_no_failure(entrance: Entrance, has_gone: bool) -> None:
    async def unanswered(_: Scope, receive: Receive, __: Send) -> None:
        if has_gone:
            await receive()
        raise RuntimeError("No response returned.")

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_: Message) -> None:
        raise AssertionError

    guard = Guard(unanswered, sessions=entrance.sessions, pages=entrance.pages, origin=ORIGIN)
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": f"{STATIC}/x", "query_string": b"", "headers": []}
    with nullcontext() if has_gone else pytest.raises(RuntimeError):
        await guard(scope, receive, send)
