"""A page hears its own browser alone: what others on the staff forge does not reach it, and nothing after the end."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
import socketio  # type: ignore[import-untyped] # it ships no types
from fastapi import FastAPI, Request
from nicegui import Client, ui

from infra.db.engine import make_engine
from starter.access.claims import Person
from starter.access.gate import DEVELOPMENT_TOKEN
from starter.console.cookies import cookie_name
from starter.console.guard import Guard
from starter.console.pages import Pages
from starter.console.serving import answering
from starter.console.sessions import IDLE_FOR, Session, Sessions
from tests.support.conditions import DEADLINE, eventually
from tests.support.entrance import PAGE, Clock
from tests.support.postgres import PostgresServer

_CLIENT_ID = re.compile(r"'client_id': '([0-9a-f-]{36})'")


@dataclass
class Probe:
    """A console of one page, on which one can press a button and drop a file."""

    address: str
    sessions: Sessions
    pages: Pages
    clock: Clock
    pressed: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    async def logged_in(self, subject: str) -> str:
        """The id of a new session."""
        return await self.sessions.open(Person(subject), known_by=DEVELOPMENT_TOKEN)

    def headers(self, token: str) -> dict[str, str]:
        """What a browser sends."""
        return {"Cookie": f"{cookie_name(self.address)}={token}", "Origin": self.address}

    async def page(self, token: str, path: str = "/probe") -> str:
        """Open the page; the id of its client."""
        async with httpx2.AsyncClient() as browser:
            answer = await browser.get(f"{self.address}{path}", headers={**PAGE, **self.headers(token)})
        found = _CLIENT_ID.search(answer.text)
        assert found, answer.text
        return found[1]


@pytest.fixture(scope="module")
async def probe(postgres_server: PostgresServer) -> AsyncIterator[Probe]:
    database = await postgres_server.create(template=postgres_server.first.name)
    engine = make_engine(database.app_url)
    clock = Clock()
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    probe = Probe(address, Sessions(engine, now=clock), Pages(), clock)

    @ui.page("/probe")
    def page(request: Request) -> None:
        session: Session = request.scope["state"]["session"]
        ui.button("press", on_click=lambda: probe.pressed.append(session.person.subject))
        ui.upload(on_upload=lambda event: probe.dropped.append(event.file.name))

    @ui.page("/failing")
    def failing() -> None:
        raise ValueError

    app = FastAPI()
    ui.run_with(app, show_welcome_message=False)
    guard = Guard(app, sessions=probe.sessions, pages=probe.pages, origin=address)
    async with answering(guard, listening):
        yield probe
    await engine.dispose()
    await postgres_server.drop(database)


@pytest.fixture(autouse=True)
def _nothing_has_happened(probe: Probe) -> None:
    probe.pressed.clear()
    probe.dropped.clear()


def press(client_id: str) -> dict[str, Any]:
    """The message by which a browser says that the button of a page was pressed."""
    (button,) = [each for each in Client.instances[client_id].elements.values() if isinstance(each, ui.button)]
    (listener_id,) = button._event_listeners  # noqa: SLF001 - as the page in the browser knows it
    return {"id": button.id, "client_id": client_id, "listener_id": listener_id, "args": ["{}"]}


async def until(holds: Callable[[], bool]) -> None:
    """Return once it holds."""

    async def look() -> bool:
        return holds()

    await eventually(look, "what was sent arrives", within=DEADLINE)


@asynccontextmanager
async def connected(probe: Probe, token: str, client_id: str, *, handshake: bool = True) -> AsyncIterator[Any]:
    """A socket, as a browser opens it for a page; without the handshake, one that has not said for which."""
    browser = socketio.AsyncClient(reconnection=False)
    browser.told = []
    browser.on("run_javascript", lambda message: browser.told.append(message["code"]))
    query = f"client_id={client_id}&tab_id=tab&document_id={client_id}&next_message_id=0"
    await browser.connect(
        f"{probe.address}?{query}&implicit_handshake={str(handshake).lower()}",
        headers=probe.headers(token),
        socketio_path="/_nicegui_ws/socket.io",
        transports=["websocket"],
    )
    try:
        yield browser
    finally:
        await browser.disconnect()


async def test_a_page_hears_its_own_browser(probe: Probe) -> None:
    token = await probe.logged_in("zhou.qi")
    client_id = await probe.page(token)
    async with connected(probe, token, client_id) as browser:
        await browser.emit("event", press(client_id))
        await until(lambda: probe.pressed == ["zhou.qi"])


async def test_a_message_for_somebody_else_s_page_is_dropped(probe: Probe) -> None:
    """Their page is open and connected, and whoever sends the message has a session and a page of their own."""
    head, agent = await probe.logged_in("lin.wan"), await probe.logged_in("zhou.qi")
    theirs, own = await probe.page(head), await probe.page(agent)
    async with connected(probe, head, theirs) as victim, connected(probe, agent, own) as forger:
        await forger.emit("event", press(theirs))
        await forger.emit("ack", {"client_id": theirs, "next_message_id": 10_000})
        await forger.emit("javascript_response", {"client_id": theirs, "request_id": "x", "result": 1})
        for nonsense in (
            None,
            "text",
            ["list"],
            {},
            {"client_id": None},
            {"client_id": ["x"]},
            {"client_id": theirs * 2},
        ):
            await forger.emit("event", nonsense)
        await forger.emit("event", press(own))
        await until(lambda: bool(probe.pressed))
        assert probe.pressed == ["zhou.qi"]
        await victim.emit("event", press(theirs))
        await until(lambda: probe.pressed == ["zhou.qi", "lin.wan"])


async def test_nobody_shakes_hands_for_somebody_else_s_page(probe: Probe) -> None:
    """Whoever did would be told all that is shown there."""
    head, agent = await probe.logged_in("lin.wan"), await probe.logged_in("zhou.qi")
    theirs, own = await probe.page(head), await probe.page(agent)
    with pytest.raises(socketio.exceptions.ConnectionError):
        async with connected(probe, agent, theirs):
            pass
    async with connected(probe, agent, own) as forger:
        said = {"client_id": theirs, "tab_id": "tab", "document_id": "x", "implicit_handshake": False}
        assert await forger.call("handshake", said) is False
        assert not Client.instances[theirs].has_socket_connection


async def test_two_people_in_one_browser_after_another_are_two(probe: Probe) -> None:
    """A page that was made before a new login hears nothing of the new one: sessions are compared, not browsers."""
    first, second = await probe.logged_in("zhou.qi"), await probe.logged_in("zhou.qi")
    client_id = await probe.page(first)
    with pytest.raises(socketio.exceptions.ConnectionError):
        async with connected(probe, second, client_id):
            pass


async def test_pages_that_nicegui_makes_itself_are_their_readers_too(probe: Probe) -> None:
    """Those that say that something is not there, or has failed: refused, they would be loaded anew for ever."""
    token, other = await probe.logged_in("zhou.qi"), await probe.logged_in("lin.wan")
    for path in ("/nothing-here", "/failing"):
        client_id = await probe.page(token, path)
        async with connected(probe, token, client_id) as browser:
            assert browser.connected
        with pytest.raises(socketio.exceptions.ConnectionError):
            async with connected(probe, other, client_id):
                pass


async def test_a_page_that_is_gone_is_loaded_anew(probe: Probe) -> None:
    token = await probe.logged_in("zhou.qi")
    browser = socketio.AsyncClient(reconnection=False)
    said: list[Any] = []
    browser.on("connect_error", said.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await browser.connect(
            f"{probe.address}?client_id=gone&implicit_handshake=true&tab_id=t&document_id=d",
            headers=probe.headers(token),
            socketio_path="/_nicegui_ws/socket.io",
            transports=["websocket"],
        )
    assert said == [{"message": "Implicit handshake failed"}]


async def test_after_logging_out_no_socket_does_anything_more(probe: Probe) -> None:
    """All pages of the person are sent away and deleted, those in other browsers too; other people's stay."""
    office, home, other = [await probe.logged_in(subject) for subject in ("zhou.qi", "zhou.qi", "lin.wan")]
    pages = [await probe.page(token) for token in (office, home, other)]
    async with (
        connected(probe, office, pages[0]) as first,
        connected(probe, home, pages[1]) as second,
        connected(probe, other, pages[2]) as third,
    ):
        last = [press(page) for page in pages]
        await probe.pages.end(await probe.sessions.end_all("zhou.qi"))
        await until(lambda: not first.connected and not second.connected)
        assert [len(browser.told) for browser in (first, second, third)] == [1, 1, 0]
        assert '"/logged-out?next=%2Fprobe"' in first.told[0]
        assert not {*pages[:2]} & Client.instances.keys()
        await third.emit("event", last[0])
        await third.emit("event", last[2])
        await until(lambda: probe.pressed == ["lin.wan"])


