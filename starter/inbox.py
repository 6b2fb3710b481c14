"""What a member of staff has to do, the most urgent first: their own duties, and those of people they stand in for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.ready import Ready
from infra.db.tables import complaints
from infra.db.transaction import inquire
from workflows.contract.base import Instant, Line, Model
from workflows.contract.parties import Actor, StandIn
from workflows.contract.vocabulary import DutyKind, Role, Severity, Status

REMEMBERED = 500

EXCERPT_CHARACTERS = 80
"""Of the text of a complaint without a subject."""

_NEVER = datetime.max.replace(tzinfo=UTC)
"""When something is due that is under no limit: after all that is."""

_UNRATED = -1

_PLACE_MAX = 2**31 - 1
"""What an integer of the database holds."""


class Item(Model):
    """One thing to do: the reader's own, or `on_behalf_of` somebody absent. `place` is its number in the case."""

    duty: DutyKind
    due_at: Instant | None
    number: int | None
    about: str | None
    on_behalf_of: str | None
    reference: str
    subject: str | None
    excerpt: str
    severity: Severity | None
    department: str
    owner: str
    status: Status
    received_at: Instant
    place: int


_ITEMS = TypeAdapter(list[Item])


class InboxPlace(Model):
    """Where a page of an inbox ended."""

    due_at: Instant | None
    severity: Severity | None
    received_at: Instant
    reference: Line
    place: Annotated[int, Field(ge=1, le=_PLACE_MAX)]


class Inbox:
    """The duties of everybody, as the tables know them. Raises AmendsError `unreachable` or `setup`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of(self, actor: Actor, limit: int, *, after: Item | InboxPlace | None = None) -> list[Item]:
        """At most `limit` things to do, after the last one of the page before: those due first, then the gravest, then
        the oldest. `actor` is a member of staff as `starter.staff` finds them.
        """
        return _ITEMS.validate_python([dict(row) for row in await self.rows(actor, limit, after=after)])

    async def rows(
        self, actor: Actor, limit: int, *, after: Item | InboxPlace | None = None
    ) -> list[Mapping[str, Any]]:
        """The same as plain rows by the names of `Item`, for those who only hand them on."""
        always = actor.model_copy(update={"request_id": None}) if actor.request_id else actor
        ready = _remembered(always, limit) if after is None else Ready(page_query(always, limit, after))
        return await inquire(self._engine, ready.ask)


_LISTED = (
    func.jsonb_array_elements(complaints.c.duties)
    .table_valued(column("value", JSONB), with_ordinality="place")
    .render_derived(name="listed")
)
_DUTY, _PLACE = _LISTED.c.value, cast(_LISTED.c.place, Integer)
_DUE_AT = cast(_DUTY["due_at"].astext, DateTime(timezone=True))
_ORDER: tuple[ColumnElement[Any], ...] = (
    func.coalesce(_DUE_AT, literal(_NEVER)),
    case({severity.value: -severity.rank for severity in Severity}, value=complaints.c.severity, else_=-_UNRATED),
    complaints.c.received_at,
    complaints.c.reference,
    _PLACE,
)


def _key(item: Item | InboxPlace) -> tuple[Any, ...]:
    """The place of a row in the order."""
    rank = item.severity.rank if item.severity else _UNRATED
    return item.due_at or _NEVER, -rank, item.received_at, item.reference, item.place


def page_query(actor: Actor, limit: int, after: Item | InboxPlace | None = None) -> Select[Any]:
    """The question for a page."""
    query = wanted(actor).order_by(*_ORDER).limit(limit)
    return query if after is None else query.where(tuple_(*_ORDER) > tuple_(*map(literal, _key(after))))


@lru_cache(maxsize=REMEMBERED)
def _remembered(actor: Actor, limit: int) -> Ready:
    """The question for a first page, which people ask again and again."""
    return Ready(page_query(actor, limit))


def wanted(actor: Actor) -> Select[Any]:
    """The things to do of a member of staff, in no order. What is their own is not done on behalf of anybody."""
    people: tuple[Actor | StandIn, ...] = (actor, *actor.stands_in_for)
    found = [pattern for person in people for pattern in patterns(actor, person)]
    own, *others = (_is_for(actor, person) for person in people)
    absent = ((holds, literal(person.subject)) for holds, person in zip(others, actor.stands_in_for, strict=True))
    behalf = case((own, null()), *absent, else_=null())
    query = select(
        _DUTY["duty"].astext.label("duty"),
        _DUE_AT.label("due_at"),
        cast(_DUTY["number"].astext, Integer).label("number"),
        _DUTY["about"].astext.label("about"),
        cast(behalf, Text).label("on_behalf_of"),
        complaints.c.reference,
        complaints.c.subject,
        func.left(complaints.c.text, EXCERPT_CHARACTERS).label("excerpt"),
        complaints.c.severity,
        complaints.c.department,
        complaints.c.owner,
        complaints.c.status,
        complaints.c.received_at,
        _PLACE.label("place"),
    )
    return query.select_from(complaints.join(_LISTED, true())).where(
        # The first finds the rows by the index, the second their duties.
        or_(*(complaints.c.duties.contains([pattern]) for pattern in found)),
        or_(own, *others),
        ~_DUTY.contains({"but_not": [actor.subject]}),
        ~and_(_DUTY["duty"].astext == DutyKind.ATTEND, func.now() > _DUE_AT),  # it has begun, so it is the chair's
    )


def _is_for(actor: Actor, person: Actor | StandIn) -> ColumnElement[bool]:
    """The duty is this person's, whether the actor themselves or somebody they stand in for."""
    held = or_(*(_DUTY.contains(pattern) for pattern in patterns(actor, person)))
    if person is actor:
        return held
    # A right to decide that somebody was handed is theirs alone.
    was_handed = _DUTY.contains({"duty": DutyKind.APPROVE, "subject": person.subject})
    # Who has a seat of their own in a meeting takes nobody else's.
    is_of_a_seat = _DUTY["duty"].astext.in_([DutyKind.ATTEND, DutyKind.VOTE])
    is_seated = complaints.c.duties.contains([{"duty": DutyKind.ATTEND, "subject": actor.subject}])
    return and_(held, ~_DUTY.contains({"but_not": [person.subject]}), ~was_handed, ~and_(is_of_a_seat, is_seated))


def patterns(actor: Actor, person: Actor | StandIn) -> Iterator[dict[str, Any]]:
    """What a duty of this person contains. People of contractors have those that name them, and no others."""
    yield {"subject": person.subject}
    if actor.contractor or person.contractor:
        return
    for role in person.roles:
        anywhere = {} if role is Role.EXECUTIVE else {"department": person.department}
        yield {**anywhere, "roles": [role]}
