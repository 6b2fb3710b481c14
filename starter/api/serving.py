"""Serves the HTTP door: the connections it needs, a listening socket, and an end that lets requests finish."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import structlog
import uvicorn
from fastapi import FastAPI

from infra import web_server
from infra.connections import connect_temporal, resolve
from infra.db.engine import make_engine
from infra.listening import address_of, listening_on
from infra.settings import Settings
from starter.access.gate import Gate
from starter.api.app import create_app
from starter.api.connection import Connection
from starter.api.door import Door
from starter.client import AmendsClient
from starter.feed import Feed

CALL_TIME_LIMIT = timedelta(seconds=5)
"""Of one call to Temporal and of one statement to PostgreSQL: whoever waits for an answer gets one within seconds."""

CONNECTIONS = 10
END_TIME_LIMIT = timedelta(seconds=5)
"""How long requests that have begun may go on when the process is told to end."""

KEEP_ALIVE = timedelta(seconds=65)
"""Longer than the idle time of common proxies: a connection that both ends close at once fails a request."""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_door(settings: Settings) -> AsyncIterator[Door]:
    """Everything endpoints need. Neither server has to be there yet, only their addresses.

    Raises:
        AmendsError: `unreachable` when nothing names a server; `setup` when an address is none.
    """
    connections = resolve(settings)
    async with AsyncExitStack() as stack:
        engine = make_engine(
            connections.database, connections=CONNECTIONS, time_limit=CALL_TIME_LIMIT, plan_every_time=True
        )
        stack.push_async_callback(engine.dispose)
        temporal = await connect_temporal(connections.temporal, lazy=True)
        gate = Gate(settings, connections, engine)
        stack.push_async_callback(gate.close)
        feed = Feed(engine)
        stack.push_async_callback(feed.close)
        desk = AmendsClient(temporal, task_queue=settings.task_queue, patience=CALL_TIME_LIMIT)
        yield Door(settings=settings, temporal=temporal, engine=engine, desk=desk, gate=gate, feed=feed)


@asynccontextmanager
async def answering(app: FastAPI, *, host: str, port: int) -> AsyncIterator[str]:
    """Answer requests during the block; its value is the address, `http://host:port`.

    Args:
        app: the application.
        host: the interface to listen on.
        port: 0 for any that is free.

    Raises:
        AmendsError: `setup`, when the address cannot be listened on.
    """
    listening = listening_on(host, port, field="api_port")
    config = uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=int(KEEP_ALIVE.total_seconds()),
        timeout_graceful_shutdown=int(END_TIME_LIMIT.total_seconds()),
    )
    async with web_server.answering(config, listening, dismiss=app.state.door.feed.dismiss):
        yield address_of(listening)


async def serve(settings: Settings) -> None:
    """Answer requests at the settings' address until cancelled.

    Raises:
        AmendsError: as `open_door` and `answering`.
    """
    async with (
        open_door(settings) as door,
        answering(create_app(door), host=settings.api_host, port=settings.api_port) as address,
    ):
        log.info("api.ready", address=address)
        await asyncio.Event().wait()
