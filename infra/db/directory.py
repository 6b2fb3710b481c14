"""The directory of departments and staff as activities and doors ask it. `directory_store` changes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from typing import NamedTuple

from sqlalchemy import Row, ScalarSelect, any_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.absences import absent_until
from infra.db.tables import DirectoryAction, complaints, departments, directory_changes, staff
from infra.organisation import Member
from workflows.contract.assessment import Responsible
from workflows.contract.assignment import Candidate
from workflows.contract.base import LIST_MAX_ITEMS
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Role, Status

_HOLD_CASES = (Role.AGENT, Role.LEAD, Role.HEAD)

# The first condition is that of the index on owners, literally; the second leaves out what only waits to be archived.
_IS_OPEN = (complaints.c.status != literal(Status.ARCHIVED.value, literal_execute=True)) & (
    complaints.c.status != Status.CLOSED.value
)


class Away(NamedTuple):
    """Somebody who is absent at a moment, and until when."""

    member: Member
    until: datetime


async def find_staff(connection: AsyncConnection, subject: str) -> Member:
    """One active member of staff.

    Raises:
        AmendsError: `unknown_staff`, with the names that come close.
    """
    active = staff.c.active.is_(True)
    row = (await connection.execute(select(staff).where(active, staff.c.subject == subject))).one_or_none()
    if row is not None:
        return _member(row)
    subjects = (await connection.execute(select(staff.c.subject).where(active))).scalars()
    raise unknown_staff(subject, subjects)


async def away(connection: AsyncConnection, at: datetime) -> dict[str, Away]:
    """Everybody on the staff who is absent at a moment."""
    until = absent_until(at)
    rows = await connection.execute(select(staff, until.label("until")).where(staff.c.active, until.is_not(None)))
    return {row.subject: Away(_member(row), row.until) for row in rows}


async def responsible(connection: AsyncConnection) -> dict[str, Responsible]:
    """Who answers in each department; a department whose head has left is not among them."""
    is_head_there = (staff.c.subject == departments.c.head) & (staff.c.department == departments.c.department)
    rows = await connection.execute(
        select(departments.c.department, departments.c.head, departments.c.lead)
        .join(staff, is_head_there)
        .where(staff.c.active.is_(True))
        .order_by(departments.c.department)
    )
    return {row.department: Responsible(head=row.head, lead=row.lead) for row in rows}


async def find_department(connection: AsyncConnection, department: str) -> Responsible:
    """Who answers in one department.

    Raises:
        AmendsError: `unknown_department`, with the names that come close.
    """
    known = await responsible(connection)
    if department not in known:
        raise unknown_department(department, known)
    return known[department]


async def executive(connection: AsyncConnection) -> str:
    """The executive whom ladders tell: one who heads a department before the others, then by name.

    Raises:
        AmendsError: `setup`, when the directory is empty.
    """
    found = await connection.execute(
        select(staff.c.subject)
        .where(staff.c.active.is_(True), literal(Role.EXECUTIVE.value) == any_(staff.c.roles))
        .order_by((literal(Role.HEAD.value) == any_(staff.c.roles)).desc(), staff.c.subject)
        .limit(1)
    )
    subject = found.scalar_one_or_none()
    if subject is None:
        raise AmendsError(ErrorCode.SETUP, "the directory names no executive; run `amends migrate` to fill it")
    return str(subject)


async def left(connection: AsyncConnection, limit: int) -> tuple[str, ...]:
    """Who is no longer on the staff, those who left last first; at most `limit`."""
    is_about_them = (directory_changes.c.about == staff.c.subject) & (
        directory_changes.c.action == DirectoryAction.LEFT
    )
    last = select(func.max(directory_changes.c.ordinal)).where(is_about_them).correlate(staff).scalar_subquery()
    query = select(staff.c.subject).where(staff.c.active.is_(False)).order_by(last.desc().nulls_last(), staff.c.subject)
    return tuple((await connection.execute(query.limit(limit))).scalars())


async def candidates(connection: AsyncConnection, department: str, at: datetime) -> tuple[Candidate, ...]:
    """Who can hold a case in a department: of those who are there the ones with the fewest open complaints first, then
    those who are absent. At most as many as a message may hold.
    """
    load = open_complaints().label("load")
    is_absent = absent_until(at).is_not(None).label("absent")
    rows = await connection.execute(
        select(staff, load, is_absent)
        .where(
            staff.c.department == department,
            staff.c.active,
            or_(*(literal(role.value) == any_(staff.c.roles) for role in _HOLD_CASES)),
        )
        .order_by("absent", "load", staff.c.subject)
        .limit(LIST_MAX_ITEMS)
    )
    return tuple(_candidate(row) for row in rows)


def open_complaints() -> ScalarSelect[int]:
    """How many complaints each of the enclosing query's staff owns that still want something done."""
    owned = select(func.count()).select_from(complaints).where(complaints.c.owner == staff.c.subject, _IS_OPEN)
    return owned.correlate(staff).scalar_subquery()


def unknown_staff(subject: str, known: Iterable[str]) -> AmendsError:
    """Nobody active has this name; the answer holds those that come close."""
    return AmendsError(
        ErrorCode.UNKNOWN_STAFF, f"nobody on the staff is called {subject}" + _suggestion(subject, known)
    )


def unknown_department(department: str, known: Iterable[str]) -> AmendsError:
    """No department with a head has this name; the answer holds those that come close."""
    return AmendsError(
        ErrorCode.UNKNOWN_DEPARTMENT, f"there is no department {department}" + _suggestion(department, known)
    )


def _member(row: Row[tuple[object, ...]]) -> Member:
    return Member.model_validate({name: getattr(row, name) for name in Member.model_fields})


def _candidate(row: Row[tuple[object, ...]]) -> Candidate:
    member = _member(row)
    return Candidate(
        subject=member.subject,
        languages=member.speaks,
        skills=member.skills,
        calendar=member.calendar,
        contractor=member.contractor,
        load=row.load,
        absent=row.absent,
    )


def _suggestion(typed: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = get_close_matches(typed, names, n=3) or [name for name in names if typed and typed in name][:3]
    return f"; did you mean {' or '.join(close)}?" if close else f"; known are {', '.join(names) or 'none'}"
