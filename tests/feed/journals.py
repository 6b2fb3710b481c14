"""Complaints whose journals grow by transactions that a test leaves open for as long as it likes."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction

from activities.journal import write
from infra.db.transaction import transact
from starter.feed import Feed, Place
from tests.support.postings import complaint, entry, filed, posting
from workflows.contract.filing import FileComplaint


class Journal:
    """One complaint's; `length` counts what has been committed."""

    def __init__(self, key: str) -> None:
        self.filing: FileComplaint = complaint(key)
        self.length = 0

    @property
    def reference(self) -> str:
        """The complaint's."""
        return self.filing.reference

    @property
    def event_ids(self) -> list[str]:
        """Of all that has been committed, in order."""
        return [f"{self.reference}:{sequence}" for sequence in range(1, self.length + 1)]

    async def write(self, connection: AsyncConnection, entries: int = 1) -> None:
        """Write the next entries, as a worker does."""
        first = self.length + 1
        new = [filed(self.filing) if number == 1 else entry(number) for number in range(first, first + entries)]
        await write(connection, posting(self.filing, *new), ())

    async def grow(self, engine: AsyncEngine, entries: int = 1) -> None:
        """Write and commit the next entries."""
        await transact(engine, lambda connection: self.write(connection, entries))
        self.length += entries


class OpenPosting:
    """Entries that have been written and not committed."""

    def __init__(
        self, connection: AsyncConnection, transaction: AsyncTransaction, journal: Journal, count: int
    ) -> None:
        self._connection, self._transaction = connection, transaction
        self.journal, self._entries = journal, count

    @classmethod
    async def begin(cls, engine: AsyncEngine, journal: Journal, entries: int = 1) -> OpenPosting:
        """Write the next entries in a transaction of their own."""
        connection = await engine.connect()
        transaction = await connection.begin()
        await journal.write(connection, entries)
        return cls(connection, transaction, journal, entries)

    async def end(self, *, commit: bool = True) -> None:
        """Commit, or as a worker that was killed: roll back."""
        if commit:
            await self._transaction.commit()
            self.journal.length += self._entries
        else:
            await self._transaction.rollback()
        await self._connection.close()


async def read_on(feed: Feed, place: Place, limit: int = 50) -> tuple[list[str], Place]:
    """The event ids of everything after a place, and where that ended."""
    found: list[str] = []
    while True:
        page = await feed.page(place, limit)
        found += [change.event_id for change in page.changes]
        place = page.place
        if page.is_last:
            return found, place
