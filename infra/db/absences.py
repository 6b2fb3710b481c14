"""Who is absent, from when to when: announced once, ended early or taken back, never removed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Row, ScalarSelect, and_, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import absences, staff
from workflows.contract.base import Instant, Line, Model

OVER_AT = func.coalesce(absences.c.back_at, absences.c.ends_at)
"""When an absence ends, or ended early; before its start, if it was taken back."""


class Absence(Model):
    """Somebody is not there. `back_at` is when they came back early; before `starts_at`, it was taken back."""

    starts_at: Instant
    ends_at: Instant
    note: Line | None = None
    back_at: Instant | None = None


def holds(at: ColumnElement[datetime] | datetime) -> ColumnElement[bool]:
    """An absence covers a moment."""
    return and_(absences.c.starts_at <= at, at < OVER_AT)


def absent_until(at: ColumnElement[datetime] | datetime) -> ScalarSelect[datetime | None]:
    """Until when each of the enclosing query's staff is absent; none for those who are there."""
    ends = select(func.max(OVER_AT)).where(absences.c.subject == staff.c.subject, holds(at))
    return ends.correlate(staff).scalar_subquery()


async def announce(connection: AsyncConnection, subject: str, absence: Absence) -> bool:
    """Write an absence down, also one that was taken back before; False when it is there already."""
    statement = insert(absences).values(subject=subject, **dict(absence))
    written = await connection.execute(
        statement.on_conflict_do_update(
            constraint=absences.primary_key,
            set_={"note": statement.excluded.note, "back_at": None},
            where=absences.c.back_at.is_not(None) | absences.c.note.is_distinct_from(statement.excluded.note),
        ).returning(absences.c.subject)
    )
    return written.first() is not None


async def end(connection: AsyncConnection, subject: str, at: datetime) -> list[Absence]:
    """End what holds at a moment, or else take back what is planned next; returns it as it was before."""
    ahead = await absences_of(connection, subject, at)
    present = [absence for absence in ahead if absence.starts_at <= at] or ahead[:1]
    for absence in present:
        key = (absences.c.starts_at == absence.starts_at, absences.c.ends_at == absence.ends_at)
        await connection.execute(absences.update().where(absences.c.subject == subject, *key).values(back_at=at))
    return present


async def absences_of(connection: AsyncConnection, subject: str, since: datetime) -> list[Absence]:
    """The absences of a person that are not over at a moment, the earliest first."""
    is_ahead = and_(absences.c.subject == subject, absences.c.back_at.is_(None), absences.c.ends_at > since)
    query = select(absences).where(is_ahead).order_by(absences.c.starts_at, absences.c.ends_at)
    return [_absence(row) for row in await connection.execute(query)]


def _absence(row: Row[tuple[object, ...]]) -> Absence:
    return Absence.model_validate({name: getattr(row, name) for name in Absence.model_fields})
