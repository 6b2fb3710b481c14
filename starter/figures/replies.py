"""How soon people at the desk turned to what was received in a period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, tuple_

from infra.db.tables import complaints, events
from starter.figures.arrivals import between
from starter.figures.asked import Asked
from starter.figures.lengths import Length, lengths
from workflows.contract.vocabulary import EventType

FIRST_REPLIES = (
    EventType.ACCEPTED,
    EventType.ACKNOWLEDGED,
    EventType.INFORMED,
    EventType.ASKED,
    EventType.WAITING,
    EventType.PROPOSED,
    EventType.MEETING_CALLED,
    EventType.DECLARED_OUT_OF_SCOPE,
)
"""By the first of these a person has taken a complaint up, or said something to the complainant. The confirmation of
receipt, which Amends sends by itself, is none of them.
"""

READ_MOST = 20_000
"""Of more complaints than that so many are read, drawn evenly: the percentiles then are right to about one in a hundred
places, and it takes no longer for a year than for a week.
"""


@dataclass(frozen=True, slots=True)
class Replies:
    """Of the complaints that were looked at: how many, how many have a first reply, and how long that took."""

    read: int
    replied: int
    took: Length | None


def replies_query(asked: Asked, received: int) -> Select[Any]:
    """Rows of a department and its `Replies`, and one for all. `received` is how many there are in the period."""
    its = complaints.c
    among = between(its.received_at, asked.period.since, asked.period.until)
    cohort = select(its.reference, its.department, its.received_at).where(among, *asked.seen())
    if received > READ_MOST:
        # The same ones each time; how references are spread has nothing to do with how soon somebody replied.
        cohort = cohort.where(func.abs(func.hashtext(its.reference) % every(received)) == 0)
    drawn = cohort.subquery("drawn")
    first_at = (
        select(events.c.at)
        .where(events.c.reference == drawn.c.reference, events.c.type.in_([each.value for each in FIRST_REPLIES]))
        .order_by(events.c.sequence)
        .limit(1)
        .scalar_subquery()
    )
    each = select(drawn.c.department, drawn.c.received_at, first_at.label("replied_at")).subquery("each").c
    return select(
        each.department, func.count(), func.count(each.replied_at), lengths(each.received_at, each.replied_at)
    ).group_by(func.grouping_sets(tuple_(each.department), tuple_()))


def every(received: int) -> int:
    """One in so many is read."""
    return max(-(-received // READ_MOST), 1)


def replies_of(rows: Iterable[tuple[Any, ...]]) -> dict[str | None, Replies]:
    """By department; of all at none."""
    return {department: Replies(read, replied, Length.of(took)) for department, read, replied, took in rows}
