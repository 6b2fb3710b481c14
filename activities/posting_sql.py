"""The one statement of a posting: the complaint's row, the entries and the letters, written together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    Column,
    DateTime,
    Integer,
    Interval,
    Select,
    Text,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from infra.db.recordset import recordset
from infra.db.tables import MailStatus, complaints, events, outbox, searchable
from infra.db.tables.searchable import SEARCHED, content_of
from workflows.contract.views import Summary

LEASE = timedelta(seconds=12)
"""Longer than a delivery takes, shorter than the workflow waits for a worker that died during one."""

NOW = func.clock_timestamp()
LEASE_END = NOW + literal(LEASE, Interval)
IS_UNCLAIMED = (outbox.c.status == MailStatus.PENDING) & or_(
    outbox.c.claimed_until.is_(None), outbox.c.claimed_until < NOW
)
MAIL = (
    outbox.c.message_id,
    outbox.c.sequence,
    outbox.c.recipient,
    outbox.c.language,
    outbox.c.subject,
    outbox.c.body,
    outbox.c.calendar,
    outbox.c.status,
)
"""What sending takes."""

# Without a key it does nothing: the function is strict.
_LOCK = func.pg_advisory_xact_lock(bindparam("lock", type_=BigInteger))

_LETTER = ("message_id", "notice", "audience", "staff", "recipient", "language", "subject", "body", "calendar")


@dataclass(frozen=True)
class Statement:
    """Finds or makes the complaint's row and, only if there is one, writes entries and letters.

    Parameters: those of the row, `entries` and `letters` (JSON arrays), and `lock`, the key of an advisory lock to hold
    from then on, or none. Without letters it yields the reference, with letters those (as `MAIL`) that are the
    caller's to send, or one row of nulls if there are none.
    """

    without_letters: Select[Any]
    with_letters: Select[Any]

    @classmethod
    def on(cls, complaint: CTE, *more: Callable[[CTE], CTE]) -> Statement:
        """The statement on the row that `complaint` yields, with what `more` writes for that row."""
        entries, letters = _entries(complaint), _letters(complaint)
        written = [entries, *(write(complaint) for write in more)]
        return cls(
            select(complaint.c.reference, _LOCK).add_cte(*written),
            select(letters, _LOCK).select_from(complaint.outerjoin(letters, true())).add_cte(*written),
        )


def _entries(complaint: CTE) -> CTE:
    """Insert the entries that are not in the journal yet."""
    given = recordset(
        "entries",
        Column("sequence", Integer),
        Column("at", DateTime(timezone=True)),
        Column("effective_at", DateTime(timezone=True)),
        Column("actor", JSONB),
        Column("command_id", Text),
        Column("event", JSONB),
    )
    entry = given.c
    row = {
        "reference": complaint.c.reference,
        "sequence": entry.sequence,
        "at": entry.at,
        "effective_at": entry.effective_at,
        "type": entry.event["type"].astext,
        "actor": entry.actor,
        "command_id": entry.command_id,
        "data": entry.event,
    }
    rows = select(*row.values()).select_from(complaint.join(given, true()))
    return insert(events).from_select(list(row), rows).on_conflict_do_nothing().cte("logged")


def _letters(complaint: CTE) -> CTE:
    """Insert the letters that are not in the outbox yet, and claim those among them that nobody is sending."""
    given = recordset("letters", Column("sequence", Integer), *(Column(name, Text) for name in _LETTER))
    letter = given.c
    row = {
        "reference": complaint.c.reference,
        "sequence": letter.sequence,
        **{name: letter[name] for name in _LETTER},
        "status": case((letter.recipient.is_(None), MailStatus.NO_ADDRESS.value), else_=MailStatus.PENDING.value),
        "created_at": NOW,
        "claimed_until": case((letter.recipient.is_(None), null()), else_=LEASE_END),
    }
    new = insert(outbox).from_select(list(row), select(*row.values()).select_from(complaint.join(given, true())))
    claimed = new.on_conflict_do_update(
        index_elements=[outbox.c.message_id],
        set_={"claimed_until": new.excluded.claimed_until},
        where=IS_UNCLAIMED,
    )
    return claimed.returning(*MAIL).cte("stored")


def _searched(complaint: CTE) -> CTE:
    """Insert what is searched of a complaint that has just been put on file. It never changes."""
    content = content_of({column: bindparam(f"new_{column}", type_=Text) for column in SEARCHED})
    return insert(searchable).from_select(["reference", "content"], select(complaint.c.reference, content)).cte("found")


def _new(columns: Iterable[str]) -> dict[str, BindParameter[Any]]:
    return {column: bindparam(f"new_{column}") for column in columns}


_SAME_COMPLAINT = (complaints.c.reference == bindparam("of")) & (complaints.c.origin_run_id == bindparam("origin"))

OPEN = Statement.on(
    insert(complaints)
    .values(_new(complaints.columns.keys()))
    .on_conflict_do_nothing()
    .returning(complaints.c.reference)
    .cte("complaint"),
    _searched,
)
"""For a complaint that is not on file. Parameters: `new_` and the name of each column."""

ADVANCE = Statement.on(
    update(complaints)
    .where(_SAME_COMPLAINT, complaints.c.sequence <= bindparam("new_sequence"))
    .values(_new([*(field for field in Summary.model_fields if field != "at"), "updated_at"]))
    .returning(complaints.c.reference)
    .cte("complaint")
)
"""For a row that is not ahead. Parameters: `of`, `origin`, and `new_` with each column of the summary."""

ADD_LATE = Statement.on(select(complaints.c.reference).where(_SAME_COMPLAINT).cte("complaint"))
"""For a row that is ahead of the posting, and stays as it is. Parameters: `of`, `origin`."""
