"""One complaint under test: what people do to it, the time that passes for it, and what it leaves behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import (
    RPCError,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowHistory,
)
from temporalio.service import RPCStatusCode
from temporalio.testing import TimeSkipper

from starter.audit.runs import RecordedRun, recorded_runs
from starter.read_model import ArchivedRun, ComplaintFile, EventRow, MessageRow, ReadModel
from tests.support.conditions import until
from tests.support.desk import Desk
from workflows.contract.commands import Command
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import Complainant, FileComplaint
from workflows.contract.names import workflow_id
from workflows.contract.views import ComplaintView, Filing, Receipt
from workflows.contract.vocabulary import Channel, Language

ALL_MESSAGES = 1000


def complaint(key: str, **changes: Any) -> FileComplaint:
    """A complaint that the rules give to customer service without a doubt, as nothing out of the ordinary."""
    given = {
        "source": "test",
        "source_key": key,
        "channel": Channel.WEB,
        "language": Language.EN,
        "text": "The clerk was rude, hung up on me, and nobody ever called me back.",
        "complainant": Complainant(name="Jane Roe", email="jane.roe@customer.example"),
    }
    return FileComplaint.model_validate(given | changes)


class Case:
    """Acts as people do: each command waits until everything the last one led to has been written and sent."""

    def __init__(self, desk: Desk, filed: FileComplaint) -> None:
        self.desk = desk
        self.complaint = filed
        self.reference = filed.reference
        self._read_model = ReadModel(desk.engine)

    @property
    def workflow(self) -> WorkflowHandle[Any, Any]:
        """The latest run of its workflow."""
        return self.desk.temporal.get_workflow_handle(workflow_id(self.reference))

    async def file(self) -> Filing:
        """Hand it in."""
        filing = await self.desk.client.file(self.complaint)
        await self.settle()
        return filing

    async def give(self, command: Command) -> Receipt:
        """Give a command by update."""
        receipt = await self.desk.client.command(self.reference, command)
        await self.settle()
        return receipt

    async def signal(self, name: str, *arguments: Any) -> None:
        """Send a signal past the client, whatever it holds."""
        await self.workflow.signal(name, args=arguments)
        await self.settle()

    async def refusal(self, command: Command) -> ErrorCode:
        """The code with which a command is refused."""
        with pytest.raises(AmendsError) as refused:
            await self.desk.client.command(self.reference, command)
        return refused.value.code

    async def pass_time(self, duration: timedelta) -> None:
        """Let the workflow's own time pass; the rest of the world stays where it is."""
        await TimeSkipper(self.desk.temporal).fast_forward(self.workflow, duration)
        await self.settle()

    async def forget(self) -> None:
        """Have the server delete the workflow, as it does when its retention is over."""
        await self.desk.temporal.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(
                namespace=self.desk.temporal.namespace,
                workflow_execution=WorkflowExecution(workflow_id=workflow_id(self.reference)),
            )
        )

        async def is_forgotten() -> bool:
            try:
                await self.workflow.describe()
            except RPCError as error:
                return error.status is RPCStatusCode.NOT_FOUND
            return False

        await until(is_forgotten, f"the server has forgotten {self.reference}")

    async def settle(self) -> None:
        """Wait until the workflow has nothing in hand but its timer."""

        async def is_at_rest() -> bool:
            description = await self.workflow.describe()
            raw = description.raw_description
            has_work = bool(raw.pending_activities) or raw.HasField("pending_workflow_task")
            # A run may be followed by another while it is looked up.
            is_handing_over = description.status is WorkflowExecutionStatus.CONTINUED_AS_NEW
            return not (has_work or is_handing_over) and await self._has_begun(description)

        await until(is_at_rest, f"{self.reference} is at rest")

    async def _has_begun(self, run: WorkflowExecutionDescription) -> bool:
        """The server lets a run that follows soon wait for its first task, and signals come in meanwhile."""
        if run.execution_time == run.start_time:
            return True
        handle = self.desk.temporal.get_workflow_handle(run.id, run_id=run.run_id)
        events = {event.event_type async for event in handle.fetch_history_events()}
        return EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED in events

    async def view(self) -> ComplaintView:
        """What its workflow answers."""
        return await self.desk.client.view(self.reference)

    async def row(self) -> ComplaintFile:
        """Its row in the tables."""
        row = await self._read_model.complaint(self.reference)
        assert row is not None, f"{self.reference} is not in the tables"
        return row

    async def journal(self) -> list[EventRow]:
        """Its journal in the tables."""
        return await self._read_model.events(self.reference)

    async def story(self) -> list[str]:
        """What happened to it, in order, by type."""
        return [event.type for event in await self.journal()]

    async def messages(self) -> list[MessageRow]:
        """Its messages in the outbox, in the order they were written."""
        return (await self._read_model.messages(self.reference, ALL_MESSAGES))[::-1]

    async def archived_runs(self) -> list[ArchivedRun]:
        """Its archived runs, the first one first."""
        return await self._read_model.archived_runs(self.reference)

    async def history(self) -> WorkflowHistory:
        """What the server has recorded of the latest run."""
        return await self.workflow.fetch_history()

    async def runs(self) -> list[RecordedRun]:
        """What it has recorded of all runs, the first one first."""
        return await recorded_runs(self.desk.temporal, self._read_model.archived_runs, self.reference)
