"""How commands reach the outside world: complaints through the typed client, tables through the read model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from infra.connections import connect_temporal, resolve
from infra.db.engine import make_engine
from infra.settings import Settings
from starter.client import AmendsClient

_DATABASE_CONNECTIONS = 2


async def open_desk(settings: Settings) -> AmendsClient:
    """The client for complaints.

    Raises:
        AmendsError: `unreachable`, saying what to do.
    """
    temporal = await connect_temporal(resolve(settings).temporal)
    return AmendsClient(temporal, task_queue=settings.task_queue)


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """The database as the application sees it; connects when first used.

    Raises:
        AmendsError: `unreachable`, when no database is configured or up.
    """
    engine = make_engine(resolve(settings).database, connections=_DATABASE_CONNECTIONS)
    try:
        yield engine
    finally:
        await engine.dispose()
