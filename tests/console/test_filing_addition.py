"""What is added to a complaint that is on file, when the answer to its sender is lost."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from starter.access.caller import Caller, Scope
from starter.client import AmendsClient
from starter.console.filing.addition import Addition
from starter.projection import projected
from starter.read_model import ReadModel
from tests.console.conftest import Console
from workflows.contract import commands as ask
from workflows.contract.commands import Command
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import Complainant, FileComplaint
from workflows.contract.parties import Actor
from workflows.contract.views import Receipt
from workflows.contract.vocabulary import Channel, Language, Role

AGENT = Actor(subject="zhou.qi", roles=(Role.AGENT,), department="customer_service", authenticated_by="test")
COMPLAINANT = Actor(subject="complainant", roles=(Role.COMPLAINANT,), authenticated_by="test")
KEY = "form-1"


@dataclass
class DeafDesk:
    """The complaints, of whose first receipt nobody hears."""

    desk: AmendsClient
    is_deaf: bool = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self.desk, name)

    async def command(self, reference: str, command: Command) -> Receipt:
        """Carried out, and the first time not answered."""
        receipt = await self.desk.command(reference, command)
        if self.is_deaf:
            self.is_deaf = False
            raise AmendsError(ErrorCode.NO_ANSWER, "no worker answered in time")
        return receipt


async def test_what_was_added_without_an_answer_is_added_once_by_repeating_it(console: Console) -> None:
    """Although the complaint takes it in another way by now, because it has been closed."""
    reference = await _accepted(console)
    addition = Addition(_visit(console), lambda: KEY)
    with pytest.raises(AmendsError) as unanswered:
        await addition.give(reference, "It is the blue one.")
    assert unanswered.value.code is ErrorCode.NO_ANSWER
    await console.desk.command(reference, ask.Withdraw(actor=COMPLAINANT, reason="It has come."))
    assert await addition.way(reference) is ask.AddNote
    await addition.give(reference, "It is the blue one.")
    view = await console.desk.view(reference)
    assert await projected(console.engine, reference, view.summary.sequence)
    told = [event.type for event in await ReadModel(console.engine).events(reference)]
    assert (told.count("answered"), told.count("noted")) == (1, 0)


async def _accepted(console: Console) -> str:
    complaint = FileComplaint(
        source="test",
        source_key="added to",
        channel=Channel.HOTLINE,
        language=Language.EN,
        text="The parcel never arrived.",
        complainant=Complainant(name="Jane Roe", phone="+441632960001"),
    )
    reference = (await console.desk.file(complaint)).reference
    assert await projected(console.engine, reference, 3)
    await console.desk.command(reference, ask.Accept(actor=AGENT))
    return reference


def _visit(console: Console) -> Any:
    async def now_calling() -> Caller:
        return Caller(actor=AGENT, scopes=frozenset(Scope))

    office = SimpleNamespace(desk=DeafDesk(console.desk), engine=console.engine)
    return SimpleNamespace(office=office, now_calling=now_calling, see_all=("customer_service",), say=str)
