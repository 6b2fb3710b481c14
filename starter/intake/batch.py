"""Files a stream of complaints, some at a time, and answers each line in turn: safe to interrupt and to repeat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import structlog
from pydantic import Field, ValidationError

from starter.client import AmendsClient
from starter.crowding import refuse_crowd
from starter.intake.importing import IN_FLIGHT
from starter.intake.insisting import FAULTS_OF_THE_COMPLAINT, file_within
from starter.intake.lines import LINE_MAX_BYTES, Line
from workflows.contract.base import Model
from workflows.contract.errors import AmendsError, ErrorCode, invalid_input
from workflows.contract.filing import FileComplaint

LINES_MAX = 100_000
"""Of one batch: an hour's work of a busy desk's servers, and a limit to what an absent reader leaves to be kept."""

CREATED, FOUND = 201, 200
"""The statuses of a line that was filed, and of one that was on file already."""

_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (0.5, 1, 2))
"""Whoever waits for the answer to a line is told of a longer outage, and repeats the batch."""

TIME_LIMIT = timedelta(seconds=8)
"""Of all tries to file one line."""

_FAULTS_OF_THE_LINE = (*FAULTS_OF_THE_COMPLAINT, ErrorCode.NOT_PERMITTED)
"""They say nothing of the lines that follow."""

log = structlog.get_logger(__name__)


class LineProblem(Model):
    """Why a line was not filed."""

    code: ErrorCode
    field: str | None = Field(default=None, description="Dotted path of the field at fault.")
    detail: str


class LineResult(Model):
    """What became of one line of a batch, by its number, counted from 1."""

    number: int
    status: int = Field(description="201 filed, 200 on file already, others as of a refused request.")
    reference: str | None = None
    duplicate: bool | None = None
    differs: tuple[str, ...] | None = Field(
        default=None, description="Of a duplicate: the fields that say something else than what is on file."
    )
    problem: LineProblem | None = None


class Batch:
    """One batch.

    Args:
        client: files the complaints.
        check: raises `AmendsError` for a complaint that its sender may not file, or when they may file no more.
        differing: tells which fields of a duplicate say something else than what is on file, if that is known.
    """

    def __init__(
        self,
        client: AmendsClient,
        check: Callable[[FileComplaint], Awaitable[None]],
        differing: Callable[[FileComplaint], Awaitable[tuple[str, ...] | None]],
    ) -> None:
        self._client = client
        self._check = check
        self._differing = differing
        self._lost: AmendsError | None = None

    async def run(self, lines: AsyncIterator[Line], answer: Callable[[LineResult], None]) -> None:
        """Answer each line in its turn. When nobody answers any more, the lines that follow are not even tried, so that
        whoever sent them hears of it soon. When `lines` raises AmendsError, that is the answer to the line it owes.
        """
        answers: asyncio.Queue[asyncio.Task[LineResult] | None] = asyncio.Queue(IN_FLIGHT)
        async with asyncio.TaskGroup() as group:

            async def read() -> None:
                count = number = 0
                try:
                    async for line in lines:
                        count, number = count + 1, line.number
                        if count <= LINES_MAX + 1:  # the rest is read as well: who still sends may not listen yet
                            await answers.put(group.create_task(self._result(line, count)))
                except AmendsError as error:
                    await answers.put(group.create_task(_refused(number + 1, error)))
                await answers.put(None)

            group.create_task(read())
            while (result := await answers.get()) is not None:
                answer(await result)

    async def _result(self, line: Line, count: int) -> LineResult:
        try:
            return await self._filed(line, count)
        except AmendsError as error:
            return await _refused(line.number, error)

    async def _filed(self, line: Line, count: int) -> LineResult:
        if count > LINES_MAX:
            raise AmendsError(
                ErrorCode.TOO_MANY, f"a batch has at most {LINES_MAX} lines; send this one and the rest in another"
            )
        complaint = _complaint(line)
        if self._lost:
            raise self._lost
        try:
            await self._check(complaint)
            filing = await file_within(TIME_LIMIT, self._client, complaint, _PAUSES)
        except AmendsError as error:
            if error.code not in _FAULTS_OF_THE_LINE:
                log.warning("intake.batch_lost", line=line.number, reason=str(error))
                self._lost = error
            raise
        return LineResult(
            number=line.number,
            status=FOUND if filing.duplicate else CREATED,
            reference=filing.reference,
            duplicate=filing.duplicate,
            differs=await self._differing(complaint) if filing.duplicate else None,
        )


async def _refused(number: int, error: AmendsError) -> LineResult:
    problem = LineProblem(code=error.code, field=error.field, detail=error.message)
    return LineResult(number=number, status=error.code.http_status, problem=problem)


def _complaint(line: Line) -> FileComplaint:
    if line.content is None:
        raise AmendsError(ErrorCode.TOO_LARGE, f"the line is longer than {LINE_MAX_BYTES // 1024} KiB")
    refuse_crowd(line.content)
    try:
        return FileComplaint.model_validate_json(line.content)
    except ValidationError as error:
        raise invalid_input(error) from error
