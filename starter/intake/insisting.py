"""Files a complaint again while nobody answers: a short outage goes unnoticed, a long one ends in a refusal."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from starter.client import AmendsClient
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import FileComplaint
from workflows.contract.views import Filing

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (0.5, 1, 2, 4, 8))
"""An outage shorter than their sum goes unnoticed."""

FAULTS_OF_THE_COMPLAINT = (ErrorCode.INVALID_INPUT, ErrorCode.REFERENCE_TAKEN)
"""To try again would change nothing."""


async def file_within(
    time_limit: timedelta, client: AmendsClient, complaint: FileComplaint, pauses: tuple[timedelta, ...]
) -> Filing:
    """The answer to filing a complaint, as `file_insistently`, but `unreachable` when the time is over."""
    try:
        async with asyncio.timeout(time_limit.total_seconds()):
            return await file_insistently(client, complaint, pauses)
    except TimeoutError as error:
        seconds = time_limit.total_seconds()
        raise AmendsError(ErrorCode.UNREACHABLE, f"Temporal has not answered within {seconds:.0f} s") from error


async def file_insistently(
    client: AmendsClient, complaint: FileComplaint, pauses: tuple[timedelta, ...] = PAUSES
) -> Filing:
    """The answer to filing a complaint.

    Raises:
        AmendsError: `invalid_input` and `reference_taken` at once; `unreachable` and `no_answer` after all `pauses`.
    """
    for pause in pauses:
        try:
            return await client.file(complaint)
        except AmendsError as error:
            if error.code in FAULTS_OF_THE_COMPLAINT:
                raise
        await asyncio.sleep(pause.total_seconds())
    return await client.file(complaint)
