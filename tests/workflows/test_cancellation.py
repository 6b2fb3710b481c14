"""A complaint ends by a command, never by an operator's slip: a cancellation is recorded and refused."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.conditions import until
from tests.support.desk import Desk, working
from tests.workflows.case import Case, complaint
from tests.workflows.people import AGENT
from workflows.contract import commands as ask
from workflows.contract.errors import ErrorCode
from workflows.contract.vocabulary import Status


async def test_a_cancellation_is_recorded_and_the_complaint_goes_on(new_case: Callable[..., Case]) -> None:
    """The journal says so, and the next command is carried out."""
    case = new_case()
    await case.file()
    await case.workflow.cancel()
    await case.settle()
    *_, refused = await case.journal()
    assert (refused.type, refused.data["command"]) == ("command_refused", "cancel")
    assert refused.data["code"] == ErrorCode.NOT_PERMITTED
    assert (await case.give(ask.Accept(actor=AGENT))).status is Status.INVESTIGATING


async def test_a_cancellation_before_the_first_step_does_not_lose_the_complaint(
    new_case: Callable[..., Case],
) -> None:
    """It came with the complaint, so to speak, and finds it being assessed."""
    case = new_case()
    await case.desk.client.file(case.complaint)
    await case.workflow.cancel()
    await case.settle()
    assert (await case.story())[:1] == ["filed"]
    assert (await case.give(ask.Accept(actor=AGENT))).status is Status.INVESTIGATING


async def test_a_cancellation_during_an_outage_does_not_lose_the_complaint(desk: Desk) -> None:
    """While the assessment is tried again and again, and nothing has been written yet."""
    async with working(desk.with_settings(task_queue="cold")) as cold:
        case = Case(cold, complaint("cancelled-during-outage"))
        await desk.stack.stop_postgres()
        try:
            await case.desk.client.file(case.complaint)
            await until(lambda: _has_failed(case, "assess"), "the assessment has been tried in vain")
            await case.workflow.cancel()
            await until(lambda: _has_been_told(case), "the workflow has been told")
        finally:
            await desk.stack.start_postgres()
        await case.settle()
        assert await case.story() == ["filed", "command_refused", "classified", "assigned"]
        assert (await case.give(ask.Accept(actor=AGENT))).status is Status.INVESTIGATING


async def _has_failed(case: Case, activity: str) -> bool:
    pending = (await case.workflow.describe()).raw_description.pending_activities
    return any(each.activity_type.name == activity and each.attempt > 1 for each in pending)


async def _has_been_told(case: Case) -> bool:
    return not (await case.workflow.describe()).raw_description.HasField("pending_workflow_task")