async def test_a_session_that_runs_out_closes_its_pages(probe: Probe) -> None:
    """Unless something is done there."""
    idle, busy = await probe.logged_in("zhou.qi"), await probe.logged_in("lin.wan")
    pages = [await probe.page(token) for token in (idle, busy)]
    async with connected(probe, idle, pages[0]) as first, connected(probe, busy, pages[1]) as second:
        probe.clock.go_on(IDLE_FOR / 2)
        await probe.pages.look(probe.sessions)
        assert first.connected
        await second.emit("event", press(pages[1]))
        await until(lambda: probe.pressed == ["lin.wan"])
        await probe.pages.look(probe.sessions)
        probe.clock.go_on(IDLE_FOR / 2)
        await probe.pages.look(probe.sessions)
        await until(lambda: not first.connected)
        assert second.connected
        assert "/logged-out" in first.told[0]


async def test_while_postgresql_is_away_pages_stay_open(probe: Probe) -> None:
    engine = make_engine("postgresql://nobody@127.0.0.1:1/nothing")
    token = await probe.logged_in("zhou.qi")
    client_id = await probe.page(token)
    async with connected(probe, token, client_id) as browser:
        await probe.pages.look(Sessions(engine))
        await browser.emit("event", press(client_id))
        await until(lambda: probe.pressed == ["zhou.qi"])
    await engine.dispose()


