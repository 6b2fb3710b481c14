"""Mail that has not reached its reader: what the mail server refused, what has no address, and what waits too long."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.tables import MailStatus, complaints, outbox
from infra.db.transaction import autocommit, transact
from starter.access.caller import Caller
from starter.access.sight import sight
from starter.read_model import Message, MessageRow

TOO_LONG = timedelta(minutes=10)
"""A mail server that is there takes a mail at once; one that delays all new senders, within minutes."""


class Trouble(StrEnum):
    """Why a mail has not arrived; the first two need a person: another way to reach the reader."""

    REJECTED = "rejected"
    NO_ADDRESS = "no_address"
    WAITING = "waiting"


class UndeliveredMail:
    """The mails about complaints that a caller may see.

    All methods raise AmendsError `unreachable` or `setup` when the database cannot answer.

    Args:
        engine: the read model.
        caller: whose sight it is.
        see_all: the departments whose people see every complaint.
    """

    def __init__(self, engine: AsyncEngine, caller: Caller, see_all: Collection[str]) -> None:
        self._engine = autocommit(engine)
        self._is_seen = outbox.c.reference.in_(select(complaints.c.reference).where(sight(caller, see_all)))

    async def counts(self) -> dict[Trouble, int]:
        """How many there are of each kind."""
        now = datetime.now(UTC)
        columns = (func.count().filter(_is(trouble, now)).label(trouble.value) for trouble in Trouble)
        query = select(*columns).where(self._is_seen, outbox.c.status != MailStatus.SENT)

        async def read(connection: AsyncConnection) -> dict[Trouble, int]:
            row = (await connection.execute(query)).mappings().one()
            return {trouble: row[trouble.value] for trouble in Trouble}

        return await transact(self._engine, read)

    async def listed(self, trouble: Trouble | None, limit: int) -> list[MessageRow]:
        """At most `limit` of one kind or of all, the last ones first."""
        now = datetime.now(UTC)
        wanted = or_(*(_is(each, now) for each in ([trouble] if trouble else Trouble)))
        query = select(*(outbox.c[name] for name in MessageRow.model_fields))
        query = query.where(self._is_seen, outbox.c.status != MailStatus.SENT, wanted)
        query = query.order_by(outbox.c.created_at.desc(), outbox.c.message_id).limit(limit)

        async def read(connection: AsyncConnection) -> list[MessageRow]:
            return [MessageRow.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]

        return await transact(self._engine, read)

    async def message(self, message_id: str) -> Message | None:
        """One mail with its text; none that they may not see, whatever became of it."""
        query = select(*(outbox.c[name] for name in Message.model_fields))
        query = query.where(outbox.c.message_id == message_id, self._is_seen)

        async def read(connection: AsyncConnection) -> Message | None:
            row = (await connection.execute(query)).mappings().one_or_none()
            return None if row is None else Message.model_validate(dict(row))

        return await transact(self._engine, read)


def trouble_of(row: MessageRow) -> Trouble:
    """Why one that is listed has not arrived."""
    return Trouble.WAITING if row.status == MailStatus.PENDING else Trouble(row.status)


def _is(trouble: Trouble, now: datetime) -> ColumnElement[bool]:
    if trouble is Trouble.WAITING:
        return and_(outbox.c.status == MailStatus.PENDING, outbox.c.created_at < now - TOO_LONG)
    return outbox.c.status == trouble.value
