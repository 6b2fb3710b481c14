"""The way into the console without its pages: the guard and the login around one that only says who is there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import httpx2
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.connections import Connections
from infra.db.engine import make_engine
from infra.devstack.addresses import Addresses
from infra.settings import Settings
from starter.access.admission import Admission
from starter.console.guard import Guard
from starter.console.identity import Identity, identity_of
from starter.console.login import Login
from starter.console.pages import Pages
from starter.console.sessions import Sessions
from tests.support.postgres import PostgresServer

ORIGIN = "http://127.0.0.1:8080"
PAGE = {"Accept": "text/html"}

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Clock:
    """A time that goes on when it is told to. It begins now: what the provider signs is dated by it."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        """The time."""
        return self.at

    def go_on(self, by: timedelta) -> None:
        """Later."""
        self.at += by


@dataclass
class Entrance:
    """What people meet before there are pages."""

    engine: AsyncEngine
    identity: Identity
    origin: str = ORIGIN
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.engine, now=self.clock)
        self.pages = Pages()
        self.login = Login(
            self.identity,
            admission=Admission(self.engine),
            sessions=self.sessions,
            pages=self.pages,
            origin=self.origin,
            now=self.clock,
        )
        routes = [*self.login.routes, Route("/{path:path}", _who_is_there, methods=["GET", "POST"])]
        self.app = Guard(Starlette(routes=routes), sessions=self.sessions, pages=self.pages, origin=self.origin)

    def browser(self, **headers: str) -> httpx2.AsyncClient:
        """One with no cookies, which goes nowhere by itself."""
        transport = httpx2.ASGITransport(self.app)
        return httpx2.AsyncClient(transport=transport, base_url=self.origin, headers={**PAGE, **headers})


async def _who_is_there(request: Request) -> Response:
    session = request.scope.get("state", {}).get("session")
    return JSONResponse(session and {"subject": session.person.subject, "session_key": session.session_key})


def embedded(settings: Settings) -> Connections:
    """As if the embedded stack were up."""
    stack = Addresses(
        temporal="127.0.0.1:1",
        temporal_ui="",
        database="",
        database_owner="",
        smtp="",
        mail_directory=settings.state_dir,
        pid=1,
        postgres_pid=None,
        temporal_pid=None,
        started_at=datetime.now(UTC),
    )
    return Connections(settings, stack, profile=None)


@asynccontextmanager
async def shared_engine(server: PostgresServer) -> AsyncIterator[AsyncEngine]:
    """The application's connections to a database of its own, for all tests of a file: they leave nothing behind that
    the others would see.
    """
    database = await server.create(template=server.first.name)
    engine = make_engine(database.app_url)
    yield engine
    await engine.dispose()
    await server.drop(database)


@asynccontextmanager
async def development_entrance(
    engine: AsyncEngine, state_dir: Path, *, origin: str = ORIGIN
) -> AsyncIterator[Entrance]:
    """An entrance with the development stack's own identity provider."""
    settings = Settings(state_dir=state_dir)
    identity = identity_of(settings, embedded(settings), engine, address=origin, origin=origin)
    entrance = Entrance(engine, identity, origin)
    yield entrance
    await entrance.login.close()


async def log_in(browser: httpx2.AsyncClient, subject: str, *, path: str = "/queue") -> httpx2.Response:
    """Go to a page, and on through the development stack's login as somebody; the answer is that of coming back."""
    page = await at_the_provider(browser, path=path)
    return await follow(browser, await choose(browser, page, subject))


async def at_the_provider(browser: httpx2.AsyncClient, *, path: str = "/queue") -> httpx2.Response:
    """Go to a page, and on to where the provider asks who one is."""
    return await follow(browser, await follow(browser, await browser.get(path)))


async def choose(browser: httpx2.AsyncClient, page: httpx2.Response, subject: str) -> httpx2.Response:
    """Choose somebody on the provider's page."""
    form = {name: unescape(value) for name, value in _HIDDEN.findall(page.text)} | {"subject": subject}
    origin = f"{page.url.scheme}://{page.url.netloc.decode()}"
    return await browser.post(str(page.url.copy_with(query=None)), data=form, headers={"Origin": origin})


async def follow(browser: httpx2.AsyncClient, answer: httpx2.Response) -> httpx2.Response:
    """Go where an answer sends the browser."""
    assert answer.is_redirect, (answer.status_code, answer.text)
    return await browser.get(urljoin(str(answer.url), answer.headers["location"]))
