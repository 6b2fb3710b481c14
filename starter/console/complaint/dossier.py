"""Everything the page shows of one complaint, read for a caller who may see it: from the tables and the case itself."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncEngine

from starter.access.caller import Caller, Scope
from starter.client import AmendsClient
from starter.console.complaint.names import Names, read_names
from starter.read_model import ComplaintFile, EventRow, MessageRow, ReadModel
from starter.seeing import visible, visible_file
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.views import ComplaintView
from workflows.contract.vocabulary import Status

EVENTS_AT_ONCE = 200
LETTERS_AT_ONCE = 20


class Source(StrEnum):
    """Where what is shown comes from: the case as it is, or the tables because it is away or long forgotten."""

    LIVE = "live"
    AWAY = "away"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True)
class Dossier:
    """A complaint as it was `at` a moment; `allowed` are the commands that the reader may give."""

    file: ComplaintFile
    view: ComplaintView | None
    source: Source
    allowed: tuple[str, ...]
    events: Sequence[EventRow]
    letters: Sequence[MessageRow]
    names: Names
    at: datetime

    @property
    def sequence(self) -> int:
        """The last event that is known: the case is ahead of the tables."""
        known = self.view.summary.sequence if self.view else 0
        return max(self.file.sequence, known)


class Dossiers:
    """Reads them.

    Args:
        engine: the tables.
        desk: the cases themselves.
        reference: of the complaint, as somebody typed it.
        see_all: the departments whose people see every complaint.
    """

    def __init__(self, engine: AsyncEngine, desk: AmendsClient, reference: str, *, see_all: Collection[str]) -> None:
        self._engine = engine
        self._desk = desk
        self._reference = reference
        self._see_all = see_all
        self._tables = ReadModel(engine)

    async def read(self, caller: Caller, *, letters: int = LETTERS_AT_ONCE, after: int | None = None) -> Dossier:
        """As it is now, with the events after a number, or the last ones there are.

        Raises:
            AmendsError: `reference_mistyped`; `unknown_reference`, also when the caller may not see it; `unreachable`.
        """
        file = await self._file(caller)
        start = max(file.sequence - EVENTS_AT_ONCE, 0) if after is None else after
        (view, source), events, messages, names, allowed = await asyncio.gather(
            self._view(file),
            self._tables.events(file.reference, after=start),
            self._tables.messages(file.reference, letters + 1),
            read_names(self._engine),
            self._allowed(file, caller),
        )
        return Dossier(
            file=file,
            view=view,
            source=source,
            allowed=allowed if view else (),
            events=events,
            letters=messages,
            names=names,
            at=datetime.now(UTC),
        )

    async def last_number(self, caller: Caller) -> int:
        """The number of the last event in the tables. Raises as above."""
        row = await visible(self._engine, self._desk, caller, self._reference, see_all=self._see_all)
        return row.sequence

    async def earlier(self, caller: Caller, before: int) -> list[EventRow]:
        """The events before a number, the last ones of them. Raises as above."""
        file = await self._file(caller)
        start = max(before - 1 - EVENTS_AT_ONCE, 0)
        return await self._tables.events(file.reference, after=start, limit=before - 1 - start)

    async def body(self, caller: Caller, message_id: str) -> str | None:
        """The text of a letter about this complaint. Raises as above."""
        file = await self._file(caller)
        message = await self._tables.message(message_id)
        return message.body if message and message.reference == file.reference else None

    async def _file(self, caller: Caller) -> ComplaintFile:
        return await visible_file(self._engine, self._desk, caller, self._reference, see_all=self._see_all)

    async def _view(self, file: ComplaintFile) -> tuple[ComplaintView | None, Source]:
        try:
            return await self._desk.view(file.reference), Source.LIVE
        except AmendsError as error:
            if error.code is ErrorCode.UNKNOWN_REFERENCE and file.status is Status.ARCHIVED:
                return None, Source.FORGOTTEN
            if error.code.is_silence or error.code is ErrorCode.UNKNOWN_REFERENCE:
                return None, Source.AWAY
            raise

    async def _allowed(self, file: ComplaintFile, caller: Caller) -> tuple[str, ...]:
        """None where the case cannot be asked, and for those who were let in to read."""
        if Scope.COMMAND not in caller.scopes:
            return ()
        try:
            return await self._desk.allowed(file.reference, caller.actor)
        except AmendsError as error:
            if error.code.is_silence or error.code is ErrorCode.UNKNOWN_REFERENCE:
                return ()
            raise
