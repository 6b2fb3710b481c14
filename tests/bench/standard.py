"""The standard complaint: filed, proposed by its owner, approved by another, carried out, confirmed, archived."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.tables import complaints
from starter.client import AmendsClient
from workflows.contract import commands as ask
from workflows.contract.filing import Complainant, FileComplaint
from workflows.contract.parties import Actor
from workflows.contract.redress import Redress
from workflows.contract.reference import reference_for
from workflows.contract.vocabulary import Channel, Language, RedressKind, Role, Status

SOURCE = "bench"
HEAD = Actor(subject="lin.wan", roles=(Role.HEAD,), department="customer_service", authenticated_by="bench")
LEAD = Actor(subject="tom.hale", roles=(Role.LEAD,), department="customer_service", authenticated_by="bench")
COMPLAINANT = Actor(subject="complainant", roles=(Role.COMPLAINANT,), authenticated_by="survey_link")

STEPS: tuple[ask.Command, ...] = (
    ask.Propose(
        actor=HEAD,
        solution="We deliver again tomorrow before noon and refund the delivery fee.",
        redress=(Redress(kind=RedressKind.REFUND, amount=15, currency="CNY"),),
    ),
    ask.Approve(actor=LEAD),
    ask.Execute(actor=HEAD, result="Delivered on Tuesday at 11:20, 15 CNY refunded."),
    ask.AnswerSurvey(actor=COMPLAINANT, solved=True, score=5),
)


def complaint(key: str) -> FileComplaint:
    """A complaint about a late parcel, which the rules classify without a doubt."""
    return FileComplaint(
        source=SOURCE,
        source_key=key,
        channel=Channel.WEB,
        language=Language.EN,
        subject="Parcel never arrived",
        text="My parcel was due last Monday. The courier marked it as delivered but nothing arrived, and tracking"
        " has not changed since. Your delivery is late for the third time and nobody at the depot answers the phone.",
        complainant=Complainant(name="Jane Roe", email=f"{key}@example.org"),
        remedy_sought="Deliver the parcel",
    )


@dataclass
class Rows:
    """The statuses of all complaints that somebody waits for, read together: one query for many waiting people."""

    engine: AsyncEngine
    interval_seconds: float = 0.25
    _status: dict[str, tuple[Status, int]] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def watch(self) -> None:
        """Read for as long as the bench runs."""
        query = select(complaints.c.reference, complaints.c.status, complaints.c.sequence).where(
            complaints.c.source == SOURCE, complaints.c.status != Status.ARCHIVED
        )
        while True:
            async with self.engine.connect() as connection:
                rows = (await connection.execute(query)).all()
            self._status = {reference: (Status(status), sequence) for reference, status, sequence in rows}
            self._changed.set()
            self._changed = asyncio.Event()
            await asyncio.sleep(self.interval_seconds)

    async def until(self, reference: str, reached: Callable[[Status, int], bool]) -> None:
        """Wait until the row of a complaint is as wished."""
        while reference not in self._status or not reached(*self._status[reference]):
            await self._changed.wait()


async def live_through(
    client: AmendsClient,
    rows: Rows,
    key: str,
    *,
    think: Callable[[str, int], Awaitable[None]] | None = None,
) -> str:
    """One standard complaint from filing to its last command; the reference. `think` runs before each command."""
    await client.file(complaint(key))
    reference = reference_for(SOURCE, key)
    await rows.until(reference, lambda status, _: status is Status.ASSIGNED)
    sequence = 0
    for command in STEPS:
        if think:
            await think(reference, sequence)
        sequence = (await client.command(reference, command)).sequence
    return reference
