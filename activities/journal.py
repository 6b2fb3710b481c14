"""Writes a posting: its entries into the journal, its letters into the outbox, and the row that people search.

Everything is written once, in any order, and in one statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from pydantic import TypeAdapter
from pydantic_core import to_json
from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection
from temporalio import activity

from activities.posting_sql import ADD_LATE, ADVANCE, OPEN
from infra.db.ready import Ready
from infra.db.tables import complaints
from infra.db.transaction import inquire
from infra.letters.writer import Letter, OnFile
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Filed
from workflows.contract.ports import JournalPort, Posted, Posting
from workflows.contract.views import Summary
from workflows.contract.vocabulary import Language

Session: TypeAlias = AsyncConnection | PoolProxiedConnection
"""Out of `transact`, for one transaction with what is written beside; or out of `inquire`, for a posting alone."""

Found: TypeAlias = Mapping[str, Any]
"""A row, by the names of its columns."""

_ENTRIES = TypeAdapter(tuple[Entry, ...])
_LOOK_UP = select(
    complaints.c.origin_run_id,
    complaints.c.reference,
    complaints.c.language,
    complaints.c.subject,
    complaints.c.received_at,
    complaints.c.complainant_name,
    complaints.c.complainant_email,
).where(complaints.c.reference == bindparam("of"))


class JournalActivities(JournalPort):
    """The journal alone."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @activity.defn
    async def record(self, posting: Posting) -> Posted:
        """Write entries that cause nothing outside."""
        written = await inquire(self._engine, lambda session: write(session, posting, ()))
        return Posted(already_on_file=written is None)


def as_filed(posting: Posting) -> OnFile | None:
    """What letters say of the complaint that the posting files; none, if it files none."""
    filed = _filed(posting)
    if filed is None:
        return None
    complaint, contact = filed.complaint, filed.complaint.complainant
    return OnFile(
        posting.reference, complaint.language, complaint.subject, filed.received_at, contact.name, contact.email
    )


async def look_up(session: Session, posting: Posting) -> OnFile | None:
    """What letters say of the posting's complaint; none, if it is on file from another origin.

    Raises:
        AmendsError: `unknown_reference`, when the posting that files the complaint has not been written yet.
    """
    row = await _on_file(session, posting)
    if row is None:
        raise _not_on_file(posting)
    if row["origin_run_id"] != posting.origin_run_id:
        return None
    return OnFile(
        row["reference"],
        Language(row["language"]),
        row["subject"],
        row["received_at"],
        row["complainant_name"],
        row["complainant_email"],
    )


async def write(
    session: Session, posting: Posting, letters: Sequence[Letter], *, lock: int | None = None
) -> Sequence[Found] | None:
    """Add what is new and bring the complaint's row up to the summary, unless that is older than the row. The advisory
    lock with the key `lock` is held from then on until the end of the transaction.

    Returns the letters that are the caller's to send, as rows of the outbox; none, with nothing written, if the
    complaint is on file from another origin.

    Raises:
        AmendsError: `unknown_reference`, as `look_up`.
    """
    filed = _filed(posting)
    row = _summary(posting.summary) | (_complaint(posting, filed) if filed else {})
    parameters = {
        "of": posting.reference,
        "origin": posting.origin_run_id,
        "entries": _ENTRIES.dump_json(posting.entries).decode(),
        "letters": to_json(letters).decode(),
        "lock": lock,
        **{f"new_{column}": value for column, value in row.items()},
    }
    for statement in (OPEN, ADVANCE, ADD_LATE) if filed else (ADVANCE, ADD_LATE):
        chosen = statement.with_letters if letters else statement.without_letters
        written = await _rows(session, chosen, parameters)
        if written:
            return [each for each in written if letters and each["message_id"] is not None]
    other = await _on_file(session, posting)
    if other is None or other["origin_run_id"] == posting.origin_run_id:  # filed only a moment ago
        raise _not_on_file(posting)
    return None


async def _on_file(session: Session, posting: Posting) -> Found | None:
    return next(iter(await _rows(session, _LOOK_UP, {"of": posting.reference})), None)


async def _rows(session: Session, statement: Select[Any], parameters: Mapping[str, Any]) -> Sequence[Found]:
    """By SQLAlchemy where it has to begin a transaction first, which takes it longer than the rest of a posting."""
    if isinstance(session, AsyncConnection):
        found: Sequence[Found] = (await session.execute(statement, parameters)).mappings().all()
        return found
    return await _ready(statement).ask(session, **parameters)


_ready = cache(Ready)


def _not_on_file(posting: Posting) -> AmendsError:
    return AmendsError(
        ErrorCode.UNKNOWN_REFERENCE,
        f"complaint {posting.reference} is not on file yet: the posting with its first entry must be written first",
    )


def _filed(posting: Posting) -> Filed | None:
    return next((entry.event for entry in posting.entries if isinstance(entry.event, Filed)), None)


def _summary(summary: Summary) -> dict[str, Any]:
    values = dict(summary)
    values["updated_at"] = values.pop("at")
    values["duties"] = [duty.model_dump(mode="json") for duty in summary.duties]
    return values


def _complaint(posting: Posting, filed: Filed) -> dict[str, Any]:
    complaint = filed.complaint
    return {
        "reference": posting.reference,
        "origin_run_id": posting.origin_run_id,
        "source": complaint.source,
        "source_key": complaint.source_key,
        "channel": complaint.channel,
        "language": complaint.language,
        "subject": complaint.subject,
        "text": complaint.text,
        "complainant_name": complaint.complainant.name,
        "complainant_email": complaint.complainant.email,
        "complainant_phone": complaint.complainant.phone,
        "remedy_sought": complaint.remedy_sought,
        "product": complaint.product,
        "received_at": filed.received_at,
    }
