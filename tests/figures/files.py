"""Complaints on file as a test says: where they stand, what is due, and what happened to them when."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeAlias

from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.tables import complaints, events
from infra.db.transaction import transact
from workflows.contract.vocabulary import Channel, Language, Level, Nature, Severity, Status

SERVICE, TECHNICAL, LEGAL = "customer_service", "technical_support", "legal_compliance"


Happened: TypeAlias = tuple[tuple[str, timedelta, dict[str, Any]], ...]
"""Events: their type, how long after the receipt, and what else they say."""


class Files:
    """Writes rows as workers leave them."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._numbers = count(1)

    async def add(
        self,
        received_at: datetime,
        *,
        department: str = SERVICE,
        owner: str = "zhou.qi",
        status: Status = Status.CLOSED,
        happened: Happened = (),
        **more: Any,
    ) -> str:
        """One more."""
        reference = f"FILED-{next(self._numbers)}"
        row = {
            "reference": reference,
            "origin_run_id": "run",
            "source": "test",
            "source_key": reference,
            "channel": Channel.WEB,
            "language": Language.EN,
            "text": "It broke.",
            "received_at": received_at,
            "status": status,
            "nature": Nature.QUALITY,
            "severity": Severity.NORMAL,
            "department": department,
            "owner": owner,
            "level": Level.OWNER,
            "breached": False,
            "sequence": len(happened) + 1,
            "updated_at": received_at,
            "duties": [],
            **more,
        }
        journal = [("filed", timedelta(0), {}), *happened]
        entries = [
            {
                "reference": reference,
                "sequence": sequence,
                "at": received_at + after,
                "type": kind,
                "actor": {},
                "command_id": "",
                "data": {"type": kind, **data},
            }
            for sequence, (kind, after, data) in enumerate(journal, start=1)
        ]

        async def write(connection: Any) -> None:
            await connection.execute(complaints.insert(), row)
            await connection.execute(events.insert(), entries)

        await transact(self._engine, write)
        return reference


def closed(after: timedelta, outcome: str = "resolved") -> tuple[str, timedelta, dict[str, Any]]:
    """It was closed."""
    return "closed", after, {"outcome": outcome}


def answered(after: timedelta, *, solved: bool, score: int | None = None) -> tuple[str, timedelta, dict[str, Any]]:
    """The complainant said whether it is solved."""
    return "survey_answered", after, {"solved": solved, "score": score}


def duty(kind: str, due_at: datetime | None) -> dict[str, Any]:
    """Something that somebody has to do."""
    return {"duty": kind, "subject": "zhou.qi", "due_at": due_at.isoformat() if due_at else None}
