"""Serves the console: its connections, a listening socket, and an end that closes pages."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import structlog
import uvicorn
from starlette.types import ASGIApp

from infra import web_server
from infra.connections import connect_temporal, resolve
from infra.db.engine import make_engine
from infra.listening import address_of, listening_on
from infra.settings import Settings
from starter.access.admission import Admission
from starter.client import AmendsClient
from starter.console.app import create_app
from starter.console.identity import identity_of
from starter.console.login import Login
from starter.console.news import News
from starter.console.office import Office
from starter.console.origin import origin_of
from starter.console.pages import Pages
from starter.console.sessions import Sessions
from starter.feed import Feed

CALL_TIME_LIMIT = timedelta(seconds=5)
"""Of one call to Temporal and of one statement to PostgreSQL: whoever waits for an answer gets one within seconds."""

CONNECTIONS = 10
COUNTING = 2
COUNTING_TIME_LIMIT = timedelta(seconds=30)
"""Of what the board counts, and how many may count at once: a year of a large desk takes longer than anything else."""

END_TIME_LIMIT = timedelta(seconds=2)
"""How long what has begun may go on when the process is told to end; open pages would go on for ever."""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_office(settings: Settings) -> AsyncIterator[Office]:
    """Everything pages need. Neither server has to be there yet, only their addresses.

    Raises:
        AmendsError: `unreachable` when nothing names a server; `setup` when an address is none.
    """
    connections = resolve(settings)
    async with AsyncExitStack() as stack:
        engine = make_engine(
            connections.database, connections=CONNECTIONS, time_limit=CALL_TIME_LIMIT, plan_every_time=True
        )
        stack.push_async_callback(engine.dispose)
        counting = make_engine(
            connections.database, connections=COUNTING, time_limit=COUNTING_TIME_LIMIT, plan_every_time=True
        )
        stack.push_async_callback(counting.dispose)
        temporal = await connect_temporal(connections.temporal, lazy=True)
        feed = Feed(engine)
        stack.push_async_callback(feed.close)
        news, sessions, pages = News(feed), Sessions(engine), Pages()
        await stack.enter_async_context(news.telling())
        await stack.enter_async_context(pages.looked_after(sessions))
        yield Office(
            settings=settings,
            connections=connections,
            temporal=temporal,
            engine=engine,
            counting=counting,
            desk=AmendsClient(temporal, task_queue=settings.task_queue, patience=CALL_TIME_LIMIT),
            admission=Admission(engine),
            sessions=sessions,
            pages=pages,
            news=news,
        )


@asynccontextmanager
async def open_login(office: Office, *, address: str, origin: str) -> AsyncIterator[Login]:
    """The way in and out of the console that listens on `address` and is found at `origin`.

    Raises:
        AmendsError: `setup`, when there is no identity provider.
    """
    identity = identity_of(office.settings, office.connections, office.engine, address=address, origin=origin)
    login = Login(identity, admission=office.admission, sessions=office.sessions, pages=office.pages, origin=origin)
    try:
        yield login
    finally:
        await login.close()


@asynccontextmanager
async def answering(app: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """Answer browsers during the block."""
    config = uvicorn.Config(
        app,
        http="h11",
        ws="websockets-sansio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(END_TIME_LIMIT.total_seconds()),
    )
    async with web_server.answering(config, listening):
        yield


async def serve(settings: Settings) -> None:
    """Answer browsers at the settings' address until cancelled.

    Raises:
        AmendsError: as `open_office` and `open_login`; `setup`, when the address cannot be listened on.
    """
    listening = listening_on(settings.console_host, settings.console_port, field="console_port")
    address = address_of(listening)
    origin = origin_of(settings, address)
    async with (
        open_office(settings) as office,
        open_login(office, address=address, origin=origin) as login,
        answering(create_app(office, login, origin=origin), listening),
    ):
        log.info("console.ready", address=address, origin=origin)
        await asyncio.Event().wait()
