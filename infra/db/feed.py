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

    `ordinal` is the entry's number in its transaction, from 1; who makes no cursors of places need not know it. Only
    the first parts can be compared outside the database, which sorts text in its own way.
    """

    transaction_id: int
    reference: str
    sequence: int
    ordinal: int = 0

    @property
    def cursor(self) -> str:
        """The place as others may know it: without the reference of a complaint that they may not be allowed to see."""
        return f"{self.transaction_id}-{self.ordinal}"


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
    there are more entries to look at (`is_cut`), and the place of the last one that was (`end_…`). `ordinal` counts the
    entries of a transaction from the beginning of the page. A page without changes is one row, with nulls in their
    place.
    """
    bound = max(limit, LOOKED_AT) if wanted else limit
    following = select(*ORDER).where(IS_SETTLED, is_after(place)).order_by(*ORDER).limit(bound).subquery("following")
    ordinal = func.row_number().over(partition_by=following.c.transaction_id, order_by=list(following.c))
    looked_at = select(following, ordinal.label("ordinal")).cte("looked_at")
    latest_first = [looked_at.c[column.name].desc() for column in ORDER]
    ends = select(*(column.label(f"end_{column.name}") for column in looked_at.c)).order_by(*latest_first).limit(1)
    is_cut = select(func.count() == bound).select_from(looked_at).scalar_subquery()
    head = select(HORIZON.label("horizon"), IS_FOREIGN.label("is_foreign"), is_cut.label("is_cut")).subquery("head")
    end = ends.subquery("ending")

    is_its_entry = (events.c.reference == looked_at.c.reference) & (events.c.sequence == looked_at.c.sequence)
    found = select(events, looked_at.c.ordinal).select_from(looked_at.join(events, is_its_entry))
    if wanted:
        found = found.join(complaints, complaints.c.reference == events.c.reference).where(*wanted)
    page = found.order_by(*ORDER).limit(limit).subquery("page")

    query = select(head, end, page).select_from(head.outerjoin(end, true()).outerjoin(page, true()))
    return query.order_by(*(page.c[column.name] for column in ORDER))


def is_after(place: Place) -> ColumnElement[bool]:
    """An entry comes after this place."""
    transaction_id, reference, sequence, _ = place
    return tuple_(*ORDER) > tuple_(literal(transaction_id, Xid8), literal(reference), literal(sequence))


def place_of_entry(reference: str, sequence: int, wanted: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The place of an entry that fulfils conditions on `complaints` and `events`."""
    its, before = events, events.alias("before")
    is_of_it = before.c.transaction_id == its.c.transaction_id
    is_until_it = tuple_(before.c.reference, before.c.sequence) <= tuple_(its.c.reference, its.c.sequence)
    ordinal = select(func.count()).select_from(before).where(is_of_it, is_until_it).scalar_subquery()
    found = select(*ORDER, ordinal.label("ordinal")).where(its.c.reference == reference, its.c.sequence == sequence)
    return found.join(complaints, complaints.c.reference == its.c.reference).where(*wanted) if wanted else found


def place_of_ordinal(transaction_id: int, ordinal: int) -> Select[Any]:
    """The place of the entry that is this one in its transaction, from 1."""
    is_of_it = events.c.transaction_id == literal(transaction_id, Xid8)
    place = select(*ORDER, literal(ordinal).label("ordinal"))
    return place.where(is_of_it).order_by(*ORDER).offset(ordinal - 1).limit(1)
