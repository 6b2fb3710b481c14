"""What is open now: where it stands, who has it, and how its limits stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Select, Text, case, cast, column, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from infra.db.tables import complaints
from starter.figures.asked import IS_OPEN, Asked
from workflows.contract.vocabulary import DutyKind, Status


class Urgency(StrEnum):
    """How the limits of an open complaint stand, the worst first."""

    OVERDUE = "overdue"
    AT_RISK = "at_risk"
    ON_TRACK = "on_track"


@dataclass(frozen=True, slots=True)
class Open:
    """So many open complaints that have all of this in common; `oldest` is when the first of them was received."""

    department: str
    owner: str
    status: Status
    urgency: Urgency
    breached: bool
    count: int
    oldest: datetime

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> Open:
        """A row of the answer."""
        department, owner, status, urgency, breached, count, oldest = row
        return cls(department, owner, Status(status), Urgency(urgency), breached, count, oldest)


def standing_query(asked: Asked, now: datetime) -> Select[Any]:
    """All that is open, as rows of `Open`."""
    duty = (
        func.jsonb_array_elements(complaints.c.duties).table_valued(column("value", JSONB)).render_derived(name="owed")
    )
    due_at = cast(duty.c.value["due_at"].astext, DateTime(timezone=True))
    # When a meeting begins that somebody is invited to, nobody is late with anything.
    is_work = duty.c.value["duty"].astext != DutyKind.ATTEND.value
    owed_at = select(func.min(due_at)).select_from(duty).where(is_work).correlate(complaints).scalar_subquery()
    urgency = case(
        (owed_at < now, literal(Urgency.OVERDUE.value, Text)),
        (complaints.c.due_at <= now + asked.due_within, literal(Urgency.AT_RISK.value, Text)),
        else_=literal(Urgency.ON_TRACK.value, Text),
    ).label("urgency")
    columns = (complaints.c.department, complaints.c.owner, complaints.c.status)
    each = (
        select(*columns, urgency, complaints.c.breached, complaints.c.received_at)
        .where(IS_OPEN, *asked.seen())
        .subquery("each")
    )
    common = (each.c.department, each.c.owner, each.c.status, each.c.urgency, each.c.breached)
    return select(*common, func.count(), func.min(each.c.received_at)).group_by(*common)
