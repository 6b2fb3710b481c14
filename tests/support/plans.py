"""How PostgreSQL would go about a question."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, event
from sqlalchemy.ext.asyncio import AsyncConnection


async def planned(connection: AsyncConnection, query: Select[Any]) -> str:
    """The plan of a query with its parameters."""

    def explain(
        _connection: object, _cursor: object, statement: str, parameters: object, *_: object
    ) -> tuple[str, object]:
        return f"EXPLAIN {statement}", parameters

    event.listen(connection.sync_connection, "before_cursor_execute", explain, retval=True)
    try:
        return "\n".join(row[0] for row in await connection.execute(query))
    finally:
        event.remove(connection.sync_connection, "before_cursor_execute", explain)
