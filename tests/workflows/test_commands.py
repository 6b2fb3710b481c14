"""A command acts once, however often and by whatever door it comes, and many at once are all answered in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from temporalio.api.enums.v1 import EventType

from tests.workflows.case import Case
from tests.workflows.people import AGENT, COMPLAINANT
from workflows.contract import commands as ask
from workflows.contract.errors import ErrorCode
from workflows.contract.views import Receipt

AT_ONCE = 20


def _note(command_id: str = "note-1", text: str = "The complainant called again.") -> ask.AddNote:
    return ask.AddNote(actor=AGENT, text=text, command_id=command_id)


async def test_the_same_command_sent_twice_acts_once(new_case: Callable[..., Case]) -> None:
    """And the second caller gets the receipt of the first."""
    case = new_case()
    await case.file()
    first = await case.give(_note())
    assert await case.give(_note()) == first
    assert (await case.story()).count("noted") == 1


async def test_another_command_under_the_same_id_is_refused(new_case: Callable[..., Case]) -> None:
    """It must not be told that it was carried out, because the first was."""
    case = new_case()
    await case.file()
    await case.give(_note())
    assert await case.refusal(_note(text="Something else.")) is ErrorCode.INVALID_INPUT
    await case.settle()
    assert (await case.story()).count("noted") == 1


async def test_the_same_command_under_another_update_id_acts_once(new_case: Callable[..., Case]) -> None:
    """The server would take it for another update; the workflow knows better."""
    case = new_case()
    await case.file()
    first = await case.give(_note())
    again = await case.workflow.execute_update("note", _note(), id="another-update", result_type=Receipt)
    assert again == first
    await case.settle()
    assert (await case.story()).count("noted") == 1


async def test_the_same_command_by_signal_after_the_update_acts_once(new_case: Callable[..., Case]) -> None:
    """Nothing is recorded a second time, not even a refusal."""
    case = new_case()
    await case.file()
    await case.give(_note())
    before = await case.journal()
    await case.desk.client.signal(case.reference, _note())
    await case.settle()
    assert await case.journal() == before


async def test_the_same_command_by_update_after_the_signal_acts_once(new_case: Callable[..., Case]) -> None:
    """Its receipt is that of the signal."""
    case = new_case()
    await case.file()
    await case.signal("note", _note())
    receipt = await case.give(_note())
    assert receipt.events == ("noted",)
    assert (await case.story()).count("noted") == 1


async def test_a_repeat_is_answered_even_when_the_command_would_be_refused_by_now(
    new_case: Callable[..., Case],
) -> None:
    """Whoever lost the answer on the way must not be told that he came too late."""
    case = new_case()
    await case.file()
    accept = ask.Accept(actor=AGENT, command_id="accept-1")
    first = await case.give(accept)
    assert await case.refusal(accept.model_copy(update={"command_id": "accept-2"})) is ErrorCode.WRONG_STATUS
    assert await case.workflow.execute_update("accept", accept, result_type=Receipt) == first


async def test_a_command_without_an_id_gets_that_of_its_update(new_case: Callable[..., Case]) -> None:
    """So every line of the journal says which message caused it."""
    case = new_case()
    await case.file()
    receipt = await case.workflow.execute_update("note", _note(command_id=""), id="update-1", result_type=Receipt)
    await case.settle()
    assert receipt.command_id == "update-1"
    assert (await case.journal())[-1].command_id == "update-1"


async def test_twenty_commands_at_once_are_all_answered_in_order(new_case: Callable[..., Case]) -> None:
    """Each has its own number; the journal has them in the order in which the engine took them."""
    case = new_case()
    await case.file()
    notes = [_note(f"note-{number}", f"Call {number}") for number in range(AT_ONCE)]
    receipts = await asyncio.gather(*(case.desk.client.command(case.reference, note) for note in notes))
    await case.settle()
    assert [receipt.command_id for receipt in receipts] == [note.command_id for note in notes]
    in_order = sorted(receipts, key=lambda receipt: receipt.sequence)
    journal = [event for event in await case.journal() if event.type == "noted"]
    assert [(event.sequence, event.command_id) for event in journal] == [
        (receipt.sequence, receipt.command_id) for receipt in in_order
    ]
    assert [receipt.sequence for receipt in in_order] == list(range(4, 4 + AT_ONCE))
    accepted = await _accepted_updates(case)
    assert [update_id.rpartition("-")[0] for update_id in accepted] == [receipt.command_id for receipt in in_order]
    assert (await case.view()).summary.sequence == in_order[-1].sequence


async def test_of_commands_that_exclude_each_other_one_wins(new_case: Callable[..., Case]) -> None:
    """Two people who act at the same moment are not both told yes."""
    case = new_case()
    await case.file()
    withdraw = [ask.Withdraw(actor=COMPLAINANT, reason="It has settled itself.") for _ in range(5)]
    answers = await asyncio.gather(
        *(case.desk.client.command(case.reference, command) for command in withdraw), return_exceptions=True
    )
    await case.settle()
    assert sum(isinstance(answer, Receipt) for answer in answers) == 1
    assert (await case.story()).count("withdrawn") == 1


async def test_signals_keep_the_order_in_which_they_were_sent(new_case: Callable[..., Case]) -> None:
    """One after the other, without waiting for anything in between."""
    case = new_case()
    await case.file()
    sent = [f"Call {number}" for number in range(AT_ONCE)]
    for text in sent:
        await case.desk.client.signal(case.reference, _note(command_id="", text=text))
    await case.settle()
    assert [event.data["text"] for event in await case.journal() if event.type == "noted"] == sent


async def _accepted_updates(case: Case) -> list[str]:
    """The update ids in the order in which the history has them."""
    return [
        event.workflow_execution_update_accepted_event_attributes.accepted_request.meta.update_id
        for event in (await case.history()).events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
    ]
