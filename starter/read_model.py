"""The read model as people look at it: a complaint's row, its journal, its messages and its archived runs."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, JsonValue
from sqlalchemy import Select, Table, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.tables import archive, complaints, events, outbox
from infra.db.transaction import autocommit, transact
from workflows.contract.base import Instant, Line, Model
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Channel, Language, Level, Nature, Outcome, Severity, Status, WaitingFor

Read = TypeVar("Read", bound=BaseModel)


class ComplaintRow(Model):
    """A complaint as lists show it."""

    reference: str
    received_at: Instant
    channel: Channel
    language: Language
    subject: str | None
    product: str | None
    status: Status
    outcome: Outcome | None
    nature: Nature | None
    severity: Severity | None
    department: str
    owner: str
    level: Level
    waiting_for: WaitingFor | None
    breached: bool
    due_at: Instant | None
    policy: str | None
    parent: str | None
    sequence: int
    updated_at: Instant


class ComplaintFile(ComplaintRow):
    """A complaint with what the complainant wrote."""

    source: str
    source_key: str
    text: str
    complainant_name: str | None
    complainant_email: str | None
    complainant_phone: str | None
    remedy_sought: str | None


class EventRow(Model):
    """One line of the journal as it was projected; `data` holds the event's own fields."""

    sequence: int
    at: Instant
    type: str
    actor: Actor
    command_id: str
    data: dict[str, JsonValue]


class MessageRow(Model):
    """A message in the outbox; `recipient` is the address it goes to, `staff` who that is if not the complainant."""

    message_id: str
    reference: str
    notice: str
    audience: str
    staff: str | None
    recipient: str | None
    language: Language
    subject: str
    status: str
    attempts: int
    created_at: Instant
    sent_at: Instant | None
    last_error: str | None


class MessagePlace(Model):
    """Where a page of messages ended."""

    created_at: Instant
    message_id: Line


class Message(MessageRow):
    """A message as it is read."""

    body: str


class ArchivedRun(Model):
    """One archived run of a complaint's workflow; `history` is Temporal's own, as it was when the run had ended."""

    run_id: str
    final: bool
    history: bytes
    sha256: str
    archived_at: Instant


class ReadModel:
    """Questions to the tables. All raise AmendsError `unreachable` or `setup` when the database cannot answer."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = autocommit(engine)

    async def complaint(self, reference: str) -> ComplaintFile | None:
        """One complaint, if it has been projected."""
        query = _select(ComplaintFile, complaints).where(complaints.c.reference == reference)
        return next(iter(await self._all(ComplaintFile, query)), None)

    async def events(self, reference: str, *, after: int = 0, limit: int | None = None) -> list[EventRow]:
        """The journal of a complaint, in order: all of it, or at most `limit` entries after that number."""
        query = _select(EventRow, events).where(events.c.reference == reference).order_by(events.c.sequence)
        return await self._all(EventRow, query.where(events.c.sequence > after).limit(limit))

    async def messages(
        self, reference: str | None, limit: int, *, before: MessagePlace | None = None
    ) -> list[MessageRow]:
        """At most `limit` messages, of one complaint or of all, the last ones first; from behind a place on."""
        order = (outbox.c.created_at, outbox.c.message_id)
        query = _select(MessageRow, outbox).order_by(*(column.desc() for column in order)).limit(limit)
        if reference is not None:
            query = query.where(outbox.c.reference == reference)
        if before is not None:
            place = (literal(before.created_at, outbox.c.created_at.type), literal(before.message_id))
            query = query.where(tuple_(*order) < tuple_(*place))
        return await self._all(MessageRow, query)

    async def message(self, message_id: str) -> Message | None:
        """One message with its body."""
        query = _select(Message, outbox).where(outbox.c.message_id == message_id)
        return next(iter(await self._all(Message, query)), None)

    async def archived_runs(self, reference: str) -> list[ArchivedRun]:
        """The archived runs of a complaint, the first one first."""
        query = _select(ArchivedRun, archive).where(archive.c.reference == reference).order_by(archive.c.ordinal)
        return await self._all(ArchivedRun, query)

    async def _all(self, model: type[Read], query: Select[Any]) -> list[Read]:
        async def read(connection: AsyncConnection) -> list[Read]:
            rows = (await connection.execute(query)).mappings()
            return [model.model_validate(dict(row)) for row in rows]

        return await transact(self._engine, read)


def _select(model: type[BaseModel], table: Table) -> Select[Any]:
    return select(*(table.c[name] for name in model.model_fields))
