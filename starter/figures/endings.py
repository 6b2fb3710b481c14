"""What came to an end in a period, and what complainants said of it: by department, by owner, and in all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    Subquery,
    Text,
    cast,
    func,
    literal,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from infra.db.tables import complaints, events
from starter.figures.arrivals import between, step_of
from starter.figures.asked import Asked
from starter.figures.lengths import Length, lengths
from workflows.contract.vocabulary import EventType, Outcome

COUNTED = (
    EventType.CLOSED,
    EventType.REOPENED,
    EventType.EXECUTED,
    EventType.SURVEY_ANSWERED,
    EventType.CALLED_BACK,
)
"""The entries that these figures are made of."""

_ANSWERS = (EventType.SURVEY_ANSWERED.value, EventType.CALLED_BACK.value)

_SUMS = ("answers", "solved", "scores", "score_sum")
_COUNTS_OF_ALL = 7 + len(_SUMS)


@dataclass(frozen=True, slots=True)
class Ended:
    """Of the complaints of one department or owner, or of all, those to which in the period something happened.

    Attributes:
        took: from receipt to the closing, of those that ended as resolved; not known of single owners.
        closed: that were closed, each once, whatever the outcome.
        handled: the same without those that were merged into another one.
        on_time: of the handled ones, those of which no limit ever passed.
        resolved: of the handled ones, those that ended so.
        reopened: that were reopened.
        executed: whose solution was carried out.
        answered: about which complainants said whether it is solved.
        answers: how often they did; `solved`, how often they said it is.
        scores: how often with a score, and their sum.
    """

    took: Length | None = None
    closed: int = 0
    handled: int = 0
    on_time: int = 0
    resolved: int = 0
    reopened: int = 0
    executed: int = 0
    answered: int = 0
    answers: int = 0
    solved: int = 0
    scores: int = 0
    score_sum: int = 0

    def __add__(self, other: Ended) -> Ended:
        """Of both together. How long it took of both cannot be known from each."""
        return Ended(None, *(mine + theirs for mine, theirs in zip(self._counts(), other._counts(), strict=True)))

    def _counts(self) -> tuple[int, ...]:
        return tuple(getattr(self, name) for name in self.__dataclass_fields__ if name != "took")


@dataclass(frozen=True, slots=True)
class Endings:
    """The same in all, and of each department and owner; and how many were closed and reopened in each step that has
    any, each complaint by the last time it was.
    """

    all: Ended
    by_department: dict[str, Ended]
    by_owner: dict[str, Ended]
    closed: dict[date, int]
    reopened: dict[date, int]

    @classmethod
    def of(cls, rows: Iterable[tuple[Any, ...]]) -> Endings:
        """From the rows of the answer."""
        found = cls(Ended(), {}, {}, {}, {})
        whole = found.all
        for kind, step, department, owner, took, closed, *counts in rows:
            ended = Ended(Length.of(took), closed, *counts)
            match kind:
                case "closed":
                    found.closed[step] = closed
                case "reopened":
                    found.reopened[step] = closed
                case _ if department is not None:
                    found.by_department[department] = ended
                case _ if owner is not None:
                    found.by_owner[owner] = ended
                case _:
                    whole = ended
        return replace(found, all=whole)


def endings_query(asked: Asked) -> CompoundSelect[Any]:
    """All of it in one answer, for which the entries of the period are read once. `kind` says what a row is about: so
    many were closed or reopened in a step, or it is of a department, of an owner, or of all.
    """
    happened = _happened(asked)
    ended, its = happened.c, complaints.c
    each = (
        select(its.department, its.owner, its.breached, its.received_at, *ended)
        .select_from(happened.join(complaints, its.reference == ended.reference))
        .where(*asked.seen())
        .cte("each")
    )
    by_department = _divided(each.c.department, null(), lengths(each.c.received_at, each.c.resolved_at), each.c)
    steps = (
        _in_steps(kind, step_of(at, asked.period))
        for kind, at in (("closed", each.c.closed_at), ("reopened", each.c.reopened_at))
    )
    return union_all(
        by_department.group_by(func.grouping_sets(tuple_(each.c.department), tuple_())),
        _divided(null(), each.c.owner, null(), each.c).group_by(each.c.owner),
        *steps,
    )


def _divided(department: Any, owner: Any, took: Any, each: ReadOnlyColumnCollection[str, Any]) -> Select[Any]:
    return select(
        literal("ended", Text),
        null().cast(Date),
        department,
        owner,
        took,
        func.count(each.closed_at),
        func.count(each.handled_at),
        func.count(each.handled_at).filter(~each.breached),
        func.count(each.resolved_at),
        func.count(each.reopened_at),
        func.count().filter(each.executed > 0),
        func.count().filter(each.answers > 0),
        *(cast(func.coalesce(func.sum(each[name]), 0), Integer) for name in _SUMS),
    )


def _in_steps(kind: str, step: ColumnElement[date]) -> Select[*tuple[Any, ...]]:
    nothing = (null() for _ in range(_COUNTS_OF_ALL - 1))
    return (
        select(literal(kind, Text), step, null(), null(), null(), func.count(), *nothing)
        .where(step.is_not(None))
        .group_by(step)
    )


def _happened(asked: Asked) -> Subquery:
    """Each complaint to which something happened in the period, with when it was closed last and what was answered."""
    is_closing, outcome = events.c.type == EventType.CLOSED.value, events.c.data["outcome"].astext
    is_answer = events.c.type.in_(_ANSWERS)
    among = between(events.c.at, asked.period.since, asked.period.until)
    is_solved, score = cast(events.c.data["solved"].astext, Boolean), cast(events.c.data["score"].astext, Integer)
    return (
        select(
            events.c.reference,
            func.max(events.c.at).filter(is_closing).label("closed_at"),
            func.max(events.c.at).filter(is_closing, outcome != Outcome.MERGED.value).label("handled_at"),
            func.max(events.c.at).filter(is_closing, outcome == Outcome.RESOLVED.value).label("resolved_at"),
            func.max(events.c.at).filter(events.c.type == EventType.REOPENED.value).label("reopened_at"),
            func.count().filter(events.c.type == EventType.EXECUTED.value).label("executed"),
            func.count().filter(is_answer).label("answers"),
            func.count().filter(is_answer, is_solved).label("solved"),
            func.count(score).filter(is_answer).label("scores"),
            func.coalesce(func.sum(score).filter(is_answer), 0).label("score_sum"),
        )
        .where(among, events.c.type.in_([each.value for each in COUNTED]))
        .group_by(events.c.reference)
        .subquery("happened")
    )
