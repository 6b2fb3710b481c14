"""Questions to the directory's tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, any_, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.absences import absences_of, absent_until
from infra.db.directory import away, open_complaints, responsible, unknown_staff
from infra.db.directory_store import load
from infra.db.tables import directory_changes, staff
from infra.deputies import acting_deputy, stood_in_for
from starter.directory.views import DepartmentRow, HistoryRow, StaffFile, StaffRow, WantedStaff


async def staff_rows(connection: AsyncConnection, wanted: WantedStaff, at: datetime) -> list[StaffRow]:
    """Those wanted, department by department, by name."""
    until = absent_until(at)
    rows = await connection.execute(
        select(staff, until.label("absent_until"))
        .where(*_conditions(wanted, until.is_not(None)))
        .order_by(staff.c.department, staff.c.subject)
    )
    return [StaffRow.model_validate(dict(row)) for row in rows.mappings()]


async def staff_file(connection: AsyncConnection, subject: str, at: datetime) -> StaffFile:
    """One person, also one who has left.

    Raises:
        AmendsError: `unknown_staff`, with the names that come close.
    """
    query = select(staff, absent_until(at).label("absent_until"), open_complaints().label("open_complaints"))
    row = (await connection.execute(query.where(staff.c.subject == subject))).mappings().one_or_none()
    if row is None:
        known = await connection.execute(select(staff.c.subject))
        raise unknown_staff(subject, known.scalars())
    absent = await away(connection, at)
    deputies = {each: found.member.deputy for each, found in absent.items()}
    return StaffFile.model_validate(
        {
            **row,
            "absences": await absences_of(connection, subject, at),
            "acting_deputy": acting_deputy(subject, deputies),
            "stands_in_for": stood_in_for(subject, deputies) if row["active"] else (),
        }
    )


async def loads(connection: AsyncConnection) -> dict[str, int]:
    """How many open complaints each of the staff owns; nobody who owns none is among them."""
    load = open_complaints().label("load")
    rows = await connection.execute(select(staff.c.subject, load).where(staff.c.active))
    return {row.subject: row.load for row in rows if row.load}


async def department_rows(connection: AsyncConnection) -> list[DepartmentRow]:
    """The departments in which somebody is, by name."""
    organisation, answering = await load(connection), await responsible(connection)
    rows = []
    for each in organisation.departments:
        who = answering.get(each.department)
        size = len([member for member in organisation.staff if member.department == each.department])
        head, lead = (who.head, who.lead) if who else (None, None)
        rows.append(DepartmentRow(department=each.department, names=each.names, head=head, lead=lead, staff=size))
    return rows


async def journal(connection: AsyncConnection, about: str | None, limit: int) -> list[HistoryRow]:
    """At most `limit` changes, to one person or department or to all, the last first."""
    query = select(directory_changes).order_by(directory_changes.c.ordinal.desc()).limit(limit)
    if about is not None:
        query = query.where(directory_changes.c.about == about)
    rows = (await connection.execute(query)).mappings()
    return [HistoryRow.model_validate({**{name: row[name] for name in _NOTED}, **row["change"]}) for row in rows]


_NOTED = ("ordinal", "at", "by", "authenticated_by", "action", "about")


def _conditions(wanted: WantedStaff, is_absent: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    exact = {
        staff.c.department: wanted.department,
        staff.c.team: wanted.team,
        staff.c.contractor: wanted.contractor,
        staff.c.active: wanted.active,
        is_absent: wanted.absent,
    }
    conditions = [column == value for column, value in exact.items() if value is not None]
    if wanted.role is not None:
        conditions.append(literal(wanted.role.value) == any_(staff.c.roles))
    if wanted.skill is not None:
        conditions.append(literal(wanted.skill.value) == any_(staff.c.skills))
    if wanted.language is not None:
        speaks = (staff.c.language == wanted.language.value, literal(wanted.language.value) == any_(staff.c.languages))
        conditions.append(or_(*speaks))
    return conditions
