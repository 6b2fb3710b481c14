"""Writes a posting's entries into the journal and the row that people search: once each, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import CTE, BindParameter, Column, DateTime, Integer, Select, Text, bindparam, select, true, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.dialects.postgresql.dml import Insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.elements import ColumnElement
from temporalio import activity

from activities.letters import OnFile
from infra.db.recordset import recordset
from infra.db.tables import complaints, events
from infra.db.transaction import transact
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Filed
from workflows.contract.ports import JournalPort, Posted, Posting
from workflows.contract.views import Summary
from workflows.contract.vocabulary import Language

ENTRIES = TypeAdapter(tuple[Entry, ...])

_ON_FILE = (
    complaints.c.reference,
    complaints.c.language,
    complaints.c.subject,
    complaints.c.received_at,
    complaints.c.complainant_name,
    complaints.c.complainant_email,
)
_SAME_COMPLAINT = (complaints.c.reference == bindparam("of")) & (complaints.c.origin_run_id == bindparam("origin"))


def _new(columns: Sequence[str]) -> dict[str, BindParameter[Any]]:
    return {column: bindparam(f"new_{column}") for column in columns}


def _log(reference: ColumnElement[str], condition: CTE | None = None) -> Insert:
    """Insert the entries that are not there yet; with a `condition`, only if that yields a row."""
    given = recordset(
        "entries",
        Column("sequence", Integer),
        Column("at", DateTime(timezone=True)),
        Column("actor", JSONB),
        Column("command_id", Text),
        Column("event", JSONB),
    )
    entry = given.c
    rows = select(
        reference, entry.sequence, entry.at, entry.event["type"].astext, entry.actor, entry.command_id, entry.event
    ).select_from(given if condition is None else condition.join(given, true()))
    columns = ["reference", "sequence", "at", "type", "actor", "command_id", "data"]
    return insert(events).from_select(columns, rows).on_conflict_do_nothing()


def _and_log(complaint: CTE) -> Select[Any]:
    """What `complaint` returns; the entries are inserted by the same statement if it returns anything."""
    return select(complaint).add_cte(_log(complaint.c.reference, complaint).cte("logged"))


_OPEN = _and_log(
    insert(complaints)
    .values(_new(complaints.columns.keys()))
    .on_conflict_do_nothing()
    .returning(*_ON_FILE)
    .cte("complaint")
)
_ADVANCE = _and_log(
    update(complaints)
    .where(_SAME_COMPLAINT, complaints.c.sequence <= bindparam("new_sequence"))
    .values(_new([*(field for field in Summary.model_fields if field != "at"), "updated_at"]))
    .returning(*_ON_FILE)
    .cte("complaint")
)
_LOG = _log(bindparam("of", type_=Text))
_LOOK_UP = select(complaints.c.origin_run_id, *_ON_FILE).where(complaints.c.reference == bindparam("of"))


class JournalActivities(JournalPort):
    """The journal alone."""

    def __init__(self, engine: AsyncEngine) -> None:
        # Every statement of `write` is whole in itself, so it needs no transaction around it.
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    @activity.defn
    async def record(self, posting: Posting) -> Posted:
        """Write entries that cause nothing outside."""
        about = await transact(self._engine, lambda connection: write(connection, posting))
        return Posted(already_on_file=about is None)


async def write(connection: AsyncConnection, posting: Posting) -> OnFile | None:
    """Add the entries that are new and bring the complaint's row up to the summary, unless that is older than the row.

    Returns what is on file about the complaint; none, with nothing written, if it is on file from another origin.

    Raises:
        AmendsError: `unknown_reference`, when the posting that files the complaint has not been written yet.
    """
    entries = {"entries": ENTRIES.dump_json(posting.entries).decode()}
    filed = next((entry.event for entry in posting.entries if isinstance(entry.event, Filed)), None)
    if filed is not None:
        opened = (await connection.execute(_OPEN, entries | _as_new(_row(posting, filed)))).one_or_none()
        if opened is not None:
            return _on_file(opened)
    names = {"of": posting.reference, "origin": posting.origin_run_id}
    new = _as_new(_summary(posting.summary))
    advanced = (await connection.execute(_ADVANCE, entries | names | new)).one_or_none()
    return _on_file(advanced) if advanced is not None else await _add_late(connection, posting, entries)


async def _add_late(connection: AsyncConnection, posting: Posting, entries: dict[str, str]) -> OnFile | None:
    """The row is ahead of this posting, or another complaint's, or not there."""
    names = {"of": posting.reference}
    row = (await connection.execute(_LOOK_UP, names)).one_or_none()
    if row is None:
        raise AmendsError(
            ErrorCode.UNKNOWN_REFERENCE,
            f"complaint {posting.reference} is not on file yet: the posting with its first entry must be written first",
        )
    if row.origin_run_id != posting.origin_run_id:
        return None
    await connection.execute(_LOG, entries | names)
    return _on_file(row)


def _row(posting: Posting, filed: Filed) -> dict[str, Any]:
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
        **_summary(posting.summary),
    }


def _summary(summary: Summary) -> dict[str, Any]:
    values = dict(summary)
    values["updated_at"] = values.pop("at")
    return values


def _as_new(row: dict[str, Any]) -> dict[str, Any]:
    return {f"new_{column}": value for column, value in row.items()}


def _on_file(row: Any) -> OnFile:
    return OnFile(
        reference=row.reference,
        language=Language(row.language),
        subject=row.subject,
        received_at=row.received_at,
        name=row.complainant_name,
        email=row.complainant_email,
    )
