"""What is refused at the signal door: nobody waits for the answer, so it is recorded, and the complaint goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from temporalio.client import RPCError
from temporalio.service import RPCStatusCode

from tests.workflows.case import Case
from tests.workflows.malformed import MALFORMED, NOTE
from tests.workflows.people import AGENT, ENGINEER
from workflows.contract import commands as ask
from workflows.contract.errors import ErrorCode
from workflows.contract.vocabulary import Status


@pytest.mark.parametrize("kind", MALFORMED)
async def test_a_malformed_signal_is_recorded_and_the_complaint_goes_on(
    new_case: Callable[..., Case], kind: str
) -> None:
    """One `command_refused` in the journal, with the code; the next command is carried out."""
    case, message = new_case(), MALFORMED[kind]
    await case.file()
    await case.signal(message.name, *message.arguments)
    *_, refused = await case.journal()
    assert (refused.type, refused.data["code"]) == ("command_refused", message.code)
    receipt = await case.give(ask.Accept(actor=AGENT))
    assert receipt.status is Status.INVESTIGATING


async def test_a_signal_that_is_not_allowed_is_recorded(new_case: Callable[..., Case]) -> None:
    """With the command's name, so that somebody can see who tried what."""
    case = new_case()
    await case.file()
    await case.desk.client.signal(case.reference, ask.Accept(actor=ENGINEER))
    await case.settle()
    *_, refused = await case.journal()
    assert refused.type == "command_refused"
    assert "accept" in str(refused.data["command"])
    assert refused.data["code"] == ErrorCode.NOT_PERMITTED


async def test_a_signal_that_is_allowed_acts_like_an_update(new_case: Callable[..., Case]) -> None:
    """And is given a command id of its own."""
    case = new_case()
    await case.file()
    await case.desk.client.signal(case.reference, ask.Accept(actor=AGENT))
    await case.settle()
    *_, accepted = await case.journal()
    assert accepted.type == "accepted"
    assert accepted.command_id


async def test_a_signal_of_three_megabytes_does_not_reach_the_complaint(new_case: Callable[..., Case]) -> None:
    """The server refuses it, and the complaint lives."""
    case = new_case()
    await case.file()
    with pytest.raises(RPCError) as refused:
        await case.workflow.signal("note", NOTE | {"text": "x" * 3_000_000})
    assert refused.value.status is RPCStatusCode.INVALID_ARGUMENT
    receipt = await case.give(ask.Accept(actor=AGENT))
    assert receipt.status is Status.INVESTIGATING


async def test_a_burst_of_nonsense_does_not_keep_a_command_waiting(new_case: Callable[..., Case]) -> None:
    """A hundred bad signals are all recorded, and the one good one among them is carried out."""
    case = new_case()
    await case.file()
    for number in range(100):
        await case.workflow.signal("note" if number == 50 else "nonsense", NOTE)
    await case.settle()
    story = await case.story()
    assert story.count("command_refused") == 99
    assert story.count("noted") == 1
