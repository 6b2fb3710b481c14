"""Replays recorded histories with the present code: whether it would have decided the same."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from infra.masking import mask_text
from starter.audit.runs import Origin, RecordedRun
from workflows.complaint import Complaint
from workflows.contract.base import Model
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.names import WORKFLOW_TYPE

_BUILD = "replay"
"""Named, because the SDK would otherwise compute one from every module that is loaded."""

_REASON = re.compile(r'message: "((?:[^"\\]|\\.)*)"')
_EVENT_TYPE_PREFIX = "EVENT_TYPE_"


class Verdict(Model):
    """Whether one run holds. Where it does not: the first event that the code would not have caused, or could not
    have coped with, and why.
    """

    run_id: str
    workflow_id: str
    origin: Origin
    events: int
    holds: bool
    event_id: int | None = None
    event_type: str | None = None
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
    verdict = Verdict(
        run_id=run.run_id, workflow_id=run.workflow_id, origin=run.origin, events=len(run.events), holds=True
    )
    failure = await _failure(replayer, run, len(run.events))
    if failure is None:
        return verdict
    event = await _first_that_differs(replayer, run)
    event_type = EventType.Name(event.event_type).removeprefix(_EVENT_TYPE_PREFIX).lower()
    differing = {"event_id": event.event_id, "event_type": event_type, "difference": _reason(failure)}
    return verdict.model_copy(update={"holds": False, **differing})


async def _failure(replayer: Replayer, run: RecordedRun, length: int) -> Exception | None:
    """Why the first `length` events cannot be replayed."""
    history = WorkflowHistory(run.workflow_id, run.events[:length])
    return (await replayer.replay_workflow(history, raise_on_replay_failure=False)).replay_failure


async def _first_that_differs(replayer: Replayer, run: RecordedRun) -> HistoryEvent:
    """By halving: a history that can be replayed can be replayed up to any of its events."""
    holds, differs = 0, len(run.events)
    while differs - holds > 1:
        middle = (holds + differs) // 2
        if await _failure(replayer, run, middle) is None:
            holds = middle
        else:
            differs = middle
    return run.events[differs - 1]


def _reason(failure: Exception) -> str:
    """What the SDK's core says, out of a dump that also holds stack traces, and without the values it quotes."""
    reasons = [_unescaped(said) for said in _REASON.findall(str(failure))]
    return mask_text(": ".join(reasons) or str(failure))


def _unescaped(said: str) -> str:
    """Rust escapes strings nearly as JSON does."""
    try:
        return str(json.loads(f'"{said}"'))
    except ValueError:
        return said
