"""Notes what is sent to PostgreSQL: what SQLAlchemy executes, and what the driver is given past it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from asyncpg.connection import LoggedQuery
from sqlalchemy import AdaptedConnection, event
from sqlalchemy.ext.asyncio import AsyncEngine

_OF_TRANSACTIONS = ("BEGIN", "COMMIT", "ROLLBACK")


@asynccontextmanager
async def statements_on(engine: AsyncEngine) -> AsyncIterator[list[str]]:
    """All statements during the block, without those that begin and end transactions."""
    statements: list[str] = []

    def note_execution(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    def note_query(query: LoggedQuery) -> None:
        if not query.query.startswith(_OF_TRANSACTIONS):
            statements.append(query.query)

    def lend(session: AdaptedConnection, *_: object) -> None:
        session.driver_connection.add_query_logger(note_query)

    def take_back(session: AdaptedConnection | None, _record: object) -> None:
        if session is not None:  # none, if the session is given up
            session.driver_connection.remove_query_logger(note_query)

    listeners: dict[str, Callable[..., None]] = {
        "before_cursor_execute": note_execution,
        "checkout": lend,
        "checkin": take_back,
    }
    for name, listener in listeners.items():
        event.listen(engine.sync_engine, name, listener)
    try:
        yield statements
        await asyncio.sleep(0)  # the driver tells of a statement with the next round of the loop
    finally:
        for name, listener in listeners.items():
            event.remove(engine.sync_engine, name, listener)
