"""Gives one command to many complaints, some at a time, or asks each whether it would be accepted now."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from enum import StrEnum
from hashlib import sha256
from typing import Any

from pydantic_core import to_jsonable_python

from starter.client import AmendsClient
from starter.matching import Match
from workflows.contract.base import Model
from workflows.contract.commands import Command
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.views import Receipt

IN_FLIGHT = 16
"""Complaints at one time: enough to keep a server busy, few enough to be answered within the client's patience."""

_DIGEST_CHARACTERS = 8


class Verdict(StrEnum):
    """What became of one complaint; the first two are those of a dry run."""

    ALLOWED = "allowed"
    NOT_ALLOWED = "not_allowed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


class Result(Model):
    """One complaint: its receipt, or the code, field and sentence it refused with."""

    reference: str
    verdict: Verdict
    receipt: Receipt | None = None
    code: ErrorCode | None = None
    field: str | None = None
    message: str | None = None


Ask = Callable[[str], Awaitable[Result]]
"""Asks or commands the complaint of a reference; may raise `AmendsError`."""

Completed = Callable[[str, Command], Awaitable[Command]]
"""Adds to a command what is known of the complaint of a reference; may raise `AmendsError`."""


class Bulk:
    """One command for many complaints; `tally`, `codes` (why, for each verdict), `interrupted` and `is_complete` tell
    how far it is at any time.

    Args:
        ask: what is done with each: what `dry_run` or `give` makes.
        on_result: told of each complaint, in the order in which they answer.
    """

    def __init__(self, ask: Ask, *, on_result: Callable[[Match, Result], None]) -> None:
        self.tally: Counter[Verdict] = Counter()
        self.codes: defaultdict[Verdict, Counter[ErrorCode]] = defaultdict(Counter)
        self.interrupted = False
        self.is_complete = False
        self._ask = ask
        self._on_result = on_result
        self._unanswered_in_a_row = 0
        self._lost: AmendsError | None = None

    async def run(self, matches: AsyncIterator[Match]) -> None:
        """Go through all of them. Cancelling ends it early and quietly, after those in flight: see `interrupted`.

        Raises:
            AmendsError: `unreachable`, or `no_answer` when nobody answers any more.
        """
        pending: set[asyncio.Task[None]] = set()
        try:
            async for match in matches:
                if len(pending) >= IN_FLIGHT:
                    pending = await _some_done(pending)
                if self._lost:
                    break
                pending.add(asyncio.create_task(self._one(match)))
            while pending:
                pending = await _some_done(pending)
            self.is_complete = self._lost is None
        except asyncio.CancelledError:
            self.interrupted = True
            if task := asyncio.current_task():
                task.uncancel()
        finally:
            await asyncio.gather(*pending)
        if self._lost and not self.interrupted:
            raise self._lost

    async def _one(self, match: Match) -> None:
        try:
            result = await self._ask(match.reference)
        except AmendsError as error:
            self._note_silence(error)
            result = _result_of(match.reference, error)
        else:
            self._unanswered_in_a_row = 0
        self.tally[result.verdict] += 1
        if result.code:
            self.codes[result.verdict][result.code] += 1
        self._on_result(match, result)

    def _note_silence(self, error: AmendsError) -> None:
        """When one complaint does not answer, that is its own affair; when none does, there is nobody to ask."""
        is_silence = error.code is ErrorCode.NO_ANSWER
        self._unanswered_in_a_row = self._unanswered_in_a_row + 1 if is_silence else 0
        if error.code is ErrorCode.UNREACHABLE or self._unanswered_in_a_row >= IN_FLIGHT:
            self._lost = error


def dry_run(client: AmendsClient, command: Command) -> Ask:
    """Asks each complaint whether the command's actor may give it now. Nothing happens. Of the fields nothing is looked
    at: what is allowed may still be refused for what it says.
    """

    async def ask(reference: str) -> Result:
        is_allowed = command.name in await client.allowed(reference, command.actor)
        return Result(reference=reference, verdict=Verdict.ALLOWED if is_allowed else Verdict.NOT_ALLOWED)

    return ask


def give(client: AmendsClient, command: Command, ids: str, completed: Completed) -> Ask:
    """Gives each complaint the command, `completed` for it, under an id that begins with `ids`: see `ids_of`."""

    async def ask(reference: str) -> Result:
        own = await completed(reference, command.model_copy(update={"command_id": f"{ids}-{reference}"}))
        receipt = await client.command(reference, own)
        return Result(reference=reference, verdict=Verdict.ACCEPTED, receipt=receipt)

    return ask


def ids_of(run: str, asked: dict[str, Any]) -> str:
    """What the command ids of a run begin with: the same whenever it is repeated, so that a repeat is harmless. When
    something else is asked under the same name that is no repeat, and not to be answered with the first one's receipts.
    """
    content = json.dumps(to_jsonable_python(asked), sort_keys=True)
    return f"bulk-{run}-{sha256(content.encode()).hexdigest()[:_DIGEST_CHARACTERS]}"


def _result_of(reference: str, error: AmendsError) -> Result:
    verdict = Verdict.UNREACHABLE if error.code.is_silence else Verdict.REFUSED
    return Result(reference=reference, verdict=verdict, code=error.code, field=error.field, message=error.message)


async def _some_done(pending: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
    """Wait for at least one; those that are left. Raises what one of them raised."""
    done, left = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()
    return left
