"""Filing many complaints in one request: `POST /api/v1/complaints/batch`, a line each, answered line by line."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

from fastapi import Request

from starter.access.caller import Caller, Scope
from starter.access.sight import sight
from starter.api.asked import request_id_of
from starter.api.door import Calling, Door, TheDoor
from starter.api.duplex import Duplex
from starter.api.filing import CHINESE, ENGLISH
from starter.api.problems import problem_responses
from starter.api.routers import versioned
from starter.intake.batch import CREATED, LINES_MAX, Batch, LineProblem, LineResult
from starter.intake.lines import LINE_MAX_BYTES, lines
from starter.intake.repeats import differing
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import FileComplaint

PATH = "/complaints/batch"
MEDIA_TYPE = "application/x-ndjson"

DESCRIPTION = f"""
File up to {LINES_MAX:,} complaints, each a line of JSON as for filing one, with its `source_key`.

The answer has a line for each line, in their order, and begins while the request is still being sent: `number`,
`status`, and either `reference` and `duplicate` or a `problem`. A line that cannot be filed, or has more than
{LINE_MAX_BYTES // 1024} KiB, does not keep the others back; blank lines are skipped.

Repeat an interrupted batch as it is: what has been filed is answered with `duplicate`. When the servers behind this
door are away, the lines that follow are answered with 503 and not filed.
"""

_MEDIA_TYPES = (MEDIA_TYPE, "application/ndjson", "application/jsonl")
"""Line by line JSON has no registered name, and goes by all of these."""


def _as_lines(*values: Any) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


EXAMPLE = _as_lines(ENGLISH, CHINESE, {**ENGLISH, "source_key": "form-20260302-0816", "channel": "pigeon"})

_EXAMPLE_ANSWER = _as_lines(
    *(
        LineResult(number=number, status=CREATED, reference=complaint.reference, duplicate=False).model_dump(
            mode="json", exclude_none=True
        )
        for number, complaint in enumerate(map(FileComplaint.model_validate, (ENGLISH, CHINESE)), start=1)
    ),
    LineResult(
        number=3,
        status=ErrorCode.INVALID_INPUT.http_status,
        problem=LineProblem(
            code=ErrorCode.INVALID_INPUT, field="channel", detail="Input should be 'hotline', 'web', …"
        ),
    ).model_dump(mode="json", exclude_none=True),
)

LET_IN_FOR = timedelta(seconds=10)
"""Then it is asked again who sends the lines that come."""

router = versioned("Complaints")


@router.post(
    PATH,
    status_code=200,
    response_class=Duplex,
    summary="File many complaints",
    description=DESCRIPTION,
    response_description="A result for each line, in the order of the lines.",
    responses={
        200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": _EXAMPLE_ANSWER}}},
        **problem_responses(ErrorCode.UNSUPPORTED_MEDIA_TYPE),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": EXAMPLE}},
        }
    },
)
async def file_batch(door: TheDoor, caller: Calling, request: Request) -> Duplex:
    """Answer each line as it comes."""
    caller.require(Scope.FILE)
    _check_media_type(request)
    sender = _Sender(door, request, caller)

    async def check(complaint: FileComplaint) -> None:
        (await sender.let_in()).require_source(complaint.source)

    async def differs(complaint: FileComplaint) -> tuple[str, ...] | None:
        if Scope.READ not in sender.caller.scopes:  # they would find out by asking
            return None
        return await differing(door.engine, complaint, sight(sender.caller, door.settings.see_all))

    async def work(chunks: AsyncIterator[bytes], write: Callable[[bytes], None]) -> None:
        def answer(result: LineResult) -> None:
            write(result.model_dump_json(exclude_none=True).encode() + b"\n")

        await Batch(door.desk, check, differs).run(lines(chunks), answer)

    return Duplex(work, MEDIA_TYPE)


class _Sender:
    """Who sends a batch, asked for again from time to time: tokens expire, keys are revoked, people move."""

    def __init__(self, door: Door, request: Request, caller: Caller) -> None:
        self._door = door
        self._credentials = request.headers.get("Authorization")
        self._request_id = request_id_of(request.scope)
        self.caller = caller
        self._let_in_at = time.monotonic()

    async def let_in(self) -> Caller:
        """They, as they are now. Raises AmendsError `unauthenticated`, `unreachable`, `not_permitted`."""
        if time.monotonic() - self._let_in_at >= LET_IN_FOR.total_seconds():
            self.caller = await self._door.gate.caller(self._credentials, request_id=self._request_id)
            self._let_in_at = time.monotonic()
        self.caller.require(Scope.FILE)
        return self.caller


def _check_media_type(request: Request) -> None:
    media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type not in _MEDIA_TYPES:
        raise AmendsError(
            ErrorCode.UNSUPPORTED_MEDIA_TYPE, f"send {MEDIA_TYPE}, and say so in Content-Type", "Content-Type"
        )
