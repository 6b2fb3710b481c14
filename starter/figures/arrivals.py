"""What was received: how many in each step of a period, and which kinds have grown against the time before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from math import sqrt
from typing import Any

from sqlalchemy import Date, Select, cast, func, literal, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from infra.db.tables import complaints
from starter.figures.asked import Asked
from starter.figures.period import Period
from workflows.contract.vocabulary import Nature

ENOUGH = 5
"""With fewer complaints in the period a kind is not called hot, however few there were before."""

UNLIKELY = 2.0
"""Of two counts that differ by chance alone, about one in forty grows by so many standard deviations."""

HOT_MOST = 20

_RECEIVED_AT = complaints.c.received_at


@dataclass(frozen=True, slots=True)
class Hot:
    """A kind of complaint that has grown: a nature with a product (which may be none) or with a department."""

    nature: Nature
    product: str | None
    department: str | None
    count: int
    before: int

    @property
    def deviations(self) -> float:
        """By how many standard deviations it has grown, if both counts were chance."""
        return (self.count - self.before) / sqrt(self.count + self.before)

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> Hot:
        """A row of the answer."""
        nature, product, department, count, before = row
        return cls(Nature(nature), product, department, count, before)


def step_of(at: ColumnElement[datetime], period: Period) -> ColumnElement[date]:
    """The first day of the step that a moment is in."""
    return cast(func.date_trunc(literal(period.step.value), func.timezone(literal(period.zone), at)), Date)


def between(at: ColumnElement[datetime], since: datetime, until: datetime) -> ColumnElement[bool]:
    """A moment is in a time, whose end is outside."""
    return (at >= since) & (at < until)


def arrivals_query(asked: Asked) -> Select[Any]:
    """How many were received in each step of the period that has any."""
    step = step_of(_RECEIVED_AT, asked.period).label("step")
    among = between(_RECEIVED_AT, asked.period.since, asked.period.until)
    each = select(step).where(among, *asked.seen()).subquery("each")
    return select(each.c.step, func.count()).group_by(each.c.step)


def received_before_query(asked: Asked, now: datetime) -> Select[Any]:
    """How many were received in the time before."""
    among = between(_RECEIVED_AT, asked.period.compared_from(now), asked.period.since)
    return select(func.count()).select_from(complaints).where(among, *asked.seen())


def first_query(asked: Asked) -> Select[Any]:
    """When the first of all was received: before that there is nothing to compare with."""
    return select(_RECEIVED_AT).where(*asked.seen()).order_by(_RECEIVED_AT).limit(1)


def hot_query(asked: Asked, now: datetime) -> Select[Any]:
    """The kinds that have grown by more than chance explains, those first that it explains least, as rows of `Hot`."""
    nature, product, department = complaints.c.nature, complaints.c.product, complaints.c.department
    since, before_that, until = asked.period.since, asked.period.compared_from(now), min(asked.period.until, now)
    among = between(_RECEIVED_AT, before_that, until)
    count = func.count().filter(between(_RECEIVED_AT, since, until))
    before = func.count().filter(between(_RECEIVED_AT, before_that, since))
    deviations = (count - before) / func.sqrt(count + before)
    return (
        select(nature, product, department, count, before)
        .where(among, nature.is_not(None), *asked.seen())
        .group_by(func.grouping_sets(tuple_(nature, product), tuple_(nature, department)))
        .having(count >= ENOUGH, deviations >= UNLIKELY)
        .order_by(deviations.desc(), nature, product, department)
        .limit(HOT_MOST)
    )
