"""Replays recorded histories with the present code: whether it would have decided the same."""

from __future__ import annotations

from collections.abc import Sequence

from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from starter.audit.runs import Origin, RecordedRun
from workflows.complaint import Complaint
from workflows.contract.base import Model
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.names import WORKFLOW_TYPE

_BUILD = "replay"
"""Named, because the SDK would otherwise compute one from every module that is loaded."""


class Verdict(Model):
    """Whether one run holds; where not, what differs."""

    run_id: str
    workflow_id: str
    origin: Origin
    events: int
    holds: bool
    difference: str | None = None


async def replay(runs: Sequence[RecordedRun], converter: DataConverter) -> list[Verdict]:
    """Replay each run, without the sandbox, as workers run it.

    Raises:
        AmendsError: `invalid_input`, when a history is of another kind of workflow.
    """
    replayer = Replayer(
        workflows=[Complaint],
        workflow_runner=UnsandboxedWorkflowRunner(),
        data_converter=converter,
        build_id=_BUILD,
    )
    return [await _verdict(replayer, run) for run in runs]


async def _verdict(replayer: Replayer, run: RecordedRun) -> Verdict:
    if run.workflow_type != WORKFLOW_TYPE:
        raise AmendsError(
            ErrorCode.INVALID_INPUT,
            f"the history is of a {run.workflow_type} workflow, not of a {WORKFLOW_TYPE}",
            "history",
        )
    history = WorkflowHistory(run.workflow_id, run.events)
    failure = (await replayer.replay_workflow(history, raise_on_replay_failure=False)).replay_failure
    return Verdict(
        run_id=run.run_id,
        workflow_id=run.workflow_id,
        origin=run.origin,
        events=len(run.events),
        holds=failure is None,
        difference=None if failure is None else f"{type(failure).__name__}: {failure}",
    )
