"""The recorded runs of a complaint: the whole continue-as-new chain, from the server or from the archive."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from google.protobuf.json_format import ParseError
from google.protobuf.message import DecodeError
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History, HistoryEvent
from temporalio.client import Client, RPCError, WorkflowHistory
from temporalio.service import RPCStatusCode

from infra.archived_history import unpack
from starter.read_model import ArchivedRun
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.names import workflow_id

CALL_TIME_LIMIT = timedelta(seconds=10)

_GZIP_MAGIC = b"\x1f\x8b"


class Origin(StrEnum):
    """Where a history was read."""

    SERVER = "server"
    ARCHIVE = "archive"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """The history of one run; that of a run that is still going, or was archived while it ended, is its beginning."""

    run_id: str
    workflow_id: str
    workflow_type: str
    previous_run_id: str | None
    events: tuple[HistoryEvent, ...]
    origin: Origin


async def recorded_runs(
    temporal: Client, archived_runs: Callable[[str], Awaitable[list[ArchivedRun]]], reference: str
) -> list[RecordedRun]:
    """All runs of a complaint, the first one first. The archive is asked for what the server has forgotten.

    Raises:
        AmendsError: `unknown_reference`; `unreachable`; `history_differs`, when an archived history was changed, or
            when a run in the middle of the chain is nowhere.
    """
    runs: list[RecordedRun] = []
    run_id = await _latest_run_id(temporal, reference)
    while run_id and (run := await _from_server(temporal, reference, run_id)):
        runs.append(run)
        run_id = run.previous_run_id
    if runs and not run_id:
        return runs[::-1]
    archived = {row.run_id: row for row in await archived_runs(reference)}
    if not runs:
        run_id = next(reversed(archived), None)
        if run_id is None:
            raise AmendsError(ErrorCode.UNKNOWN_REFERENCE, "no complaint has this reference", "reference")
    while run_id:
        if run_id not in archived:
            raise AmendsError(ErrorCode.HISTORY_DIFFERS, f"run {run_id} is neither on the server nor in the archive")
        run = _run_of(unpack(archived[run_id].history, archived[run_id].sha256), Origin.ARCHIVE)
        runs.append(run)
        run_id = run.previous_run_id
    return runs[::-1]


def run_in_file(path: Path) -> RecordedRun:
    """The run in a file: Temporal's JSON (`temporal workflow show --output json`, the Web UI's download) or its
    protobuf message `History`, either perhaps compressed by gzip.

    Raises:
        AmendsError: `invalid_input`, when it cannot be read or is no history.
    """
    try:
        content = path.read_bytes()
        if content.startswith(_GZIP_MAGIC):
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"cannot read {path}: {error}", "file") from error
    try:
        if content.lstrip().startswith(b"{"):
            events = WorkflowHistory.from_json("", content.decode("utf-8-sig")).events
            return _run_of(History(events=events), Origin.FILE)
        return _run_of(History.FromString(content), Origin.FILE)
    except (AmendsError, DecodeError, ParseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"{path} does not hold the history of a workflow", "file") from error


async def _latest_run_id(temporal: Client, reference: str) -> str | None:
    try:
        description = await temporal.get_workflow_handle(workflow_id(reference)).describe(rpc_timeout=CALL_TIME_LIMIT)
    except RPCError as error:
        _check_forgotten(error)
        return None
    return description.run_id


async def _from_server(temporal: Client, reference: str, run_id: str) -> RecordedRun | None:
    handle = temporal.get_workflow_handle(workflow_id(reference), run_id=run_id)
    try:
        events = [event async for event in handle.fetch_history_events(rpc_timeout=CALL_TIME_LIMIT)]
    except RPCError as error:
        _check_forgotten(error)
        return None
    return _run_of(History(events=events), Origin.SERVER, run_id)


def _check_forgotten(error: RPCError) -> None:
    """That the server does not know something any more is an answer; any other failure is one."""
    if error.status is not RPCStatusCode.NOT_FOUND:
        raise AmendsError(ErrorCode.UNREACHABLE, f"Temporal does not answer ({error.status.name})") from error


def _run_of(history: History, origin: Origin, run_id: str | None = None) -> RecordedRun:
    events = tuple(history.events)
    if not events or events[0].event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
        raise AmendsError(ErrorCode.INVALID_INPUT, "a history begins with the start of a workflow", "history")
    started = events[0].workflow_execution_started_event_attributes
    return RecordedRun(
        run_id=run_id or started.original_execution_run_id,
        workflow_id=started.workflow_id,
        workflow_type=started.workflow_type.name,
        previous_run_id=started.continued_execution_run_id or None,
        events=events,
        origin=origin,
    )
