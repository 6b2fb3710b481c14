"""The frame of every posting that tells people something: one transaction, then delivery."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.journal import look_up, write
from activities.letters import Letter, OnFile
from activities.outbox import Outbox, Stored
from infra.db.transaction import transact
from workflows.contract.ports import Posted, Posting

Composer: TypeAlias = Callable[[AsyncConnection, OnFile], Awaitable[Sequence[Letter]]]
"""Writes the letters of a posting; it may read, and must not change anything."""

Recorder: TypeAlias = Callable[[AsyncConnection], Awaitable[None]]
"""Stores what rides along with a posting besides letters, in its transaction."""


class PostOffice:
    """Carries out postings: entries, records and letters are stored together or not at all."""

    def __init__(self, engine: AsyncEngine, outbox: Outbox) -> None:
        self._engine = engine
        # Entries and letters alone are one statement, which is its own transaction and costs one round trip, not three.
        self._without_transaction = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._outbox = outbox

    async def post(self, posting: Posting, compose: Composer, record: Recorder | None = None) -> Posted:
        """Store the posting and send its letters. A mail server that takes none of them is no error of the posting.

        Raises:
            AmendsError: `unreachable`, `setup` or `unknown_reference`; nothing is stored, or it was all stored before.
        """

        async def work(connection: AsyncConnection) -> Stored | None:
            about = await look_up(connection, posting)
            if about is None:
                return None
            letters = await compose(connection, about)
            claimed = await write(connection, posting, letters)
            if claimed is None:
                return None
            if record is not None:
                await record(connection)
            return await self._outbox.to_send(connection, letters, claimed)

        stored = await transact(self._engine if record else self._without_transaction, work)
        if stored is None:
            return Posted(already_on_file=True)
        return Posted(undelivered=await self._outbox.send(stored))
