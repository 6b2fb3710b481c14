"""Asks the directory when people can meet: their calendars, their absences, and who stands in for those absent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, DateTime, Row, Text, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.absences import OVER_AT
from infra.db.tables import absences, staff
from infra.working_calendars import WorkingCalendars
from workflows.contract.effects import FindTime
from workflows.contract.replies import MEETING_HORIZON, Availability, Busy, Diary

_PEOPLE = (
    select(staff.c.subject, staff.c.calendar, staff.c.deputy, absences.c.starts_at, OVER_AT.label("over_at"))
    .outerjoin(
        absences,
        and_(
            absences.c.subject == staff.c.subject,
            absences.c.starts_at < bindparam("latest", type_=DateTime(timezone=True)),
            func.greatest(absences.c.starts_at, bindparam("earliest", type_=DateTime(timezone=True))) < OVER_AT,
        ),
    )
    .where(staff.c.active, staff.c.subject == func.any(bindparam("subjects", type_=ARRAY(Text))))
    .order_by(staff.c.subject, absences.c.starts_at, absences.c.ends_at)
)


async def availability(connection: AsyncConnection, wanted: FindTime, calendars: WorkingCalendars) -> Availability:
    """The diaries of those invited and of deputies of people absent; calendars for the years around `earliest`."""
    diaries = await _diaries(connection, wanted)
    names = sorted({diary.calendar for diary in diaries if diary.calendar})
    found = {name: calendars.find(name, wanted.earliest.date()) for name in names}
    known = {name: calendar for name, calendar in found.items() if calendar}
    return Availability(
        sequence=wanted.sequence,
        number=wanted.number,
        call=wanted.call,
        people=tuple(
            diary if diary.calendar in known else diary.model_copy(update={"calendar": None}) for diary in diaries
        ),
        calendars=known,
        unknown_calendars=tuple(name for name in names if name not in known),
    )


async def _diaries(connection: AsyncConnection, wanted: FindTime) -> list[Diary]:
    """In the order of the invitation; each round of deputies after those that they stand in for."""
    diaries: dict[str, Diary] = {}
    asked: set[str] = set()
    subjects = list(dict.fromkeys(wanted.invited))
    while subjects:
        asked.update(subjects)
        period = {"earliest": wanted.earliest, "latest": wanted.earliest + MEETING_HORIZON}
        found = _by_person(await connection.execute(_PEOPLE, {"subjects": subjects, **period}))
        diaries |= {subject: found[subject] for subject in subjects if subject in found}
        deputies = (found[subject].deputy for subject in subjects if subject in found and found[subject].busy)
        subjects = [deputy for deputy in dict.fromkeys(deputies) if deputy is not None and deputy not in asked]
    return list(diaries.values())


def _by_person(rows: Iterable[Row[Any]]) -> dict[str, Diary]:
    of_person: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        of_person[row.subject].append(row)
    return {
        subject: Diary(
            subject=subject,
            calendar=of_one[0].calendar,
            deputy=of_one[0].deputy,
            busy=tuple(Busy(since=row.starts_at, until=row.over_at) for row in of_one if row.starts_at),
        )
        for subject, of_one in of_person.items()
    }
