"""The frame of every posting that tells people something: one transaction, then delivery."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities import journal
from activities.letters import Letter, OnFile
from activities.outbox import Outbox, Stored
from infra.db.transaction import transact
from workflows.contract.ports import Posted, Posting

Composer: TypeAlias = Callable[[AsyncConnection, OnFile], Awaitable[Sequence[Letter]]]
"""Writes the records that ride along with a posting, in its transaction, and the letters that tell of them."""


class PostOffice:
    """Carries out postings: entries, records and letters are stored together or not at all."""

    def __init__(self, engine: AsyncEngine, outbox: Outbox) -> None:
        self._engine = engine
        self._outbox = outbox

    async def post(self, posting: Posting, compose: Composer) -> Posted:
        """Store the posting and send its letters. A mail server that takes none of them is no error of the posting.

        Raises:
            AmendsError: `unreachable`, `setup` or `unknown_reference`; nothing is stored, or it was all stored before.
        """

        async def work(connection: AsyncConnection) -> Stored | None:
            about = await journal.write(connection, posting)
            if about is None:
                return None
            return await self._outbox.store(connection, about.reference, await compose(connection, about))

        stored = await transact(self._engine, work)
        if stored is None:
            return Posted(already_on_file=True)
        return Posted(undelivered=await self._outbox.send(stored))
