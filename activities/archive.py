"""Keeps the file: exports the history of a run from the Temporal server and stores it with its SHA-256 and seal."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity
from temporalio.client import Client

from activities.posting import PostOffice
from infra.archived_history import Manifest, PackedHistory, pack
from infra.db.ready import Ready
from infra.db.tables import archive
from infra.db.transaction import autocommit, transact
from infra.letters.writer import Letter, OnFile
from workflows.contract.effects import ExportHistory
from workflows.contract.names import workflow_id
from workflows.contract.ports import ArchivePort, Posted, Posting

PAGE_TIME_LIMIT = timedelta(seconds=5)
"""For each call to the Temporal server; a long history takes several."""

_LOCK_KEY = 0x61726368697665
"""`archive` in ASCII: whoever holds this advisory lock appends to the chain."""

_KEPT = select(archive.c.run_id).where(archive.c.reference == bindparam("of"))
_LAST = Ready(select(archive.c.ordinal, archive.c.seal).order_by(archive.c.ordinal.desc()).limit(1))

_append_once = (
    insert(archive)
    .values({column.name: bindparam(f"new_{column.name}") for column in archive.columns})
    .on_conflict_do_nothing(index_elements=[archive.c.reference, archive.c.run_id])
    .returning(archive.c.ordinal)
    .cte("appended")
)
_APPEND = Ready(select(_append_once))


class ArchiveActivities(ArchivePort):
    """Keeping the file."""

    def __init__(self, engine: AsyncEngine, post_office: PostOffice, client: Client) -> None:
        self._engine = autocommit(engine)
        self._post_office = post_office
        self._client = client

    @activity.defn
    async def archive(self, posting: Posting) -> Posted:
        """Store the history of each run once, as the Temporal server has it now.

        Raises:
            RPCError: the server does not answer, or does not know the run.
        """
        exports = [effect for effect in posting.effects if isinstance(effect, ExportHistory)]
        # An earlier attempt may have kept them without being heard of, and the server have forgotten them since.
        kept = await self._runs_kept(posting.reference) if activity.info().attempt > 1 else frozenset()
        histories = [
            (export, await self._export(posting.reference, export.run_id))
            for export in exports
            if export.run_id not in kept
        ]

        async def record(connection: AsyncConnection) -> None:
            for export, history in histories:
                await _append(connection, posting.reference, export, history)

        # The lock must be held before the last row is read, and is for free with the statement before that.
        return await self._post_office.post(posting, _no_letters, record, lock=_LOCK_KEY)

    async def _runs_kept(self, reference: str) -> frozenset[str]:
        rows = await transact(self._engine, lambda connection: connection.scalars(_KEPT, {"of": reference}))
        return frozenset(rows)

    async def _export(self, reference: str, run_id: str) -> PackedHistory:
        run = self._client.get_workflow_handle(workflow_id(reference), run_id=run_id)
        events = [event async for event in run.fetch_history_events(rpc_timeout=PAGE_TIME_LIMIT)]
        return await asyncio.to_thread(pack, events)  # a long history would hold up every other activity


async def _no_letters(_about: OnFile) -> list[Letter]:
    return []


async def _append(connection: AsyncConnection, reference: str, export: ExportHistory, history: PackedHistory) -> None:
    last = next(iter(await _LAST.ask(connection)), None)
    manifest = Manifest(
        ordinal=last["ordinal"] + 1 if last else 1,
        reference=reference,
        run_id=export.run_id,
        final=export.final,
        events=history.events,
        sha256=history.sha256,
        archived_at=datetime.now(UTC),
        previous_seal=last["seal"] if last else None,
    )
    row = {f"new_{name}": getattr(manifest, name) for name in (*Manifest.__dataclass_fields__, "seal")}
    await _APPEND.ask(connection, **row, new_history=history.content)
