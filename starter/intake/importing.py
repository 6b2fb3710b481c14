"""Files many complaints, some at a time: safe to interrupt and to repeat, because the source key names each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starter.client import AmendsClient
from starter.intake.arriving import Arriving
from starter.intake.insisting import FAULTS_OF_THE_COMPLAINT, file_insistently
from starter.intake.rows import BadRow, Row
from workflows.contract.errors import AmendsError
from workflows.contract.filing import FileComplaint

IN_FLIGHT = 32
"""Filings at one time: enough to keep a server busy, few enough to be answered within the client's patience."""

_GRACE = timedelta(seconds=5)
"""After an interruption, for what is in flight."""


@dataclass(slots=True)
class Tally:
    """How far an import has come. `read` = `filed` + `duplicates` + `bad` + those in flight."""

    read: int = 0
    filed: int = 0
    duplicates: int = 0
    bad: int = 0
    line: int = 0
    interrupted: bool = False


class Import:
    """One import; `tally` tells how far it is at any time, also after an error.

    Args:
        client: files the complaints.
        to_complaint: makes a filing of a record, or raises `AmendsError`.
        on_bad: told of each record that cannot be filed.
        on_progress: called after each record.
    """

    def __init__(
        self,
        client: AmendsClient,
        to_complaint: Callable[[Mapping[str, Any]], FileComplaint],
        *,
        on_bad: Callable[[BadRow], None],
        on_progress: Callable[[], None] = lambda: None,
    ) -> None:
        self.tally = Tally()
        self._client = client
        self._to_complaint = to_complaint
        self._on_bad = on_bad
        self._on_progress = on_progress

    async def run(self, rows: Iterable[Row | BadRow]) -> None:
        """File every row that can be filed, as soon as it can be read. Cancelling ends it early and quietly: see
        `tally.interrupted`.

        Raises:
            AmendsError: `unreachable` or `no_answer`, when an outage lasts.
        """
        arriving = Arriving(rows)
        pending: set[asyncio.Task[None]] = set()
        coming = asyncio.create_task(arriving.next())
        try:
            while not coming.done() or coming.result() is not None:
                pending = await _some_done(pending, None if len(pending) >= IN_FLIGHT else coming)
                if coming.done() and len(pending) < IN_FLIGHT and (row := coming.result()):
                    self._read(row, pending)
                    coming = asyncio.create_task(arriving.next())
            while pending:
                pending = await _some_done(pending)
        except asyncio.CancelledError:
            self.tally.interrupted = True
            if task := asyncio.current_task():
                task.uncancel()
        finally:
            coming.cancel()
            await _wind_up(pending)

    def _read(self, row: Row | BadRow, pending: set[asyncio.Task[None]]) -> None:
        self.tally.read += 1
        self.tally.line = row.line
        if isinstance(row, BadRow):
            self._refuse(row)
            return
        try:
            complaint = self._to_complaint(row.values)
        except AmendsError as error:
            self._refuse(BadRow(row.line, error.field, error.message))
            return
        pending.add(asyncio.create_task(self._file(row.line, complaint)))

    async def _file(self, line: int, complaint: FileComplaint) -> None:
        try:
            filing = await file_insistently(self._client, complaint)
        except AmendsError as error:
            if error.code not in FAULTS_OF_THE_COMPLAINT:
                raise
            self._refuse(BadRow(line, error.field, error.message))
            return
        self.tally.filed += not filing.duplicate
        self.tally.duplicates += filing.duplicate
        self._on_progress()

    def _refuse(self, row: BadRow) -> None:
        self.tally.bad += 1
        self._on_bad(row)
        self._on_progress()


async def _some_done(
    pending: set[asyncio.Task[None]], other: asyncio.Task[Any] | None = None
) -> set[asyncio.Task[None]]:
    """Wait for at least one of them, or the other one; those that are left. Raises what one of them raised."""
    await asyncio.wait([*pending, other] if other else pending, return_when=asyncio.FIRST_COMPLETED)
    done = {task for task in pending if task.done()}
    for task in done:
        task.result()
    return pending - done


async def _wind_up(pending: set[asyncio.Task[None]]) -> None:
    """Let what is in flight arrive, so that it is counted; what takes too long is given up, and found by a repeat."""
    if not pending:
        return
    _, late = await asyncio.wait(pending, timeout=_GRACE.total_seconds())
    for task in late:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
