"""The typed facade that backend services and all doors use: file a complaint, give it commands, look at it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TypeVar
from uuid import uuid4

from pydantic import ValidationError
from temporalio.api.errordetails.v1 import WorkflowNotReadyFailure
from temporalio.client import (
    Client,
    RPCError,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCStatusCode

from workflows.contract.base import Model
from workflows.contract.commands import AdoptPolicy, AmendCalendar, Command
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Moved
from workflows.contract.filing import FileComplaint, Start
from workflows.contract.names import ALLOWED_QUERY, PREVIEW_QUERY, VIEW_QUERY, WORKFLOW_TYPE, workflow_id
from workflows.contract.parties import Actor
from workflows.contract.reference import parse_reference
from workflows.contract.views import ComplaintView, Filing, Receipt

Answer = TypeVar("Answer")

_SOURCE_MEMO = "source"

_CANNOT_CONNECT = "Failed client connect"
"""How the SDK's error begins when a client that connects at its first call cannot."""

HEALTH_TIME_LIMIT = timedelta(seconds=1)
CLOCKS_MAY_DIFFER = timedelta(minutes=5)
"""How far a caller's clock may be ahead of ours."""

READY_INTERVAL = timedelta(milliseconds=50)


class AmendsClient:
    """Complaints as a backend service sees them. All methods raise `AmendsError` and nothing else that is expected.

    Args:
        temporal: a connected client with the pydantic data converter (`infra.connections.connect_temporal`).
        task_queue: the queue of the complaint workers.
        patience: how long any call may take before it is answered with `unreachable` or `no_answer`.
    """

    def __init__(self, temporal: Client, *, task_queue: str, patience: timedelta = timedelta(seconds=10)) -> None:
        self._temporal = temporal
        self._task_queue = task_queue
        self._patience = patience

    async def file(self, complaint: FileComplaint) -> Filing:
        """File a complaint. The same source and key give the same complaint, whether it is open or long archived.

        Raises:
            AmendsError: `unreachable`, `no_answer`; `reference_taken` if another source key has the same reference;
                `invalid_input` if it was received in the future.
        """
        if complaint.received_at and complaint.received_at > datetime.now(UTC) + CLOCKS_MAY_DIFFER:
            raise AmendsError(ErrorCode.INVALID_INPUT, "must not lie in the future", "received_at")
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
                    memo={_SOURCE_MEMO: _source_digest(complaint)},
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
        update_id = command.command_id or str(uuid4())

        async def update() -> Receipt:
            receipt: Receipt = await handle.execute_update(
                command.name, command, id=update_id, result_type=Receipt, rpc_timeout=self._patience
            )
            return receipt

        try:
            return await self._answer(_when_ready(update))
        except WorkflowUpdateFailedError as error:
            raise _refusal(error) from error

    async def signal(self, reference: str, command: Command) -> None:
        """Give a command without waiting; a refusal is recorded in the complaint's journal.

        Raises:
            AmendsError: `unknown_reference`, `archived`, `reference_mistyped`, `unreachable`.
        """
        await self._answer(self._handle(reference).signal(command.name, command, rpc_timeout=self._patience))

    async def view(self, reference: str) -> ComplaintView:
        """The complaint as it is now, straight from its workflow.

        Raises:
            AmendsError: `unknown_reference`, `reference_mistyped`, `unreachable`, `no_answer`.
        """
        handle = self._handle(reference)
        query = handle.query(VIEW_QUERY, datetime.now(UTC), result_type=ComplaintView, rpc_timeout=self._patience)
        return await self._answer(query)

    async def allowed(self, reference: str, actor: Actor) -> tuple[str, ...]:
        """The commands `actor` may give now. Raises as `view` does."""
        handle = self._handle(reference)
        query = handle.query(ALLOWED_QUERY, actor, result_type=tuple[str, ...], rpc_timeout=self._patience)
        return await self._answer(query)

    async def preview(self, reference: str, change: AdoptPolicy | AmendCalendar) -> tuple[Moved, ...]:
        """The due times that a change of rules would move if it were given now. Nothing happens.

        Raises:
            AmendsError: as the command would be refused; `unknown_reference`, `archived`, `reference_mistyped`,
                `unreachable`, `no_answer`.
        """
        handle = self._handle(reference)
        arguments = [change, datetime.now(UTC)]
        query = handle.query(PREVIEW_QUERY, args=arguments, result_type=tuple[Moved, ...], rpc_timeout=self._patience)
        return await self._answer(query)

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
        """The answer to a call, or what went wrong on the way as an `AmendsError` within `patience`."""
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                return await call
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            raise await self._reason_for_silence() from error
        except WorkflowQueryFailedError as error:
            raise _refused_answer(error) from error
        except RPCError as error:
            if error.status in (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED):
                raise await self._reason_for_silence() from error
            raise _rpc_fault(error) from error
        except RuntimeError as error:
            if not str(error).startswith(_CANNOT_CONNECT):
                raise
            raise _unreachable("cannot connect") from error

    async def _reason_for_silence(self) -> AmendsError:
        """Whether it is the server that is away, or only the worker."""
        try:
            await self._temporal.service_client.check_health(timeout=HEALTH_TIME_LIMIT)
        except RPCError as error:
            return _unreachable(error.status.name)
        return AmendsError(
            ErrorCode.NO_ANSWER,
            f"no worker answered within {self._patience.total_seconds():.0f} s: is one running (`amends worker`)? The"
            " command may still be carried out; repeat it with the same command id",
        )


