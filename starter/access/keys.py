"""API keys: made for a service or for somebody on the staff, shown once, kept as a digest, revoked at once."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Annotated, Self

from pydantic import Field, model_validator
from sqlalchemy import Row, Select, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.directory import find_staff
from infra.db.tables import api_keys
from infra.db.transaction import autocommit, transact
from starter.access.admission import is_taken
from starter.access.caller import Scope
from starter.access.claims import Holder, Person, Service
from starter.access.faults import CredentialFaultError
from starter.access.memory import Memory
from workflows.contract.base import LIST_MAX_ITEMS, Instant, Line, Model, Name
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Role

PREFIX = "amk_"
VALID_FOR = timedelta(days=90)
VALID_FOR_AT_MOST = timedelta(days=366)
SECRET_BYTES = 32
USE_NOTED_EVERY = timedelta(minutes=1)

_ID_BYTES = 8
_SHAPE = re.compile(rf"{PREFIX}([0-9a-f]{{{2 * _ID_BYTES}}})_[0-9a-f]{{{2 * SECRET_BYTES}}}")


class NewKey(Model):
    """A key to be made: for somebody on the staff, or for a service and its sources (`*` for all)."""

    staff: Name | None = None
    service: Name | None = None
    sources: Annotated[tuple[Name, ...], Field(max_length=LIST_MAX_ITEMS)] = ()
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1)]
    valid_for: timedelta = VALID_FOR
    note: Line | None = None

    @model_validator(mode="after")
    def _has_one_holder(self) -> Self:
        if (self.staff is None) == (self.service is None):
            raise ValueError("a key is for a service or for somebody on the staff; name one of them")
        if (self.service is None) != (not self.sources):
            raise ValueError("a service has at least one source, and nobody else has any; * means all")
        return self

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if not timedelta(0) < self.valid_for <= VALID_FOR_AT_MOST:
            raise ValueError(f"a key is valid for at most {VALID_FOR_AT_MOST.days} days, and for some time")
        return self


class ApiKey(Model):
    """What is known of a key, which is not the key itself."""

    key_id: str
    staff: str | None
    service: str | None
    sources: tuple[str, ...] | None
    scopes: tuple[Scope, ...]
    note: str | None
    created_by: str
    created_at: Instant
    expires_at: Instant
    revoked_by: str | None
    revoked_at: Instant | None
    last_used_at: Instant | None = Field(description="To the minute.")

    @property
    def holder(self) -> Holder:
        """Whoever shows it is this member of staff, or this service."""
        if self.staff is not None:
            return Person(self.staff)
        return Service(str(self.service), frozenset(self.scopes), frozenset(self.sources or ()))


class CreatedKey(Model):
    """A new key with its secret, which nobody can show again."""

    key: str = Field(repr=False)
    about: ApiKey


class ApiKeys:
    """The keys in PostgreSQL. All methods raise AmendsError `unreachable` and `setup`, when it cannot answer."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._engine = engine
        self._now = now
        self._used: Memory[str, ApiKey] = Memory(clock=clock)

    async def create(self, wanted: NewKey, by: Actor) -> CreatedKey:
        """Make a key. Executives make those of services; people make their own.

        Raises:
            AmendsError: `not_permitted`; `unknown_staff`; `invalid_input`, for a service with somebody's name.
        """
        key_id, secret = secrets.token_hex(_ID_BYTES), secrets.token_hex(SECRET_BYTES)
        key = f"{PREFIX}{key_id}_{secret}"
        now = self._now()
        _check_may_create(wanted, by)
        row = {
            "key_id": key_id,
            "sha256": _digest(key),
            "staff": wanted.staff,
            "service": wanted.service,
            "sources": list(wanted.sources) if wanted.service else None,
            "scopes": [scope.value for scope in Scope if scope in wanted.scopes],
            "note": wanted.note,
            "created_by": by.subject,
            "created_at": now,
            "expires_at": now + wanted.valid_for,
        }

        async def work(connection: AsyncConnection) -> ApiKey:
            await _check_holder(connection, wanted)
            created = await connection.execute(insert(api_keys).values(row).returning(*_KNOWN))
            return _about(created.one())

        return CreatedKey(key=key, about=await transact(self._engine, work))

    async def listed(self, *, also_over: bool = False) -> list[ApiKey]:
        """The keys that open, the last made first; with `also_over`, those that are revoked or have expired as well."""
        query = select(*_KNOWN).order_by(api_keys.c.created_at.desc(), api_keys.c.key_id)
        if not also_over:
            query = query.where(api_keys.c.revoked_at.is_(None), api_keys.c.expires_at > self._now())

        async def read(connection: AsyncConnection) -> list[ApiKey]:
            return [_about(row) for row in await connection.execute(query)]

        return await transact(autocommit(self._engine), read)

    async def revoke(self, key_id: str, by: Actor) -> ApiKey:
        """From now on it opens nothing; other processes learn it within `REMEMBERED_FOR`. Again changes nothing.

        Raises:
            AmendsError: `unknown_key`; `not_permitted`, for whoever is neither an executive nor made or holds it.
        """
        known = key_id.removeprefix(PREFIX).partition("_")[0]

        async def work(connection: AsyncConnection) -> ApiKey:
            row = (await connection.execute(_of(known).with_for_update())).one_or_none()
            if row is None:
                raise AmendsError(ErrorCode.UNKNOWN_KEY, f"there is no API key {known}", "key_id")
            key = _about(row)
            _check_may_revoke(key, by)
            if key.revoked_at is not None:
                return key
            revoked = update(api_keys).where(api_keys.c.key_id == known)
            revoked = revoked.values(revoked_by=by.subject, revoked_at=self._now())
            return _about((await connection.execute(revoked.returning(*_KNOWN))).one())

        return await transact(self._engine, work)

    async def opened_by(self, key: str) -> ApiKey:
        """What is known of a key that somebody shows, if it opens.

        Raises:
            CredentialFaultError: it has not the form of a key, is unknown, revoked or over.
        """
        digest = _digest(key)
        known = self._used.recall(digest)
        if known is None:
            known = await self._looked_up(key, digest)
            self._used.learn(digest, known)
        if known.revoked_at is not None:
            raise CredentialFaultError(f"API key {known.key_id} was revoked by {known.revoked_by}")
        if known.expires_at <= self._now():
            raise CredentialFaultError(f"API key {known.key_id} expired at {known.expires_at.isoformat()}")
        return known

    async def _looked_up(self, key: str, digest: str) -> ApiKey:
        shape = _SHAPE.fullmatch(key)
        if shape is None:
            raise CredentialFaultError("it has not the form of an API key")
        query = _of(shape[1]).add_columns(api_keys.c.sha256)
        single = autocommit(self._engine)

        async def read(connection: AsyncConnection) -> Row[tuple[object, ...]] | None:
            return (await connection.execute(query)).one_or_none()

        row = await transact(single, read)
        if row is None:
            raise CredentialFaultError(f"there is no API key {shape[1]}")
        if not hmac.compare_digest(row.sha256, digest):
            raise CredentialFaultError(f"wrong secret for API key {shape[1]}")
        known = _about(row)
        await self._note_use(known)
        return known

    async def _note_use(self, key: ApiKey) -> None:
        now = self._now()
        if key.last_used_at is not None and now - key.last_used_at < USE_NOTED_EVERY:
            return
        is_due = or_(api_keys.c.last_used_at.is_(None), api_keys.c.last_used_at <= now - USE_NOTED_EVERY)
        noted = update(api_keys).where(api_keys.c.key_id == key.key_id, is_due).values(last_used_at=now)
        await transact(autocommit(self._engine), lambda connection: connection.execute(noted))


