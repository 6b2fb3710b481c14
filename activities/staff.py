"""Finds the people that letters go to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, cast, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.letters import OnFile, Reader
from infra.db.tables import Audience, staff
from workflows.contract.vocabulary import Language, Role

_PERSON = select(staff.c.subject, staff.c.name, staff.c.email, staff.c.language)


def complainant(about: OnFile) -> Reader:
    """The one who complained."""
    return Reader(Audience.COMPLAINANT, None, about.name, about.email, about.language)


def nobody(about: OnFile) -> Reader:
    """Stands for a member of staff who should be there and is not, so that the letter to them is seen at all."""
    return Reader(Audience.STAFF, None, None, None, about.language)


async def members(connection: AsyncConnection, subjects: Iterable[str], about: OnFile) -> list[Reader]:
    """The people with these subjects, each once, in this order. Who is not on the staff, or not now, has no address."""
    wanted = list(dict.fromkeys(subjects))
    rows = await connection.execute(_PERSON.where(staff.c.subject.in_(wanted), staff.c.active))
    known = {row.subject: _reader(row) for row in rows}
    return [known.get(subject) or Reader(Audience.STAFF, subject, None, None, about.language) for subject in wanted]


async def entitled(
    connection: AsyncConnection, department: str, roles: Sequence[Role], barred: Sequence[str]
) -> list[Reader]:
    """Who may approve: holders of one of the roles in the department, and all executives if that is one of the roles.

    If everybody among them is barred, the executives who are not.
    """
    lower = [role for role in roles if role is not Role.EXECUTIVE]
    chosen = (staff.c.department == department) & _holds(lower)
    if Role.EXECUTIVE in roles:
        chosen |= _holds([Role.EXECUTIVE])
    return await _active(connection, chosen, barred) or await _active(connection, _holds([Role.EXECUTIVE]), barred)


def _holds(roles: Sequence[Role]) -> ColumnElement[bool]:
    return staff.c.roles.bool_op("&&")(cast([role.value for role in roles], ARRAY(Text)))


async def _active(connection: AsyncConnection, chosen: ColumnElement[bool], barred: Sequence[str]) -> list[Reader]:
    query = _PERSON.where(staff.c.active, chosen, staff.c.subject.not_in(barred)).order_by(staff.c.subject)
    return [_reader(row) for row in await connection.execute(query)]


def _reader(row: Any) -> Reader:
    return Reader(Audience.STAFF, row.subject, row.name, row.email, Language(row.language))
