"""What becomes of a start: one that makes no sense fails at once, one that was there before changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WithStartWorkflowOperation, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

from tests.support.desk import Desk
from tests.workflows.case import Case, complaint
from tests.workflows.malformed import NOTE, payload
from tests.workflows.people import AGENT, COMPLAINANT
from workflows.contract import commands as ask
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.names import WORKFLOW_TYPE, workflow_id
from workflows.contract.vocabulary import Status

FILED = complaint("start-door").model_dump(mode="json")

MALFORMED_STARTS: dict[str, tuple[Any, ...]] = {
    "no argument": (),
    "null": (None,),
    "empty": ({},),
    "empty complaint": ({"complaint": {}},),
    "complaint that is null": ({"complaint": None},),
    "the complaint itself": (FILED,),
    "text": ("complaint",),
    "bytes": (b"complaint",),
    "not JSON": (payload(b'{"complaint": '),),
    "encoding nobody knows": (payload(b"{}", "json/secret"),),
    "unknown field": ({"complaint": FILED, "urgent": True},),
    "text without a word": ({"complaint": FILED | {"text": "?!"}},),
    "channel nobody has": ({"complaint": FILED | {"channel": "pigeon"}},),
    "carried nonsense": ({"carried": {"version": 1}},),
    "carried by nobody we know": ({"carried": {"version": 99}},),
}


@pytest.mark.parametrize("kind", MALFORMED_STARTS)
async def test_a_malformed_start_fails_at_once(desk: Desk, kind: str) -> None:
    """Instead of a workflow that hangs without ever having been a complaint."""
    handle = await desk.temporal.start_workflow(
        WORKFLOW_TYPE,
        args=MALFORMED_STARTS[kind],
        id=f"complaint-malformed-{kind}",
        task_queue=desk.settings.task_queue,
        run_timeout=timedelta(seconds=10),
    )
    with pytest.raises(WorkflowFailureError) as failed:
        await handle.result()
    assert isinstance(failed.value.cause, ApplicationError)
    assert failed.value.cause.type == ErrorCode.INVALID_INPUT


async def test_a_malformed_start_fails_even_with_commands_in_its_first_task(desk: Desk) -> None:
    """A signal that came with it must not trip over what is not there."""
    handle = await desk.temporal.start_workflow(
        WORKFLOW_TYPE,
        {"complaint": {}},
        id="complaint-malformed-with-signal",
        task_queue=desk.settings.task_queue,
        run_timeout=timedelta(seconds=10),
        start_signal="note",
        start_signal_args=[{"text": "hello"}],
    )
    with pytest.raises(WorkflowFailureError) as failed:
        await handle.result()
    assert isinstance(failed.value.cause, ApplicationError)
    assert failed.value.cause.type == ErrorCode.INVALID_INPUT


async def test_a_command_that_comes_with_a_malformed_start_is_told_why(desk: Desk) -> None:
    """Its sender learns what is wrong with the start, not that we stumbled."""
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        WORKFLOW_TYPE,
        {"complaint": {}},
        id="complaint-malformed-with-update",
        task_queue=desk.settings.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
        run_timeout=timedelta(seconds=10),
    )
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await desk.temporal.execute_update_with_start_workflow("note", NOTE, start_workflow_operation=start)
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == ErrorCode.INVALID_INPUT


async def test_a_malformed_start_does_not_take_the_place_of_the_complaint(new_case: Callable[..., Case]) -> None:
    """Corrected and filed again, it is no duplicate of what failed."""
    case = new_case()
    failed = await case.desk.temporal.start_workflow(
        WORKFLOW_TYPE,
        {"complaint": {}},
        id=workflow_id(case.reference),
        task_queue=case.desk.settings.task_queue,
    )
    with pytest.raises(WorkflowFailureError):
        await failed.result()
    assert not (await case.file()).duplicate
    assert (await case.story())[0] == "filed"


async def test_a_complaint_is_not_received_in_the_future(new_case: Callable[..., Case]) -> None:
    """A channel whose clock is ahead by minutes must not give us more time; a wrong year is a slip, and refused."""
    with pytest.raises(AmendsError, match="received_at: must not lie in the future"):
        await new_case(received_at=datetime.now(UTC) + timedelta(days=400)).file()
    case = new_case(received_at=datetime.now(UTC) + timedelta(minutes=4))
    await case.file()
    assert (await case.row()).received_at <= datetime.now(UTC)
    assert {clock.started_at for clock in (await case.view()).clocks} == {(await case.view()).received_at}


async def test_a_late_filing_counts_from_when_it_was_received(new_case: Callable[..., Case]) -> None:
    """Three hours in the post are three hours used."""
    received_at = datetime.now(UTC) - timedelta(hours=3)
    case = new_case(received_at=received_at)
    await case.file()
    clocks = {clock.name: clock for clock in (await case.view()).clocks}
    assert clocks["first_reply"].due_at == received_at + timedelta(hours=24)


async def test_what_was_archived_answers_that_it_is(new_case: Callable[..., Case]) -> None:
    """Commands, signals and another filing of it, long after its workflow has ended."""
    case = new_case()
    await case.file()
    await case.give(ask.Withdraw(actor=COMPLAINANT, reason="It has settled itself."))
    assert await case.refusal(ask.Accept(actor=AGENT)) is ErrorCode.WRONG_STATUS
    await case.pass_time(timedelta(days=31))
    assert await case.refusal(ask.Accept(actor=AGENT)) is ErrorCode.ARCHIVED
    assert await case.refusal(ask.AddNote(actor=AGENT, text="One more thing.")) is ErrorCode.ARCHIVED
    assert (await case.file()).duplicate
    assert (await case.view()).summary.status is Status.ARCHIVED


async def test_what_the_server_forgot_is_recognised_by_what_is_on_file(new_case: Callable[..., Case]) -> None:
    """Filed again, it ends without a second acknowledgement or any other change."""
    case = new_case()
    await case.file()
    await case.give(ask.Accept(actor=AGENT))
    before = (await case.row(), await case.journal(), await case.messages())
    await case.forget()
    assert not (await case.file()).duplicate
    await case.workflow.result()
    assert (await case.row(), await case.journal(), await case.messages()) == before
