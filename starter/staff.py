"""Staff as doors need them: the actor behind a name, and whether a department or person exists before it is named."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.directory import find_department, find_staff
from infra.db.transaction import transact
from workflows.contract.commands import CallMeeting, Command, Reassign
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor, Party


async def actor_of(engine: AsyncEngine, subject: str, *, authenticated_by: str) -> Actor:
    """A member of staff with the roles and the department that the directory gives them now.

    Raises:
        AmendsError: `unknown_staff`.
    """
    member = await transact(engine, lambda connection: find_staff(connection, subject))
    return Actor(
        subject=member.subject, roles=member.roles, department=member.department, authenticated_by=authenticated_by
    )


async def check_names(engine: AsyncEngine, command: Command) -> None:
    """Refuse a command that names a department or person the directory does not have: the workflow cannot know them.

    Raises:
        AmendsError: `unknown_department`, `unknown_staff`.
    """
    if isinstance(command, Reassign):
        party = command.to
        await transact(engine, lambda connection: _check_party(connection, party))
    elif isinstance(command, CallMeeting):
        departments = command.departments
        await transact(engine, lambda connection: _check_departments(connection, departments))


async def _check_departments(connection: AsyncConnection, departments: Iterable[str]) -> None:
    for department in departments:
        await find_department(connection, department)


async def _check_party(connection: AsyncConnection, party: Party) -> None:
    await find_department(connection, party.department)
    if party.subject is None:
        return
    member = await find_staff(connection, party.subject)
    if member.department != party.department:
        raise AmendsError(
            ErrorCode.UNKNOWN_STAFF,
            f"{party.subject} is not in {party.department} but in {member.department}; name one of its people, or"
            " leave the person out for its head",
            "to",
        )
