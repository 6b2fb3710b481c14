"""Who is logged in to the console: sessions in PostgreSQL, known by the ids that browsers show."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Row, and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.tables import console_sessions as table
from infra.db.transaction import autocommit, transact
from starter.access.claims import Person

LASTS = timedelta(hours=12)
IDLE_FOR = timedelta(hours=2)
"""A session in which nothing is done for so long is over."""

ROTATED_EVERY = timedelta(minutes=15)
GRACE = timedelta(minutes=1)
"""For so long the last id is good after the present one has been shown: other requests may be on their way with it.
And so long the browser has to show an id that it was given, before it is given another: the answer may have been lost.
"""

USE_NOTED_EVERY = timedelta(minutes=1)
ID_BYTES = 32

_PERSON: TypeAdapter[Person] = TypeAdapter(Person)
_KNOWN = tuple(column for column in table.c if column.name != "id_token")


@dataclass(frozen=True)
class Session:
    """Somebody at a browser, since they logged in.

    Attributes:
        session_key: names it, whatever the id is that the browser shows; it opens nothing.
        person: who they are, as the identity provider said.
        known_by: how they were recognised, as the actor of their commands says it.
        rotates_at: from then on the browser is to be given a new id.
    """

    session_key: str
    person: Person
    known_by: str
    rotates_at: datetime = field(compare=False)


class Sessions:
    """All that there are. Every method raises AmendsError `unreachable` and `setup`, when PostgreSQL cannot answer:
    that a session is over is said only if it is known.
    """

    def __init__(self, engine: AsyncEngine, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = autocommit(engine)
        self._now = now

    async def open(self, person: Person, *, known_by: str, id_token: str | None = None) -> str:
        """Begin one, and forget those that are over.

        Returns:
            the id that the browser has to show.
        """
        token, now = _new_id(), self._now()
        row = {
            "session_key": str(uuid4()),
            "digest": _digest(token),
            "rotated_at": now,
            "subject": person.subject,
            "holder": _PERSON.dump_python(person, mode="json"),
            "known_by": known_by,
            "id_token": id_token,
            "created_at": now,
            "seen_at": now,
            "expires_at": now + LASTS,
        }
        await self._do(delete(table).where(~_is_live(now)))
        await self._do(insert(table).values(row))
        return token

    async def find(self, token: str) -> Session | None:
        """The session whose id this is, unless it is over. It counts as used."""
        digest, now = _digest(token), self._now()
        is_shown = or_(
            table.c.digest == digest,
            table.c.next_digest == digest,
            and_(table.c.last_digest == digest, table.c.last_until > now),
        )
        found = await self._rows(select(*_KNOWN).where(is_shown, _is_live(now)))
        if not found:
            return None
        (row,) = found
        if row.next_digest == digest:
            await self._take_next(row, now)
        elif now - row.seen_at >= USE_NOTED_EVERY:
            await self._do(_of(row.session_key).values(seen_at=now))
        return _session(row)

    async def rotated(self, session: Session) -> str | None:
        """A new id for the browser, if one is due. The present one is good until the new one is shown, and a moment
        longer.
        """
        now = self._now()
        if now < session.rotates_at:
            return None
        token = _new_id()
        is_due = or_(
            and_(table.c.next_digest.is_(None), table.c.rotated_at <= now - ROTATED_EVERY),
            and_(table.c.next_digest.is_not(None), table.c.rotated_at <= now - GRACE),
        )
        given = _of(session.session_key).where(is_due, _is_live(now))
        given = given.values(next_digest=_digest(token), rotated_at=now).returning(table.c.session_key)
        return token if await self._rows(given) else None

    async def is_open(self, session: Session) -> bool:
        """Whether it has neither ended nor run out. It does not count as used."""
        return bool(await self.still_open([session.session_key]))

    async def still_open(self, keys: Collection[str], *, used: Collection[str] = ()) -> frozenset[str]:
        """Those of these sessions that have neither ended nor run out; those that were used are noted before."""
        now = self._now()
        if used:
            in_use = update(table).where(table.c.session_key.in_(sorted(used)), _is_live(now))
            await self._do(in_use.values(seen_at=now))
        query = select(table.c.session_key).where(table.c.session_key.in_(sorted(keys)), _is_live(now))
        return frozenset(row.session_key for row in await self._rows(query))

    async def end(self, session: Session) -> None:
        """End this one alone."""
        await self._do(delete(table).where(table.c.session_key == session.session_key))

    async def end_all(self, subject: str) -> dict[str, str | None]:
        """End all sessions of a person, in every browser.

        Returns:
            by the keys of the sessions that ended, what the identity provider signed when they began.
        """
        ended = delete(table).where(table.c.subject == subject).returning(table.c.session_key, table.c.id_token)
        return {row.session_key: row.id_token for row in await self._rows(ended)}

    async def _take_next(self, row: Row[Any], now: datetime) -> None:
        """The browser has shown its next id, which is the present one from now on."""
        taken = _of(row.session_key).where(table.c.next_digest == row.next_digest)
        taken = taken.values(
            digest=row.next_digest, next_digest=None, last_digest=row.digest, last_until=now + GRACE, seen_at=now
        )
        await self._do(taken)

    async def _do(self, statement: Any) -> None:
        await transact(self._engine, lambda connection: connection.execute(statement))

    async def _rows(self, statement: Any) -> list[Row[Any]]:
        async def read(connection: AsyncConnection) -> list[Row[Any]]:
            return list(await connection.execute(statement))

        return await transact(self._engine, read)


def _session(row: Row[Any]) -> Session:
    after = ROTATED_EVERY if row.next_digest is None else GRACE
    return Session(
        session_key=row.session_key,
        person=_PERSON.validate_python(row.holder),
        known_by=row.known_by,
        rotates_at=row.rotated_at + after,
    )


def _is_live(now: datetime) -> ColumnElement[bool]:
    return and_(table.c.expires_at > now, table.c.seen_at > now - IDLE_FOR)


def _of(session_key: str) -> Any:
    return update(table).where(table.c.session_key == session_key)


def _new_id() -> str:
    return secrets.token_urlsafe(ID_BYTES)


def _digest(token: str) -> str:
    """Without salt or stretching: nobody can guess so many random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
