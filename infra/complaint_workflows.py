"""Complaints as workflows on a Temporal server: started, and given commands. Doors and activities share it."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from hashlib import sha256
from typing import TypeVar
from uuid import uuid4

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from infra.temporal_answers import answered, refusal, when_ready
from workflows.contract.commands import Command
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import FileComplaint, Start
from workflows.contract.names import WORKFLOW_TYPE, workflow_id
from workflows.contract.reference import parse_reference
from workflows.contract.sameness import digest
from workflows.contract.views import Filing, Receipt

Answer = TypeVar("Answer")

_SOURCE_MEMO = "source"
_ORIGIN_MEMO = "origin"


class ComplaintWorkflows:
    """Starts complaints and gives them commands. All methods raise `AmendsError` and nothing else that is expected.

    Args:
        temporal: a connected client with the pydantic data converter (`infra.connections.connect_temporal`).
        task_queue: the queue of the complaint workers.
        patience: how long any call may take before it is answered with `unreachable` or `no_answer`.
    """

    def __init__(self, temporal: Client, *, task_queue: str, patience: timedelta = timedelta(seconds=10)) -> None:
        self._temporal = temporal
        self._task_queue = task_queue
        self._patience = patience

    async def start(self, complaint: FileComplaint) -> Filing:
        """Start a complaint. The same source and key give the same complaint, whether it is open or long archived.

        Raises:
            AmendsError: `unreachable`, `no_answer`; `reference_taken` if another source key has the same reference.
        """
        reference = complaint.reference
        try:
            await self._answer(
                self._temporal.start_workflow(
                    WORKFLOW_TYPE,
                    Start(complaint=complaint),
                    id=workflow_id(reference),
                    task_queue=self._task_queue,
                    # A start that failed was malformed, sent past this client: it never became a complaint.
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                    memo={_SOURCE_MEMO: _source_digest(complaint), _ORIGIN_MEMO: complaint.source},
                    search_attributes=TypedSearchAttributes(
                        [
                            SearchAttributePair(SearchAttributeKey.for_keyword("AmendsChannel"), complaint.channel),
                            SearchAttributePair(SearchAttributeKey.for_keyword("AmendsLanguage"), complaint.language),
                        ]
                    ),
                    static_summary=f"{reference} by {complaint.channel}",
                    rpc_timeout=self._patience,
                )
            )
        except WorkflowAlreadyStartedError:
            await self._check_same_source(reference, complaint)
            return Filing(reference=reference, workflow_id=workflow_id(reference), duplicate=True)
        return Filing(reference=reference, workflow_id=workflow_id(reference), duplicate=False)

    async def command(self, reference: str, command: Command) -> Receipt:
        """Give a command and wait for its receipt. With a `command_id`, repeating it is harmless.

        Raises:
            AmendsError: the refusal's code; `unknown_reference`, `archived`, `reference_mistyped`, `unreachable`;
                `no_answer` when no worker answered in time: the command may still be carried out, so repeat it with the
                same `command_id`.
        """
        handle = self._handle(reference)
        update_id = _update_id(command)

        async def update() -> Receipt:
            receipt: Receipt = await handle.execute_update(
                command.name, command, id=update_id, result_type=Receipt, rpc_timeout=self._patience
            )
            return receipt

        try:
            return await self._answer(when_ready(update))
        except WorkflowUpdateFailedError as error:
            raise refusal(error) from error

    async def origin(self, reference: str) -> str | None:
        """The source of a complaint that has been started and is not forgotten yet; none if there is no such, and empty
        if it was started past this client. Needs no worker.

        Raises:
            AmendsError: `reference_mistyped`, `unreachable`.
        """
        try:
            found = await self._answer(self._handle(reference).describe(rpc_timeout=self._patience))
        except AmendsError as error:
            if error.code is ErrorCode.UNKNOWN_REFERENCE:
                return None
            raise
        if found.status is WorkflowExecutionStatus.FAILED:  # malformed, and so never a complaint
            return None
        origin: str = await found.memo_value(_ORIGIN_MEMO, "")
        return origin

    def _handle(self, reference: str) -> WorkflowHandle[object, object]:
        return self._temporal.get_workflow_handle(workflow_id(parse_reference(reference)))

    async def _check_same_source(self, reference: str, complaint: FileComplaint) -> None:
        description = await self._answer(self._handle(reference).describe(rpc_timeout=self._patience))
        source = await description.memo_value(_SOURCE_MEMO, None)
        if source is not None and source != _source_digest(complaint):
            raise AmendsError(
                ErrorCode.REFERENCE_TAKEN,
                f"{reference} already belongs to another complaint; file it with another source_key",
                "source_key",
            )

    async def _answer(self, call: Awaitable[Answer]) -> Answer:
        return await answered(self._temporal, call, self._patience)


def _update_id(command: Command) -> str:
    """The server answers a repeated update with the first one's receipt, whatever the second one asks for. So what is
    asked is part of the id: the complaint itself gets to see another command under the same command id, and refuses it.
    """
    return f"{command.command_id}-{digest(command)}" if command.command_id else str(uuid4())


def _source_digest(complaint: FileComplaint) -> str:
    """Tells one source's key from another without naming it: a key may be a telephone number."""
    return sha256(f"{complaint.source}\n{complaint.source_key}".encode()).hexdigest()
