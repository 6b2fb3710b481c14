"""Ways to make a history long and what gathers in it heavy."""

from __future__ import annotations

from tests.workflows.case import Case
from tests.workflows.people import AGENT
from workflows.contract import commands as ask
from workflows.contract.base import TEXT_MAX_CHARACTERS


async def outlive_runs(case: Case, count: int) -> None:
    """Write notes until so many runs have ended, without waiting for anything they lead to."""
    while len(await case.runs()) <= count:
        await case.desk.client.command(case.reference, ask.AddNote(actor=AGENT, text="Time goes by."))


async def write_long_notes(case: Case, count: int) -> None:
    """Notes as long as they may be, in Chinese: 150 kB each."""
    for _ in range(count):
        await case.desk.client.command(case.reference, ask.AddNote(actor=AGENT, text="诉" * TEXT_MAX_CHARACTERS))
