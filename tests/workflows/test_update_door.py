"""What is refused at the update door: with a code, and without a trace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic_core import to_json
from temporalio.api.common.v1 import Payload, Payloads, WorkflowExecution
from temporalio.api.enums.v1 import UpdateWorkflowExecutionLifecycleStage as Stage
from temporalio.api.update.v1 import Input, Meta, Request, WaitPolicy
from temporalio.api.workflowservice.v1 import UpdateWorkflowExecutionRequest
from temporalio.client import RPCError, WorkflowQueryFailedError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCStatusCode

from tests.support.desk import Desk
from tests.workflows.case import Case, complaint
from tests.workflows.malformed import MALFORMED, NOTE
from tests.workflows.people import AGENT, COMPLAINANT, ENGINEER, HEAD
from workflows.contract import commands as ask
from workflows.contract.errors import ErrorCode
from workflows.contract.names import workflow_id
from workflows.contract.parties import Party


@pytest.fixture(scope="module")
async def case(desk: Desk) -> Case:
    """A complaint that nothing in this module may change."""
    case = Case(desk, complaint("update-door"))
    await case.file()
    return case


async def _length(case: Case) -> int:
    description = await case.workflow.describe()
    return description.history_length


async def _refusal(case: Case, name: str, *arguments: Any) -> ApplicationError:
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await case.workflow.execute_update(name, args=arguments)
    assert isinstance(refused.value.cause, ApplicationError)
    return refused.value.cause


@pytest.mark.parametrize("kind", MALFORMED)
async def test_a_malformed_update_is_refused_with_a_code_and_leaves_no_trace(case: Case, kind: str) -> None:
    """No event in the history, and a sentence short enough to show."""
    message = MALFORMED[kind]
    before = await _length(case)
    refusal = await _refusal(case, message.name, *message.arguments)
    assert refusal.type == message.code
    assert 0 < len(refusal.message) < 1000
    assert await _length(case) == before


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (ask.Accept(actor=ENGINEER), ErrorCode.NOT_PERMITTED),
        (ask.AddNote(actor=COMPLAINANT, text="Hello?"), ErrorCode.NOT_PERMITTED),
        (ask.Approve(actor=HEAD), ErrorCode.WRONG_STATUS),
        (ask.AnswerSurvey(actor=COMPLAINANT, solved=True), ErrorCode.WRONG_STATUS),
        (ask.DecideMeeting(actor=HEAD, present=("legal_compliance",), minutes="None", decision="None"), "no_meeting"),
        (ask.Reassign(actor=HEAD, to=Party(department="gardening"), reason="They like it."), "unknown_department"),
    ],
)
async def test_what_is_not_allowed_is_refused_with_its_code_and_leaves_no_trace(
    case: Case, command: ask.Command, code: str
) -> None:
    """The core's own refusals come through the engine as they are."""
    before = await _length(case)
    assert await case.refusal(command) == code
    assert await _length(case) == before


async def test_three_megabytes_do_not_reach_the_complaint(case: Case) -> None:
    """The server itself refuses them, so the complaint need not."""
    before = await _length(case)
    execution = WorkflowExecution(workflow_id=workflow_id(case.reference))
    too_much = Payload(metadata={"encoding": b"json/plain"}, data=to_json(NOTE | {"text": "x" * 3_000_000}))
    update = Input(name="note", args=Payloads(payloads=[too_much]))
    with pytest.raises(RPCError) as refused:
        await case.desk.temporal.workflow_service.update_workflow_execution(
            UpdateWorkflowExecutionRequest(
                namespace=case.desk.temporal.namespace,
                workflow_execution=execution,
                request=Request(meta=Meta(update_id="three-megabytes"), input=update),
                wait_policy=WaitPolicy(lifecycle_stage=Stage.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED),
            ),
            timeout=timedelta(seconds=5),
        )
    assert refused.value.status is RPCStatusCode.RESOURCE_EXHAUSTED
    assert await _length(case) == before


async def test_the_field_at_fault_is_named(case: Case) -> None:
    """In the detail of the error, as a path that forms can use."""
    refusal = await _refusal(case, "note", NOTE | {"actor": {"roles": [], "authenticated_by": "test"}})
    assert list(refusal.details) == ["actor.subject"]


async def test_a_refusal_does_not_quote_what_was_sent(case: Case) -> None:
    """It may be personal data."""
    refusal = await _refusal(case, "note", NOTE | {"text": ["Jane Roe, 4 Elm Street"]})
    assert "Elm" not in str(refusal)


async def test_what_an_actor_may_do_is_what_is_not_refused_to_him(case: Case) -> None:
    """The query that doors draw their buttons from."""
    assert "accept" in await case.desk.client.allowed(case.reference, AGENT)
    offered = await case.desk.client.allowed(case.reference, COMPLAINANT)
    assert sorted(offered) == ["attach", "record_answer", "withdraw"]


@pytest.mark.parametrize(
    ("query", "arguments"), [("allowed", ["nobody"]), ("allowed", []), ("allowed", [None]), ("secrets", [])]
)
async def test_a_query_that_makes_no_sense_fails_alone(case: Case, query: str, arguments: list[Any]) -> None:
    """The complaint answers the next one."""
    with pytest.raises(WorkflowQueryFailedError):
        await case.workflow.query(query, args=arguments)
    assert (await case.view()).reference == case.reference
