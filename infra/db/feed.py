"""Places in the stream of all changes, and the statements that read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, literal, select, true, tuple_

from infra.db.tables import complaints, events
from infra.db.tables.xid8 import Xid8

LOOKED_AT = 1000
"""Entries that a page with conditions looks at, at most; that takes a few milliseconds, whatever is wanted."""


class Place(NamedTuple):
    """Where a reader is: after this entry, or before all entries of a transaction (no reference, sequence 0).

    Only the first parts can be compared outside the database, which sorts text in its own way.
    """

    transaction_id: int
    reference: str
    sequence: int


ORDER = (events.c.transaction_id, events.c.reference, events.c.sequence)

_SNAPSHOT = func.pg_current_snapshot()
HORIZON: ColumnElement[int] = func.pg_snapshot_xmin(_SNAPSHOT, type_=Xid8)
"""All transactions before this one have ended, so nothing can appear any more among what they wrote."""

IS_SETTLED = events.c.transaction_id < HORIZON

IS_FOREIGN = exists().where(events.c.transaction_id >= func.pg_snapshot_xmax(_SNAPSHOT, type_=Xid8))
"""There are entries of transactions that this server has not begun: another one's, restored from a dump."""

_LAST = select(events.c.transaction_id).where(IS_SETTLED).order_by(events.c.transaction_id.desc()).limit(1)

NEWEST = select(_LAST.scalar_subquery().label("newest"), IS_FOREIGN.label("is_foreign"))
"""The last transaction in the stream; each that follows has a higher number."""


def page_query(place: Place, limit: int, wanted: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The changes of a page, in order. Each row begins with what is known of the page: `horizon`, `is_foreign`, whether
    there are more entries to look at (`is_cut`), and the place of the last one that was (`end_…`). A page without
    changes is one row, with nulls in their place.
    """
    bound = max(limit, LOOKED_AT) if wanted else limit
    looked_at = select(*ORDER).where(IS_SETTLED, is_after(place)).order_by(*ORDER).limit(bound).cte("looked_at")
    latest_first = [column.desc() for column in looked_at.c]
    ends = select(*(column.label(f"end_{column.name}") for column in looked_at.c)).order_by(*latest_first).limit(1)
    is_cut = select(func.count() == bound).select_from(looked_at).scalar_subquery()
    head = select(HORIZON.label("horizon"), IS_FOREIGN.label("is_foreign"), is_cut.label("is_cut")).subquery("head")
    end = ends.subquery("ending")

    is_its_entry = (events.c.reference == looked_at.c.reference) & (events.c.sequence == looked_at.c.sequence)
    found = select(events).select_from(looked_at.join(events, is_its_entry))
    if wanted:
        found = found.join(complaints, complaints.c.reference == events.c.reference).where(*wanted)
    page = found.order_by(*ORDER).limit(limit).subquery("page")

    query = select(head, end, page).select_from(head.outerjoin(end, true()).outerjoin(page, true()))
    return query.order_by(*(page.c[column.name] for column in ORDER))


def is_after(place: Place) -> ColumnElement[bool]:
    """An entry comes after this place."""
    transaction_id, reference, sequence = place
    return tuple_(*ORDER) > tuple_(literal(transaction_id, Xid8), literal(reference), literal(sequence))


def place_of_entry(reference: str, sequence: int) -> Select[Any]:
    """The place of an entry."""
    return select(*ORDER).where(events.c.reference == reference, events.c.sequence == sequence)


def entries_until(place: Place) -> Select[Any]:
    """How many entries of its transaction are not after this place."""
    is_of_it = events.c.transaction_id == literal(place.transaction_id, Xid8)
    return select(func.count().label("ordinal")).select_from(events).where(is_of_it, ~is_after(place))


def place_of_ordinal(transaction_id: int, ordinal: int) -> Select[Any]:
    """The place of the entry that is this one in its transaction, from 1."""
    is_of_it = events.c.transaction_id == literal(transaction_id, Xid8)
    return select(*ORDER).where(is_of_it).order_by(*ORDER).offset(ordinal - 1).limit(1)
