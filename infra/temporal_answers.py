"""What the Temporal server and the complaint workflow answer, as facts: every failure becomes one `AmendsError`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from pydantic import ValidationError
from temporalio.api.errordetails.v1 import WorkflowNotReadyFailure
from temporalio.client import (
    Client,
    RPCError,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCStatusCode

from workflows.contract.base import Model
from workflows.contract.errors import AmendsError, ErrorCode

Answer = TypeVar("Answer")

_CANNOT_CONNECT = "Failed client connect"
"""How the SDK's error begins when a client that connects at its first call cannot."""

HEALTH_TIME_LIMIT = timedelta(seconds=1)
READY_INTERVAL = timedelta(milliseconds=50)


async def answered(temporal: Client, call: Awaitable[Answer], patience: timedelta) -> Answer:
    """The answer to a call, or what went wrong on the way, within `patience`.

    Raises:
        AmendsError: `unreachable`, `no_answer`, `unknown_reference`, `archived`, `invalid_input`, or what a query was
            refused with.
    """
    try:
        async with asyncio.timeout(patience.total_seconds()):
            return await call
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
        raise await _reason_for_silence(temporal, patience) from error
    except WorkflowQueryFailedError as error:
        raise _refused_answer(error) from error
    except RPCError as error:
        if error.status in (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED):
            raise await _reason_for_silence(temporal, patience) from error
        raise _rpc_fault(error) from error
    except RuntimeError as error:
        if not str(error).startswith(_CANNOT_CONNECT):
            raise
        raise _unreachable("cannot connect") from error


async def _reason_for_silence(temporal: Client, patience: timedelta) -> AmendsError:
    """Whether it is the server that is away, or only the worker."""
    try:
        await temporal.service_client.check_health(timeout=HEALTH_TIME_LIMIT)
    except RPCError as error:
        return _unreachable(error.status.name)
    return AmendsError(
        ErrorCode.NO_ANSWER,
        f"no worker answered within {patience.total_seconds():.0f} s: is one running (`amends worker`)? The"
        " command may still be carried out; repeat it with the same command id",
    )


async def when_ready(call: Callable[[], Awaitable[Answer]]) -> Answer:
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


def refusal(error: WorkflowUpdateFailedError) -> AmendsError:
    """What the workflow refused an update with, or why it could not carry it out."""
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
