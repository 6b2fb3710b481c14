"""Organisations that differ from the shipped one, and a directory that says what they say."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.directory_store import MIGRATION, rewrite
from infra.directory_changes import Change
from infra.organisation import Organisation, load_organisation


async def bring_to(connection: AsyncConnection, organisation: Organisation) -> tuple[Change, ...]:
    """Make the directory say what the organisation says, whoever may do that."""
    return await rewrite(connection, lambda _: organisation, MIGRATION)


def without_department(department: str) -> Organisation:
    """The shipped organisation, as if nobody had founded this department."""
    shipped = load_organisation()
    return Organisation(
        departments=tuple(each for each in shipped.departments if each.department != department),
        staff=tuple(member for member in shipped.staff if member.department != department),
    )
