"""The frame of every posting that tells people something: letters, one transaction, then delivery."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.journal import Session, as_filed, look_up, write
from activities.memory import Recent
from activities.outbox import Outbox, Stored
from infra.db.transaction import inquire, transact
from infra.letters.writer import Letter, OnFile
from workflows.contract.ports import Posted, Posting

REMEMBERED_COMPLAINTS = 1000
"""About as many as a worker keeps workflows of; what is remembered of each is a few hundred bytes."""

Composer: TypeAlias = Callable[[OnFile], Awaitable[Sequence[Letter]]]
"""Writes the letters of a posting, and changes nothing."""

Recorder: TypeAlias = Callable[[AsyncConnection], Awaitable[None]]
"""Stores what rides along with a posting besides letters, in its transaction."""


class PostOffice:
    """Carries out postings: entries, records and letters are stored together or not at all."""

    def __init__(self, engine: AsyncEngine, outbox: Outbox) -> None:
        self._engine = engine
        self._outbox = outbox
        # By origin too: whether a posting comes from the origin on file, only the database can say.
        self._on_file: Recent[tuple[str, str], OnFile] = Recent(REMEMBERED_COMPLAINTS)

    async def post(
        self, posting: Posting, compose: Composer, record: Recorder | None = None, *, lock: int | None = None
    ) -> Posted:
        """Store the posting and send its letters. A mail server that takes none of them is no error of the posting.

        Args:
            posting: what to store.
            compose: its letters.
            record: what else to store.
            lock: key of an advisory lock that `record` needs.

        Raises:
            AmendsError: `unreachable`, `setup` or `unknown_reference`; nothing is stored, or it was all stored before.
        """
        about = await self._about(posting)
        if about is None:
            return Posted(already_on_file=True)
        letters = await compose(about)

        async def work(session: Session) -> Stored | None:
            claimed = await write(session, posting, letters, lock=lock)
            return None if claimed is None else await self._outbox.to_send(session, letters, claimed)

        async def work_and_record(connection: AsyncConnection, record: Recorder) -> Stored | None:
            stored = await work(connection)
            if stored is not None:
                await record(connection)
            return stored

        # Entries and letters alone are one statement, which is its own transaction and costs one round trip, not three.
        if record is None:
            stored = await inquire(self._engine, work)
        else:
            stored = await transact(self._engine, partial(work_and_record, record=record))
        if stored is None:
            return Posted(already_on_file=True)
        self._on_file.keep((posting.reference, posting.origin_run_id), about)
        return Posted(undelivered=await self._outbox.send(stored))

    async def _about(self, posting: Posting) -> OnFile | None:
        about = self._on_file.get((posting.reference, posting.origin_run_id)) or as_filed(posting)
        return about or await inquire(self._engine, lambda session: look_up(session, posting))