_KNOWN = tuple(api_keys.c[name] for name in ApiKey.model_fields)


def _of(key_id: str) -> Select[tuple[object, ...]]:
    return select(*_KNOWN).where(api_keys.c.key_id == key_id)


def _about(row: Row[tuple[object, ...]]) -> ApiKey:
    return ApiKey.model_validate({name: getattr(row, name) for name in ApiKey.model_fields})


def _digest(key: str) -> str:
    """Without salt or stretching: nobody can guess a secret of so many random bits."""
    return hashlib.sha256(key.encode()).hexdigest()


def _check_may_create(wanted: NewKey, by: Actor) -> None:
    if wanted.staff is not None and wanted.staff != by.subject:
        raise _refusal(f"{by.subject} may not make a key that acts as {wanted.staff}: people make their own")
    if wanted.service is not None and Role.EXECUTIVE not in by.roles:
        raise _refusal(f"{by.subject} may not make a key for a service: only an executive may")


def _check_may_revoke(key: ApiKey, by: Actor) -> None:
    if Role.EXECUTIVE not in by.roles and by.subject not in {key.staff, key.created_by}:
        raise _refusal(f"{by.subject} may not revoke this key: its holder, its maker and executives may")


def _refusal(message: str) -> AmendsError:
    return AmendsError(ErrorCode.NOT_PERMITTED, message, "actor")


async def _check_holder(connection: AsyncConnection, wanted: NewKey) -> None:
    if wanted.staff is not None:
        await find_staff(connection, wanted.staff)
    if wanted.service is not None and await is_taken(connection, wanted.service):
        raise AmendsError(
            ErrorCode.INVALID_INPUT, "somebody on the staff has this name, or Amends itself; choose another", "service"
        )
