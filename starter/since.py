"""What has happened to a complaint since somebody looked at it: what a refusal as `stale` is about."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from starter.client import AmendsClient
from starter.projection import projected
from starter.read_model import EventRow, ReadModel
from workflows.contract.errors import AmendsError

PATIENCE = timedelta(seconds=1)
"""What has happened is usually in the journal a tenth of a second later."""


async def since(engine: AsyncEngine, desk: AmendsClient, reference: str, seen: int) -> list[EventRow]:
    """What has happened after event number `seen`, in order. Where the database or the complaint does not answer in
    time it is less, or nothing.
    """
    return [event for event in await journal_past(engine, desk, reference, seen) if event.sequence > seen]


async def journal_past(engine: AsyncEngine, desk: AmendsClient, reference: str, seen: int) -> list[EventRow]:
    """The journal, once it goes further than `seen`; it may be less, as above."""
    try:
        present = (await desk.view(reference)).summary.sequence
        # A limit may have run out that nobody has noticed: it is noticed at once, and then it is the next event.
        await projected(engine, reference, present if present != seen else seen + 1, patience=PATIENCE)
        return await ReadModel(engine).events(reference)
    except AmendsError:
        return []
