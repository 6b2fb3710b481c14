"""Why a command is refused as stale: what has happened since its sender looked, and the complaint's present tag."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from starter.api.preconditions import HEADER, etag
from starter.api.problems import ExplainedError, Since
from starter.client import AmendsClient
from starter.since import journal_past
from workflows.contract.errors import AmendsError, ErrorCode

CHANGES_SHOWN = 50


async def stale(
    engine: AsyncEngine, desk: AmendsClient, reference: str, seen: int, *, tells_changes: bool
) -> ExplainedError:
    """The refusal of a command whose sender has seen event number `seen`. When the database or the complaint does not
    answer in time, it says less; what has happened is only told to those who may read it.
    """
    journal = await journal_past(engine, desk, reference, seen)
    changes = [
        Since(sequence=event.sequence, at=event.at, type=event.type, by=event.actor.subject)
        for event in journal
        if event.sequence > seen
    ]
    now_at = journal[-1].sequence if journal else None
    reached = f"is at event {now_at} by now" if now_at is not None else "has gone on"
    error = AmendsError(ErrorCode.STALE, f"the complaint {reached}, and you had seen {seen}: look at it again", HEADER)
    headers = {"ETag": etag(now_at)} if now_at is not None else {}
    members = {"changes": changes[::-1][:CHANGES_SHOWN]} if tells_changes else {}
    return ExplainedError(error, members, headers)
