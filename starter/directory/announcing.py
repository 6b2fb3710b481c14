"""Absences as they are announced and ended: by those who may, each with its line in the journal."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db import absences, directory_store
from infra.db.absences import Absence
from infra.db.tables import DirectoryAction
from infra.directory_changes import Change
from starter.directory import authority, edits
from workflows.contract.errors import AmendsError, ErrorCode, invalid_input
from workflows.contract.parties import Actor

Changes = tuple[Change, ...]
"""What was changed, as it stands in the journal; nothing, when the directory said so already."""


def absence_of(starts_at: datetime, ends_at: datetime, note: str | None) -> Absence:
    """An absence that can be announced now.

    Raises:
        AmendsError: `invalid_input`, for an end that is past or not after the start, or a note that is too long.
    """
    try:
        absence = Absence(starts_at=starts_at, ends_at=ends_at, note=note)
    except ValidationError as error:
        raise invalid_input(error) from error
    if absence.ends_at <= max(absence.starts_at, datetime.now(UTC)):
        after = "its start" if absence.ends_at <= absence.starts_at else "now"
        raise AmendsError(ErrorCode.INVALID_INPUT, f"expected a moment after {after}", "ends_at")
    return absence


async def announce(connection: AsyncConnection, subject: str, absence: Absence, by: Actor) -> Changes:
    """Write it down, unless it is there already. Raises as `Directory.absent` does."""
    await _check_announcer(connection, subject, by)
    if not await absences.announce(connection, subject, absence):
        return ()
    change = Change(action=DirectoryAction.ABSENT, about=subject, after=_described(absence))
    await directory_store.note(connection, [change], by)
    return (change,)


async def come_back(connection: AsyncConnection, subject: str, by: Actor) -> Changes:
    """End the present absence, or else take the next one back. Raises as `Directory.back` does."""
    await _check_announcer(connection, subject, by)
    now = datetime.now(UTC)
    ended = await absences.end(connection, subject, now)
    if not ended:
        raise AmendsError(
            ErrorCode.WRONG_STATUS, f"{subject} is not absent, and no absence of theirs is announced", "subject"
        )
    changes = tuple(
        Change(
            action=DirectoryAction.BACK,
            about=subject,
            before=_described(absence),
            after=_described(absence.model_copy(update={"back_at": now})),
        )
        for absence in ended
    )
    await directory_store.note(connection, changes, by)
    return changes


async def _check_announcer(connection: AsyncConnection, subject: str, by: Actor) -> None:
    await directory_store.lock(connection)
    organisation = await directory_store.load(connection)
    actor = edits.member_of(organisation, by.subject)
    authority.check_may_announce(actor, edits.member_of(organisation, subject))


def _described(absence: Absence) -> dict[str, str | None]:
    described: dict[str, str | None] = absence.model_dump(mode="json", exclude_none=True)
    return described
