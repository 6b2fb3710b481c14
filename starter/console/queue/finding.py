"""Finds what a page of the queue shows, and whether something that has happened concerns it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.ready import Ready
from infra.db.tables import complaints
from infra.db.transaction import inquire
from starter import inbox
from starter.access.caller import Caller
from starter.access.sight import sight
from starter.console.queue.address import DuePlace, Place, Tab, View
from starter.inbox import EXCERPT_CHARACTERS, Inbox, InboxPlace
from starter.listing import Asked, Listing, ListPlace
from starter.matching import conditions
from starter.read_model import ComplaintRow
from starter.wanted import Wanted
from workflows.contract.views import Duty

Row = Mapping[str, Any]
"""A thing to do by the names of `starter.inbox.Item`; or a complaint by those of `ComplaintRow`, with `excerpt` and
`duties`."""

_COLUMNS = tuple(complaints.c[name] for name in ComplaintRow.model_fields)
_DUTIES = TypeAdapter(tuple[Duty, ...])
_BY_DUE_TIME = (complaints.c.due_at, complaints.c.reference)


class Found(NamedTuple):
    """The rows of a page, and the place where the next one begins if there is one."""

    rows: Sequence[Row]
    next: Place | None


class Finding:
    """The lists of the queue. All methods raise AmendsError `unreachable` or `setup` when the database cannot answer.

    Args:
        engine: of the tables.
        see_all: the departments whose people see every complaint.
    """

    def __init__(self, engine: AsyncEngine, see_all: tuple[str, ...]) -> None:
        self._engine = engine
        self._see_all = see_all

    async def page(self, caller: Caller, view: View) -> Found:
        """A page of what the caller may see."""
        one_more = view.rows + 1
        if view.tab is Tab.MINE:
            return _cut(await self._mine(caller, view, one_more), view)
        if view.is_by_due_time:
            rows: Sequence[Row] = await inquire(self._engine, Ready(self.question(caller, view, one_more)).ask)
        else:
            place = view.after if isinstance(view.after, ListPlace) else None
            rows = await Listing(self._engine).rows(Asked(view.wanted, one_more, caller, self._see_all, place))
        found = _cut(rows, view)
        return found._replace(rows=await self._described(found.rows))

    async def references(self, caller: Caller, view: View, most: int) -> list[str]:
        """The references of the first of a whole list, each once."""
        found = await self.page(caller, replace(view, rows=most, after=None))
        return list(dict.fromkeys(row["reference"] for row in found.rows))

    async def touches(self, caller: Caller, view: View, shown: Found, references: Collection[str]) -> bool:
        """Whether any of these complaints, none of which is shown, would be if the page were made now. It is asked of
        their rows alone, so it costs less than the page does.
        """
        return bool(await inquire(self._engine, Ready(self.touching(caller, view, shown, references)).ask))

    def touching(self, caller: Caller, view: View, shown: Found, references: Collection[str]) -> Select[Any]:
        """The question for that."""
        if view.tab is Tab.MINE:
            query = _mine_query(caller, view)
        else:
            query = select(literal(1)).select_from(complaints).where(*self._seen(caller, view))
            query = query.where(*_within(view, shown))
        return query.where(complaints.c.reference.in_(sorted(references))).limit(1)

    def all_of(self, caller: Caller, view: View) -> Select[Any]:
        """Everything in a list, in no order."""
        if view.tab is Tab.MINE:
            return _mine_query(caller, view)
        return select(complaints.c.reference).where(*self._seen(caller, view))

    def question(self, caller: Caller, view: View, limit: int) -> Select[Any]:
        """The question for a page of things to do, or of complaints by their due time."""
        if view.tab is Tab.ALL:
            return _by_due_time(self._seen(caller, view), view, limit)
        place = view.after if isinstance(view.after, InboxPlace) else None
        return _narrowed(inbox.page_query(caller.actor, limit, place), view)

    async def _mine(self, caller: Caller, view: View, limit: int) -> Sequence[Row]:
        place = view.after if isinstance(view.after, InboxPlace) else None
        if not view.filters():
            return await Inbox(self._engine).rows(caller.actor, limit, after=place)
        return await inquire(self._engine, Ready(self.question(caller, view, limit)).ask)

    def _seen(self, caller: Caller, view: View) -> list[ColumnElement[bool]]:
        required = [*conditions(view.wanted), sight(caller, self._see_all)]
        if view.due_within is not None:
            required += conditions(Wanted(archived=False))  # an archived complaint is under no limit any more
            required.append(complaints.c.due_at <= _limit(view))
        return required

    async def _described(self, rows: Sequence[Row]) -> list[Row]:
        """With how each begins, and who has to do what about it."""
        excerpt = func.left(complaints.c.text, EXCERPT_CHARACTERS).label("excerpt")
        more = select(complaints.c.reference, excerpt, cast(complaints.c.duties, Text).label("duties"))
        query = more.where(complaints.c.reference.in_([row["reference"] for row in rows]))
        known = {row["reference"]: row for row in await inquire(self._engine, Ready(query).ask)} if rows else {}
        return [
            {**row, "excerpt": known[row["reference"]]["excerpt"], "duties": _duties(known[row["reference"]]["duties"])}
            for row in rows
            if row["reference"] in known
        ]


def _mine_query(caller: Caller, view: View) -> Select[Any]:
    return _narrowed(inbox.wanted(caller.actor), view)


def _narrowed(duties: Select[Any], view: View) -> Select[Any]:
    """Only those about complaints that are wanted, and only those due soon."""
    narrowed = duties.where(*conditions(view.wanted))
    if view.due_within is None:
        return narrowed
    due_at: Any = duties.selected_columns["due_at"]
    return narrowed.where(due_at.element <= _limit(view))


def _limit(view: View) -> datetime | None:
    return datetime.now(UTC) + view.due_within if view.due_within is not None else None


def _by_due_time(seen: list[ColumnElement[bool]], view: View, limit: int) -> Select[Any]:
    query = select(*_COLUMNS).where(*seen).order_by(*_BY_DUE_TIME).limit(limit)
    if isinstance(view.after, DuePlace):
        query = query.where(tuple_(*_BY_DUE_TIME) > _literal(view.after.due_at, view.after.reference))
    return query


def _within(view: View, shown: Found) -> list[ColumnElement[bool]]:
    """From where the page begins to where it ends; one that is not full has no end."""
    bounds: list[ColumnElement[bool]] = []
    if isinstance(shown.next, ListPlace):
        bounds.append(complaints.c.received_at >= shown.next.received_at)
    if isinstance(shown.next, DuePlace):
        bounds.append(complaints.c.due_at <= shown.next.due_at)
    if isinstance(view.after, ListPlace):
        bounds.append(complaints.c.received_at <= view.after.received_at)
    return bounds


def _literal(at: datetime, reference: str) -> Any:
    return tuple_(literal(at, complaints.c.due_at.type), literal(reference))


def _duties(spelt: str) -> tuple[Duty, ...]:
    return _DUTIES.validate_json(spelt)


def _cut(rows: Sequence[Row], view: View) -> Found:
    """A page out of what was found when one more was asked for than it may have."""
    page, model = rows[: view.rows], view.place
    if len(rows) <= view.rows:
        return Found(page, None)
    return Found(page, model.model_validate({name: page[-1][name] for name in model.model_fields}))
