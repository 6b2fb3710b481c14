"""What its sender had seen, compared by the complaint itself: two screens race, and a signal comes too late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.workflows.case import Case
from tests.workflows.people import AGENT, LEAD
from workflows.contract import commands as ask
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.views import Receipt


async def test_of_ten_who_saw_the_same_one_is_obeyed(new_case: Callable[..., Case]) -> None:
    """The others have to look again; none of their commands leaves a trace."""
    case = new_case()
    await case.file()
    seen = (await case.view()).summary.sequence
    notes = [ask.AddNote(actor=AGENT, text=f"Call {number}", seen_sequence=seen) for number in range(10)]
    answers = await asyncio.gather(
        *(case.desk.client.command(case.reference, note) for note in notes), return_exceptions=True
    )
    await case.settle()
    assert sum(isinstance(answer, Receipt) for answer in answers) == 1
    assert {answer.code for answer in answers if isinstance(answer, AmendsError)} == {ErrorCode.STALE}
    assert (await case.story()).count("noted") == 1


async def test_a_repeat_is_answered_although_more_has_happened(new_case: Callable[..., Case]) -> None:
    """With the receipt of the first try, under another update id as after a lost answer."""
    case = new_case()
    await case.file()
    seen = (await case.view()).summary.sequence
    accept = ask.Accept(actor=AGENT, command_id="accept-1", seen_sequence=seen)
    first = await case.give(accept)
    await case.give(ask.AddNote(actor=LEAD, text="Well done."))
    assert await case.workflow.execute_update("accept", accept, id="another", result_type=Receipt) == first


async def test_a_signal_that_comes_too_late_is_recorded(new_case: Callable[..., Case]) -> None:
    """Nobody waits for its answer."""
    case = new_case()
    await case.file()
    seen = (await case.view()).summary.sequence
    await case.give(ask.AddNote(actor=LEAD, text="She called again."))
    await case.desk.client.signal(case.reference, ask.Accept(actor=AGENT, seen_sequence=seen))
    await case.settle()
    *_, refused = await case.journal()
    assert (refused.type, refused.data["code"]) == ("command_refused", ErrorCode.STALE)
