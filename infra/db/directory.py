"""The directory of departments and staff: written from the organisation's file, asked by activities and by doors."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from sqlalchemy import Row, any_, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import departments, staff
from infra.organisation import Member, Organisation
from workflows.contract.assessment import Responsible
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Role


async def seed(connection: AsyncConnection, organisation: Organisation) -> None:
    """Make the directory say what the organisation's file says. Repeating it changes nothing.

    People who are no longer in the file stay as inactive: complaints of the past name them.
    """
    answering = organisation.responsible()
    for department in organisation.departments:
        row = {"name": department.name, **answering[department.department].model_dump()}
        statement = insert(departments).values(department=department.department, **row)
        await connection.execute(statement.on_conflict_do_update(index_elements=["department"], set_=row))
    for member in organisation.staff:
        row = {**member.model_dump(mode="json", exclude={"subject"}), "active": True}
        statement = insert(staff).values(subject=member.subject, **row)
        await connection.execute(statement.on_conflict_do_update(index_elements=["subject"], set_=row))
    present = [member.subject for member in organisation.staff]
    await connection.execute(update(staff).where(staff.c.subject.not_in(present)).values(active=False))


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
    raise AmendsError(
        ErrorCode.UNKNOWN_STAFF, f"nobody on the staff is called {subject}" + _suggestion(subject, subjects)
    )


async def responsible(connection: AsyncConnection) -> dict[str, Responsible]:
    """Who answers in each department; a department whose head has left is not among them."""
    rows = await connection.execute(
        select(departments.c.department, departments.c.head, departments.c.lead)
        .join(staff, staff.c.subject == departments.c.head)
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
        raise AmendsError(
            ErrorCode.UNKNOWN_DEPARTMENT, f"there is no department {department}" + _suggestion(department, known)
        )
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


def _member(row: Row[tuple[object, ...]]) -> Member:
    return Member.model_validate({name: getattr(row, name) for name in Member.model_fields})


def _suggestion(typed: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = get_close_matches(typed, names, n=3) or [name for name in names if typed and typed in name][:3]
    return f"; did you mean {' or '.join(close)}?" if close else f"; known are {', '.join(names) or 'none'}"
