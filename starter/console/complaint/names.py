"""What people and departments are called, as the directory has them; also those who have left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.tables import departments, staff
from infra.db.transaction import autocommit, transact
from workflows.contract.vocabulary import Language

_STAFF = select(staff.c.subject, staff.c.name)
_DEPARTMENTS = select(departments.c.department, departments.c.names)


@dataclass(frozen=True)
class Names:
    """Names by what the journal calls people and departments."""

    people: Mapping[str, str] = field(default_factory=dict)
    departments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def person(self, subject: str) -> str:
        """Somebody by name; whom the directory does not know, as the journal has them."""
        return self.people.get(subject, subject)

    def department(self, department: str, language: Language) -> str | None:
        """A department in a language; None of one that the directory does not know, such as the intake desk."""
        return self.departments.get(department, {}).get(language)


async def read_names(engine: AsyncEngine) -> Names:
    """Ask the directory.

    Raises:
        AmendsError: `unreachable`, `setup`.
    """

    async def read(connection: AsyncConnection) -> Names:
        people = {row.subject: row.name for row in await _rows(connection, _STAFF)}
        return Names(people, {row.department: row.names for row in await _rows(connection, _DEPARTMENTS)})

    return await transact(autocommit(engine), read)


async def _rows(connection: AsyncConnection, query: Select[Any]) -> list[Row[Any]]:
    return list((await connection.execute(query)).all())
