"""A complainant who does not answer is asked again, and then the policy says whether the case goes on or is closed."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.desk import Desk, working
from tests.workflows.case import Case, complaint
from tests.workflows.limits import DAY, HOUR, REOPENING, clock, write_policy
from tests.workflows.people import AGENT
from workflows.contract import commands as ask
from workflows.contract.clock_rule import OnExpiry
from workflows.contract.vocabulary import Outcome, Status, WaitingFor

STATUTORY = clock("statutory", "filed", "closed", 400 * DAY)


class Ending(NamedTuple):
    """What becomes of a complaint whose question nobody has answered."""

    event: str
    status: Status
    outcome: Outcome | None
    letters: tuple[str, ...]


ENDINGS = {
    OnExpiry.RESUME: Ending("resumed", Status.INVESTIGATING, None, ()),
    OnExpiry.CLOSE: Ending("closed", Status.CLOSED, Outcome.UNANSWERED, ("closing",)),
}


@pytest.mark.parametrize("on_expiry", ENDINGS, ids=lambda on_expiry: on_expiry.value)
async def test_a_wait_without_an_answer_is_reminded_of_and_then_ends_by_policy(
    desk: Desk, tmp_path: Path, on_expiry: OnExpiry
) -> None:
    """After ten days, with a letter after five and one after eight; the law's limit goes on throughout, and says so."""
    ending = ENDINGS[on_expiry]
    waiting = clock("waiting", "waiting", "resumed", 10 * DAY, on_expiry=on_expiry, remind_complainant=(50, 80))
    written = write_policy(tmp_path, waiting, STATUTORY, REOPENING)
    async with working(desk.with_settings(task_queue=f"wait-{ending.event}", policy=written)) as patient:
        case = Case(patient, complaint(f"wait-{ending.event}"))
        await case.file()
        await case.give(ask.Accept(actor=AGENT))
        await case.give(ask.Wait(actor=AGENT, waiting_for=WaitingFor.COMPLAINANT, question="Which line was it?"))
        await case.pass_time(10 * DAY + HOUR)
        reminded = ["complainant_reminded"] * 2
        assert (await case.story())[4:] == ["waiting", *reminded, "clock_expired", ending.event]
        asked = next(event for event in await case.journal() if event.type == "waiting")
        assert asked.data["still_counting"] == [STATUTORY.name]
        row = await case.row()
        assert (row.status, row.outcome) == (ending.status, ending.outcome)
        letters = ["acknowledgement", "question", "reminder", "reminder", *ending.letters]
        assert [message.notice for message in await case.messages() if message.staff is None] == letters


async def test_a_third_party_that_does_not_answer_is_nobody_the_complainant_has_to_answer_for(
    desk: Desk, tmp_path: Path
) -> None:
    """No reminder is sent, and instead of being closed the case goes on."""
    waiting = clock("waiting", "waiting", "resumed", 10 * DAY, on_expiry=OnExpiry.CLOSE, remind_complainant=(50, 80))
    written = write_policy(tmp_path, waiting, STATUTORY, REOPENING)
    async with working(desk.with_settings(task_queue="wait-third", policy=written)) as patient:
        case = Case(patient, complaint("wait-third"))
        await case.file()
        await case.give(ask.Accept(actor=AGENT))
        await case.give(ask.Wait(actor=AGENT, waiting_for=WaitingFor.THIRD_PARTY, question="When was it sent?"))
        await case.pass_time(10 * DAY + HOUR)
        assert (await case.story())[4:] == ["waiting", "clock_expired", "resumed"]
        assert [message.notice for message in await case.messages()] == ["acknowledgement", "assignment"]