async def test_files_are_dropped_on_one_s_own_page_alone(probe: Probe) -> None:
    head, agent = await probe.logged_in("lin.wan"), await probe.logged_in("zhou.qi")
    theirs = await probe.page(head)
    (upload,) = [each for each in Client.instances[theirs].elements.values() if isinstance(each, ui.upload)]
    async with httpx2.AsyncClient(base_url=probe.address) as browser:
        statuses = [
            (await browser.post(upload.props["url"], files={"file": (name, b"x")}, headers=headers)).status_code
            for name, headers in (
                ("nobody.txt", {"Origin": probe.address}),
                ("forged.txt", probe.headers(agent)),
                ("crossed.txt", {**probe.headers(head), "Origin": "https://evil.example"}),
                ("own.txt", probe.headers(head)),
            )
        ]
    assert statuses == [401, 403, 403, 200]
    await until(lambda: probe.dropped == ["own.txt"])


async def test_polling_needs_what_a_websocket_needs(probe: Probe) -> None:
    head, agent = await probe.logged_in("lin.wan"), await probe.logged_in("zhou.qi")
    theirs = await probe.page(head)
    path = f"/_nicegui_ws/socket.io/?EIO=4&transport=polling&client_id={theirs}"
    own = probe.headers(head)
    async with httpx2.AsyncClient(base_url=probe.address) as browser:
        cases = (
            ({"Origin": probe.address}, 401),
            (probe.headers(agent), 403),
            ({**own, "Origin": "https://evil.example"}, 403),
            ({"Cookie": own["Cookie"]}, 403),
            ({"Cookie": own["Cookie"], "Sec-Fetch-Site": "same-origin"}, 200),
            (own, 200),
        )
        for headers, status in cases:
            answer = await browser.get(path, headers=headers)
            assert answer.status_code == status, headers
            assert "access-control-allow-origin" not in answer.headers or status == 200


async def test_pages_are_looked_after_by_themselves(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("starter.console.pages.LOOKED_AFTER_EVERY", IDLE_FOR * 0)
    token = await probe.logged_in("zhou.qi")
    client_id = await probe.page(token)
    async with connected(probe, token, client_id) as browser, probe.pages.looked_after(probe.sessions):
        await probe.sessions.end_all("zhou.qi")
        async with asyncio.timeout(10):
            await browser.wait()
