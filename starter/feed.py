"""The journals of all complaints as one stream, in an order in which nothing is skipped and nothing comes twice,
although transactions commit in another order than they began. What a reader may see, they say by conditions.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

import structlog
from pydantic import JsonValue
from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.feed import (
    HORIZON,
    NEWEST,
    Place,
    page_query,
    place_of_entry,
    place_of_ordinal,
)
from infra.db.transaction import autocommit, transact
from workflows.contract.base import Instant, Model
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor

__all__ = ["PAGE_CHANGES", "SEATS", "START", "Change", "Feed", "Page", "Place"]

POLL_EVERY = timedelta(milliseconds=200)
PAGE_CHANGES = 200
SILENCE = timedelta(seconds=10)
"""After this long without anything new listeners get an empty page."""

RETRY_AFTER = timedelta(seconds=1)
READERS = 3
"""Listeners that read at the same time: what they leave of the connections is for everybody else."""

SEATS = 20
"""Of listeners with the same name in one process."""

START = Place(0, "", 0)

_EVENT_ID = re.compile(r"([0-9A-Z-]{1,20}):([1-9][0-9]{0,8})")
_CURSOR = re.compile(r"([0-9]{1,18})-([0-9]{1,9})")

log = structlog.get_logger(__name__)


class Change(Model):
    """An entry of a complaint's journal. `event_id` is the same wherever it is told; `data` are the event's fields."""

    event_id: str
    reference: str
    sequence: int
    at: Instant
    effective_at: Instant | None
    type: str
    actor: Actor
    command_id: str
    data: dict[str, JsonValue]


class Page(NamedTuple):
    """Some changes with the place of each, where to go on, and whether there was nothing more when it was read."""

    changes: list[Change]
    places: list[Place]
    place: Place
    is_last: bool


class Feed:
    """Reads the stream. What a transaction wrote appears in it once no older transaction is under way.

    Every question raises AmendsError: `unreachable`, or `setup` when the database refuses, or was restored from a dump
    of another server, whose transactions do not compare with its own.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = autocommit(engine)
        self._turns = asyncio.Semaphore(READERS)
        self._news = asyncio.Event()
        self._seats = Counter[str]()
        self._listeners = 0
        self._poller: asyncio.Task[None] | None = None
        self._dismissal = asyncio.Event()

    @property
    def listeners(self) -> int:
        """How many are listening."""
        return self._listeners

    @property
    def dismissal(self) -> asyncio.Event:
        """Set when those who listen now are to end."""
        return self._dismissal

    @contextmanager
    def seat(self, name: str) -> Iterator[None]:
        """A place for one listener of this name, to be taken before listening.

        Raises:
            AmendsError: `too_many_requests`, when they have as many as one may have.
        """
        if self._seats[name] >= SEATS:
            raise AmendsError(
                ErrorCode.TOO_MANY_REQUESTS, f"{name} has {SEATS} streams open already; close one of them first"
            )
        self._seats[name] += 1
        try:
            yield
        finally:
            self._seats[name] -= 1
            if not self._seats[name]:
                del self._seats[name]

    async def after(self, place: Place, limit: int) -> list[Change]:
        """At most `limit` changes of all complaints after a place."""
        return (await self.page(place, limit)).changes

    async def page(self, place: Place, limit: int, wanted: Sequence[ColumnElement[bool]] = ()) -> Page:
        """At most `limit` changes after a place that fulfil conditions on `complaints` and `events`. An empty page need
        not be the last one, because each looks at a bounded number of entries.

        Raises:
            AmendsError: `invalid_input`, field `after`, when there cannot be such a place yet.
        """
        rows = await self._all(page_query(place, limit, wanted))
        head, found = rows[0], [row for row in rows if row.reference is not None]
        if head.is_foreign:
            raise _foreign()
        # An entry is there, also while it may not be told yet.
        if place.transaction_id > head.horizon and not place.sequence:
            raise _future()

        def reached(transaction_id: int, reference: str, sequence: int, ordinal: int) -> Place:
            before = place.ordinal if transaction_id == place.transaction_id else 0
            return Place(transaction_id, reference, sequence, before + ordinal)

        changes = [_change(row) for row in found]
        places = [reached(row.transaction_id, row.reference, row.sequence, row.ordinal) for row in found]
        if len(found) == limit:
            return Page(changes, places, places[-1], is_last=False)
        if head.is_cut:
            end = reached(head.end_transaction_id, head.end_reference, head.end_sequence, head.end_ordinal)
            return Page(changes, places, end, is_last=False)
        return Page(changes, places, max(place, Place(head.horizon, "", 0)), is_last=True)

    async def now(self) -> Place:
        """The place after everything that can be read now."""
        (row,) = await self._all(select(HORIZON.label("horizon")))
        return Place(row.horizon, "", 0)

    async def place_of(self, mark: str, wanted: Sequence[ColumnElement[bool]] = ()) -> Place | None:
        """The place of a cursor, or that of an event that fulfils conditions on `complaints` and `events`; none, if
        there is no such event, or can be no such cursor yet.
        """
        if found := _EVENT_ID.fullmatch(mark):
            return await self._place(place_of_entry(found[1], int(found[2]), wanted))
        if found := _CURSOR.fullmatch(mark):
            transaction_id, ordinal = int(found[1]), int(found[2])
            if ordinal:
                return await self._place(place_of_ordinal(transaction_id, ordinal))
            now = await self.now()
            return Place(transaction_id, "", 0) if transaction_id <= now.transaction_id else None
        return None

    async def listen(
        self, after: Place, wanted: Sequence[ColumnElement[bool]] = (), *, silence: timedelta = SILENCE
    ) -> AsyncGenerator[Page]:
        """Pages of changes after a place as they come, and one after each `silence`, whether there are any or not.
        Outages of the database are waited out. It ends when listeners are dismissed; who stops before that closes the
        generator.

        A listener that is slow holds up nobody: it reads for itself, when it asks for the next page.

        Raises:
            AmendsError: `invalid_input`, field `after`, when there cannot be such a place yet.
        """
        place, loop = after, asyncio.get_running_loop()
        speaks_at, dismissal = loop.time() + silence.total_seconds(), self._dismissal
        with self._listening():
            while not dismissal.is_set():
                news = self._news
                page = await self._read(place, wanted)
                if page is not None:
                    place = page.place
                is_due = loop.time() >= speaks_at
                if is_due or (page is not None and page.changes):
                    yield page or Page([], [], place, is_last=True)
                if is_due:
                    speaks_at = loop.time() + silence.total_seconds()
                if page is None or page.is_last:
                    patience = speaks_at - loop.time()
                    await _wait(news, patience if page else min(patience, RETRY_AFTER.total_seconds()))

    def dismiss(self) -> None:
        """Let everybody who listens now end: the process that serves them does."""
        self._dismissal.set()
        self._dismissal = asyncio.Event()
        self._wake()

    async def close(self) -> None:
        """Dismiss all, and ask the database nothing more."""
        self.dismiss()
        if self._poller is not None:
            self._poller.cancel()
            await asyncio.wait([self._poller])

    async def _read(self, place: Place, wanted: Sequence[ColumnElement[bool]]) -> Page | None:
        """The next page of a listener; none, if it has to be tried again."""
        try:
            async with self._turns:
                return await self.page(place, PAGE_CHANGES, wanted)
        except AmendsError as error:
            if error.code is ErrorCode.INVALID_INPUT:
                raise
            if error.code is not ErrorCode.UNREACHABLE:  # that the poller says, once for all
                log.warning("feed.page_failed", reason=str(error))
            return None

    @contextmanager
    def _listening(self) -> Iterator[None]:
        self._listeners += 1
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll(), name="feed")
        try:
            yield
        finally:
            self._listeners -= 1

    async def _poll(self) -> None:
        """Wake all listeners when there is something new, for as long as there are any."""
        known: int | None = None
        is_interrupted = False
        while self._listeners:
            try:
                newest = await self._newest()
            except AmendsError as error:
                if not is_interrupted:
                    log.warning("feed.interrupted", reason=str(error))
                is_interrupted = True
            else:
                if is_interrupted:
                    log.info("feed.resumed")
                if is_interrupted or newest != known:
                    self._wake()
                known, is_interrupted = newest, False
            await asyncio.sleep(POLL_EVERY.total_seconds())

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _newest(self) -> int | None:
        (row,) = await self._all(NEWEST)
        if row.is_foreign:
            raise _foreign()
        newest: int | None = row.newest
        return newest

    async def _place(self, query: Select[Any]) -> Place | None:
        rows = await self._all(query)
        return Place._make(rows[0]) if rows else None

    async def _all(self, query: Select[Any]) -> Sequence[Row[Any]]:
        async def read(connection: AsyncConnection) -> Sequence[Row[Any]]:
            rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
            return rows

        return await transact(self._engine, read)


async def _wait(news: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await news.wait()
    except TimeoutError:
        pass


def _future() -> AmendsError:
    """Who waited there would be told nothing until as many transactions have passed."""
    return AmendsError(
        ErrorCode.INVALID_INPUT,
        "there is no such event yet: the place is another database's, such as that of before a restore; begin with"
        " `start`, or leave it out to be told what happens from now on",
        "after",
    )


def _foreign() -> AmendsError:
    return AmendsError(
        ErrorCode.SETUP,
        "the journal was restored from a dump of another server, whose transactions do not compare with those of this"
        " one; as owner of the tables run: UPDATE events SET transaction_id = pg_current_xact_id()",
    )


def _change(row: Row[Any]) -> Change:
    fields = {name: getattr(row, name) for name in Change.model_fields if name != "event_id"}
    return Change(event_id=f"{row.reference}:{row.sequence}", **fields)
