"""Finds the people that letters go to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.memory import FRESH_FOR, Fresh
from infra.db.absences import absent_until
from infra.db.tables import Audience, staff
from infra.db.transaction import autocommit, transact
from infra.deputies import acting_deputy
from infra.letters.writer import OnFile, Reader
from infra.working_calendars import WorkingCalendars
from workflows.contract.vocabulary import Language, Role

_ACTIVE = (
    select(
        staff.c.subject,
        staff.c.name,
        staff.c.email,
        staff.c.language,
        staff.c.calendar,
        staff.c.department,
        staff.c.roles,
        staff.c.deputy,
        staff.c.contractor,
        absent_until(func.now()).is_not(None).label("is_absent"),
    )
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
    deputy: str | None
    is_contractor: bool
    is_absent: bool


class StaffDirectory:
    """The active staff, remembered for seconds. Who is not found is looked for again: a letter to somebody who was
    engaged a moment ago would never be sent.

    Args:
        engine: the application's connections.
        calendars: of which staff's calendars tell their time zones.
        fresh_for: how long those who have left, moved or changed their address are still written to as before.
    """

    def __init__(self, engine: AsyncEngine, calendars: WorkingCalendars, *, fresh_for: timedelta = FRESH_FOR) -> None:
        self._engine = autocommit(engine)
        self._calendars = calendars
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

    async def acting_for(self, subjects: Iterable[str]) -> dict[str, Reader]:
        """Who acts for those of these people who are absent, as far as they have a deputy who is there."""
        known = await self._active.value()
        deputies = _deputies(known)
        acting = {subject: acting_deputy(subject, deputies) for subject in subjects}
        return {
            subject: replace(known[deputy].reader, stands_in_for=known[subject].reader.called)
            for subject, deputy in acting.items()
            if deputy in known
        }

    async def entitled(self, department: str, roles: Sequence[Role], barred: Collection[str]) -> list[Reader]:
        """Who may approve: holders of one of the roles in the department, and all executives if that is one of them;
        and who acts for those among them who are absent.

        If everybody among them is barred, the executives who are not. Nobody barred, and nobody for them; and no
        contractor.
        """
        found = _entitled(await self._active.value(), department, roles, barred)
        return found or _entitled(await self._active.renewed(), department, roles, barred)

    async def _ask(self) -> dict[str, _Member]:
        rows = await transact(self._engine, lambda connection: connection.execute(_ACTIVE))
        return {row.subject: self._member(row) for row in rows}

    def _member(self, row: Row[Any]) -> _Member:
        zone = self._calendars.zone(row.calendar) if row.calendar else None
        return _Member(
            Reader(Audience.STAFF, row.subject, row.name, row.email, Language(row.language), zone),
            row.department,
            frozenset(row.roles),
            row.deputy,
            row.contractor,
            row.is_absent,
        )


def _entitled(
    active: Mapping[str, _Member], department: str, roles: Sequence[Role], barred: Collection[str]
) -> list[Reader]:
    free = {subject: member for subject, member in active.items() if subject not in barred and not member.is_contractor}
    executives = [subject for subject, member in free.items() if Role.EXECUTIVE in member.roles]
    lower = set(roles) - {Role.EXECUTIVE}
    chosen = [
        subject
        for subject, member in free.items()
        if (member.department == department and not lower.isdisjoint(member.roles))
        or (Role.EXECUTIVE in roles and Role.EXECUTIVE in member.roles)
    ]
    asked = chosen or executives
    deputies = _deputies(active, barred)
    added: dict[str, Reader] = {}
    for subject in asked:
        acting = acting_deputy(subject, deputies)
        if acting in free and acting not in asked and acting not in added:
            added[acting] = replace(free[acting].reader, stands_in_for=free[subject].reader.called)
    return [*(free[subject].reader for subject in asked), *added.values()]


def _deputies(active: Mapping[str, _Member], barred: Collection[str] = ()) -> dict[str, str | None]:
    """Of those absent. Who is barred passes nothing on, neither their own say nor that of others."""
    absent = {subject: member for subject, member in active.items() if member.is_absent}
    return {subject: None if subject in barred else member.deputy for subject, member in absent.items()}
