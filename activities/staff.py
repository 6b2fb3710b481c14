"""Finds the people that letters go to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.letters import OnFile, Reader
from activities.memory import FRESH_FOR, Fresh
from infra.db.tables import Audience, staff
from infra.db.transaction import autocommit, transact
from workflows.contract.vocabulary import Language, Role

_ACTIVE = (
    select(staff.c.subject, staff.c.name, staff.c.email, staff.c.language, staff.c.department, staff.c.roles)
    .where(staff.c.active)
    .order_by(staff.c.subject)
)


def complainant(about: OnFile) -> Reader:
    """The one who complained."""
    return Reader(Audience.COMPLAINANT, None, about.name, about.email, about.language)


def nobody(about: OnFile) -> Reader:
    """Stands for a member of staff who should be there and is not, so that the letter to them is seen at all."""
    return Reader(Audience.STAFF, None, None, None, about.language)


class _Member(NamedTuple):
    reader: Reader
    department: str
    roles: frozenset[str]


class StaffDirectory:
    """The active staff, remembered for seconds. Who is not found is looked for again: a letter to somebody who was
    engaged a moment ago would never be sent.

    Args:
        fresh_for: how long those who have left, moved or changed their address are still written to as before.
    """

    def __init__(self, engine: AsyncEngine, *, fresh_for: timedelta = FRESH_FOR) -> None:
        self._engine = autocommit(engine)
        self._active = Fresh(self._ask, fresh_for)

    async def members(self, subjects: Iterable[str], about: OnFile) -> list[Reader]:
        """The people with these subjects, each once, in this order. Who is not on the staff has no address."""
        wanted = list(dict.fromkeys(subjects))
        if not wanted:
            return []
        known = await self._active.value()
        if not known.keys() >= set(wanted):
            known = await self._active.renewed()
        return [
            known[subject].reader if subject in known else Reader(Audience.STAFF, subject, None, None, about.language)
            for subject in wanted
        ]

    async def entitled(self, department: str, roles: Sequence[Role], barred: Collection[str]) -> list[Reader]:
        """Who may approve: holders of one of the roles in the department, and all executives if that is one of them.

        If everybody among them is barred, the executives who are not.
        """
        found = _entitled((await self._active.value()).values(), department, roles, barred)
        return found or _entitled((await self._active.renewed()).values(), department, roles, barred)

    async def _ask(self) -> dict[str, _Member]:
        return await transact(self._engine, _active_staff)


async def _active_staff(connection: AsyncConnection) -> dict[str, _Member]:
    return {
        row.subject: _Member(
            Reader(Audience.STAFF, row.subject, row.name, row.email, Language(row.language)),
            row.department,
            frozenset(row.roles),
        )
        for row in await connection.execute(_ACTIVE)
    }


def _entitled(
    active: Collection[_Member], department: str, roles: Sequence[Role], barred: Collection[str]
) -> list[Reader]:
    free = [member for member in active if member.reader.subject not in barred]
    executives = [member for member in free if Role.EXECUTIVE in member.roles]
    lower = set(roles) - {Role.EXECUTIVE}
    chosen = [
        member
        for member in free
        if (member.department == department and not lower.isdisjoint(member.roles))
        or (Role.EXECUTIVE in roles and Role.EXECUTIVE in member.roles)
    ]
    return [member.reader for member in chosen or executives]