def _source_digest(complaint: FileComplaint) -> str:
    """Tells one source's key from another without naming it: a key may be a telephone number."""
    return sha256(f"{complaint.source}\n{complaint.source_key}".encode()).hexdigest()


async def _when_ready(call: Callable[[], Awaitable[Answer]]) -> Answer:
    """The answer to a call, repeated while the workflow is not ready: a signal has come just when one run was handing
    over to the next, and the server sent the update away unseen.
    """
    while True:
        try:
            return await call()
        except RPCError as error:
            if not any(detail.Is(WorkflowNotReadyFailure.DESCRIPTOR) for detail in error.grpc_status.details):
                raise
        await asyncio.sleep(READY_INTERVAL.total_seconds())


def _refusal(error: WorkflowUpdateFailedError) -> AmendsError:
    cause = error.cause
    if fact := _fact(cause):
        return fact
    if isinstance(cause, ApplicationError) and cause.type == "AcceptedUpdateCompletedWorkflow":
        return AmendsError(ErrorCode.ARCHIVED, "the complaint was archived at the same moment")
    return AmendsError(ErrorCode.NO_ANSWER, f"the worker failed to carry the command out: {cause}")


class _Refused(Model):
    """A refusal inside the message of a failed query."""

    code: ErrorCode
    field: str | None
    message: str


def _refused_answer(error: WorkflowQueryFailedError) -> AmendsError:
    """What the workflow refused to answer with: of a failed query nothing but the message arrives."""
    try:
        refused = _Refused.model_validate_json(error.message)
    except ValidationError:
        return AmendsError(ErrorCode.NO_ANSWER, f"the worker could not answer: {error}")
    return AmendsError(refused.code, refused.message, refused.field)


def _fact(cause: BaseException) -> AmendsError | None:
    """What a workflow refused with, if it was a refusal of ours."""
    if not isinstance(cause, ApplicationError) or cause.type not in set(ErrorCode):
        return None
    field = cause.details[0] if cause.details else None
    return AmendsError(ErrorCode(cause.type), cause.message, field if isinstance(field, str) else None)


def _rpc_fault(error: RPCError) -> AmendsError:
    match error.status:
        case RPCStatusCode.NOT_FOUND if "already completed" in error.message:
            return AmendsError(ErrorCode.ARCHIVED, "the complaint is archived; file a new one that refers to it")
        case RPCStatusCode.NOT_FOUND:
            return AmendsError(ErrorCode.UNKNOWN_REFERENCE, "no complaint has this reference", "reference")
        case RPCStatusCode.INVALID_ARGUMENT:
            return AmendsError(ErrorCode.INVALID_INPUT, f"Temporal does not accept this: {error.message}")
        case _:
            return _unreachable(error.status.name)


def _unreachable(reason: str) -> AmendsError:
    return AmendsError(ErrorCode.UNREACHABLE, f"Temporal does not answer ({reason}): is the stack up? `amends up`")
