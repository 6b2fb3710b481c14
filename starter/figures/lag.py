"""How far the tables are behind the complaints themselves, as far as the tables can tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from infra.db.tables import MailStatus, complaints, events, outbox
from starter.figures.asked import IS_OPEN, Asked
from starter.figures.lengths import Length, lengths

ENTRIES_READ = 500
"""Of the newest entries, those that caused letters say when they were written."""

UNNOTICED_AFTER = timedelta(seconds=10)
"""A limit that passes is noticed at once and in the tables a moment later; after this long something is behind."""


@dataclass(frozen=True, slots=True)
class Lag:
    """What is behind.

    Attributes:
        newest: when the newest entry of the tables was made; none, if there is none.
        entries: of the newest entries, how many it is known of how long they took into the tables.
        took: how long that was.
        unnoticed: open complaints with a limit that has passed without an entry that says so.
        unnoticed_since: when the first of those limits passed.
        letters: that wait to be sent; `letters_since`, when the first of them was written.
    """

    newest: datetime | None
    entries: int
    took: Length | None
    unnoticed: int
    unnoticed_since: datetime | None
    letters: int
    letters_since: datetime | None


def written_query() -> Select[*tuple[Any, ...]]:
    """The newest entry, and of those before it how many took how long: a letter is written together with its entry."""
    newest = (
        select(events.c.reference, events.c.sequence, events.c.at)
        .order_by(events.c.transaction_id.desc(), events.c.reference.desc(), events.c.sequence.desc())
        .limit(ENTRIES_READ)
        .subquery("newest")
    )
    is_its_letter = (outbox.c.reference == newest.c.reference) & (outbox.c.sequence == newest.c.sequence)
    written_at = select(func.min(outbox.c.created_at)).where(is_its_letter).correlate(newest).scalar_subquery()
    each = select(newest.c.at, written_at.label("written_at")).subquery("each").c
    return select(func.max(each.at), func.count(each.written_at), lengths(each.at, each.written_at))


def unnoticed_query(asked: Asked, now: datetime) -> Select[*tuple[Any, ...]]:
    """How many limits nobody has noticed, and since when."""
    is_past = complaints.c.due_at < now - UNNOTICED_AFTER
    return select(func.count(), func.min(complaints.c.due_at)).where(IS_OPEN, is_past, *asked.seen())


def letters_query() -> Select[*tuple[Any, ...]]:
    """How many letters wait, and since when."""
    is_waiting = outbox.c.status == MailStatus.PENDING.value
    return select(func.count(), func.min(outbox.c.created_at)).where(
        is_waiting, outbox.c.status != MailStatus.SENT.value
    )


def lag_of(written: tuple[Any, ...], unnoticed: tuple[Any, ...], letters: tuple[Any, ...]) -> Lag:
    """From the rows of the three answers."""
    newest, entries, took = written
    return Lag(newest, entries, Length.of(took), *unnoticed, *letters)
