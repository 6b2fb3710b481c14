"""Changes the directory: one change at a time, only to a state that works, each with its line in the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import ValidationError
from sqlalchemy import exists, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import DirectoryAction, departments, directory_changes, staff
from infra.directory_changes import Change, differences
from infra.organisation import Department, Member, Organisation
from workflows.contract.errors import invalid_input
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Role

MIGRATION = Actor(subject="amends", roles=(Role.SYSTEM,), authenticated_by="migration")
"""Who fills an empty directory."""

_LOCK_KEY = 0x73746166666564
"""`staffed` in ASCII: the advisory lock that one change at a time holds."""


async def fill(connection: AsyncConnection, organisation: Organisation) -> bool:
    """Make an empty directory say what the organisation's file says. One with people in it is left as it is: False."""
    await lock(connection)
    if await connection.scalar(select(exists().select_from(staff))):
        return False
    await rewrite(connection, lambda _: organisation, MIGRATION)
    return True


async def rewrite(
    connection: AsyncConnection, edit: Callable[[Organisation], Organisation], by: Actor
) -> tuple[Change, ...]:
    """Make of the directory what `edit` makes of it, and say what changed. People who are no longer in it stay as
    inactive: complaints of the past name them. A department nobody is in any more answers for nothing.

    Raises:
        AmendsError: `invalid_input`, when that organisation could not work; whatever `edit` raises.
    """
    await lock(connection)
    before = await load(connection)
    after = edit(before)
    changes = differences(before, after)
    if changes:
        await _write(connection, _checked(after), changes)
        await note(connection, changes, by)
    return changes


async def lock(connection: AsyncConnection) -> None:
    """Keep all others from changing the directory until this transaction ends."""
    await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})


async def load(connection: AsyncConnection) -> Organisation:
    """The active staff and their departments. Not checked: what was changed by hand can still be put right."""
    people = [Member.model_validate(dict(row)) for row in (await connection.execute(_ACTIVE)).mappings()]
    inhabited = {member.department for member in people}
    found = await connection.execute(select(departments).order_by(departments.c.department))
    return Organisation.model_construct(
        departments=tuple(
            Department(department=row.department, names=row.names) for row in found if row.department in inhabited
        ),
        staff=tuple(people),
    )


async def note(connection: AsyncConnection, changes: Sequence[Change], by: Actor) -> None:
    """Add to the journal. The caller holds the lock, so the numbers have no gaps."""
    last = await connection.scalar(select(func.coalesce(func.max(directory_changes.c.ordinal), 0)))
    rows = [
        {
            "ordinal": (last or 0) + number,
            "by": by.subject,
            "authenticated_by": by.authenticated_by,
            "action": change.action.value,
            "about": change.about,
            "change": {"before": change.before, "after": change.after},
        }
        for number, change in enumerate(changes, start=1)
    ]
    await connection.execute(insert(directory_changes).values(at=func.clock_timestamp()), rows)


_ACTIVE = select(*(staff.c[name] for name in Member.model_fields)).where(staff.c.active).order_by(staff.c.subject)


def _checked(organisation: Organisation) -> Organisation:
    try:
        return Organisation(departments=organisation.departments, staff=organisation.staff)
    except ValidationError as error:
        raise invalid_input(error) from error


async def _write(connection: AsyncConnection, after: Organisation, changes: Sequence[Change]) -> None:
    answering = after.responsible()
    for department in after.departments:
        row = {"names": department.model_dump(mode="json")["names"], **dict(answering[department.department])}
        statement = upsert(departments).values(department=department.department, **row)
        await connection.execute(statement.on_conflict_do_update(index_elements=["department"], set_=row))
    touched = {change.about for change in changes if change.action in _OF_STAFF}
    for member in after.staff:
        if member.subject in touched:
            row = {**member.model_dump(mode="json", exclude={"subject"}), "active": True}
            statement = upsert(staff).values(subject=member.subject, **row)
            await connection.execute(statement.on_conflict_do_update(index_elements=["subject"], set_=row))
    left = [change.about for change in changes if change.action is DirectoryAction.LEFT]
    await connection.execute(update(staff).where(staff.c.subject.in_(left)).values(active=False))


_OF_STAFF = (DirectoryAction.ENGAGED, DirectoryAction.CHANGED)
