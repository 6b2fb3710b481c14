"""Complaints whose histories tests examine: lived fast, over several runs, to the archive."""

from __future__ import annotations

from pathlib import Path

from infra.policies import SHIPPED
from starter.intake.columns import Defaults, complaint_of
from starter.read_model import ReadModel
from tests.support.conditions import until
from tests.support.desk import Desk
from workflows.contract.commands import AddNote, Withdraw
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Channel, Role

SHORT_RUNS = {"limit.historyCount.suggestContinueAsNew": "30"}
NOTES = 12
COMPLAINANT = Actor(subject="complainant", roles=(Role.COMPLAINANT,), authenticated_by="test")
STAFF = Actor(subject="tom.hale", roles=(Role.LEAD,), department="customer_service", authenticated_by="test")


def hurried_policy(directory: Path) -> Path:
    """The demonstration's policy with a first reply due after two seconds and a file archived after one."""
    path = directory / "hurried.yaml"
    text = (SHIPPED / "demo.yaml").read_text(encoding="utf-8")
    path.write_text(
        text.replace("target: PT24S", "target: PT2S").replace("target: PT6S", "target: PT1S"), encoding="utf-8"
    )
    return path


async def archived_complaint(desk: Desk, key: str) -> str:
    """A complaint that was breached, noted on over several runs, withdrawn and archived; its reference."""
    fields = {"source_key": key, "text": "The courier was rude and nobody called me back."}
    filing = await desk.client.file(complaint_of(fields, Defaults(source="test", channel=Channel.WEB)))
    model = ReadModel(desk.engine)

    async def has(event_type: str) -> bool:
        return event_type in [event.type for event in await model.events(filing.reference)]

    await until(lambda: has("clock_breached"), "the first reply is late")
    for number in range(NOTES):
        await desk.client.command(filing.reference, AddNote(actor=STAFF, text=f"note {number}"))
    await desk.client.command(filing.reference, Withdraw(actor=COMPLAINANT, reason="never mind"))

    async def is_kept() -> bool:
        runs = await model.archived_runs(filing.reference)
        return bool(runs and runs[-1].final)

    await until(is_kept, "the last run is in the archive")
    return filing.reference
