"""The views of the queue that people have saved: filters with a name, each person's own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple

from pydantic import StringConstraints, TypeAdapter, ValidationError
from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.tables.console import saved_views as table
from infra.db.transaction import transact
from workflows.contract.base import STORABLE
from workflows.contract.errors import AmendsError, ErrorCode

MOST = 20
"""Of one person: each is a tab."""

NAME_MAX_CHARACTERS = 40

_NAME = TypeAdapter(
    Annotated[str, StringConstraints(min_length=1, max_length=NAME_MAX_CHARACTERS, strip_whitespace=True), STORABLE]
)


class SavedView(NamedTuple):
    """A view under its name; `query` are the parameters of its address."""

    name: str
    query: str


class SavedViews:
    """Everybody's. All methods raise AmendsError `unreachable` or `setup` when the database cannot answer."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of(self, subject: str) -> list[SavedView]:
        """Those of a person, the oldest first."""
        query = select(table.c.name, table.c.query).where(table.c.subject == subject)
        rows = await self._rows(query.order_by(table.c.created_at, table.c.name))
        return [SavedView(row.name, row.query) for row in rows]

    async def save(self, subject: str, name: str, query: str) -> SavedView:
        """Save a view.

        Raises:
            AmendsError: `invalid_input`, of the name; `already_there`; `too_many`.
        """
        view = SavedView(_checked(name), query)
        row = {"subject": subject, "name": view.name, "query": query, "created_at": datetime.now(UTC)}

        async def write(connection: AsyncConnection) -> list[Row[Any]]:
            mine = select(func.count()).where(table.c.subject == subject)
            if (await connection.execute(mine)).scalar_one() >= MOST:
                raise AmendsError(ErrorCode.TOO_MANY, f"there are {MOST} views already: delete one first", "name")
            added = insert(table).values(row).on_conflict_do_nothing().returning(table.c.name)
            return list(await connection.execute(added))

        if not await transact(self._engine, write):
            raise _taken(view.name)
        return view

    async def rename(self, subject: str, name: str, new_name: str) -> str:
        """Call a view something else; its name from now on. One that has gone stays away.

        Raises:
            AmendsError: `invalid_input`, of the new name; `already_there`.
        """
        renamed = _checked(new_name)
        if renamed == name:
            return renamed
        taken = select(table.c.name).where(table.c.subject == subject, table.c.name == renamed)

        async def write(connection: AsyncConnection) -> bool:
            if (await connection.execute(taken)).first() is not None:
                return False
            of_this_name = update(table).where(table.c.subject == subject, table.c.name == name)
            await connection.execute(of_this_name.values(name=renamed))
            return True

        if not await transact(self._engine, write):
            raise _taken(renamed)
        return renamed

    async def delete(self, subject: str, name: str) -> None:
        """Forget a view."""
        await transact(
            self._engine,
            lambda connection: connection.execute(
                delete(table).where(table.c.subject == subject, table.c.name == name)
            ),
        )

    async def _rows(self, query: Any) -> list[Row[Any]]:
        async def read(connection: AsyncConnection) -> list[Row[Any]]:
            return list(await connection.execute(query))

        return await transact(self._engine, read)


def _checked(name: str) -> str:
    try:
        return _NAME.validate_python(name)
    except ValidationError:
        raise AmendsError(
            ErrorCode.INVALID_INPUT, f"expected a name of at most {NAME_MAX_CHARACTERS} characters", "name"
        ) from None


def _taken(name: str) -> AmendsError:
    return AmendsError(ErrorCode.ALREADY_THERE, f"there is a view called {name} already", "name")
