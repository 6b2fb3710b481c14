"""Gives one change of rules to many open complaints, or asks them what it would do; safe to interrupt and repeat."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from enum import StrEnum

from starter.client import AmendsClient
from starter.policy.open_complaints import OpenComplaint
from workflows.contract.base import Model
from workflows.contract.commands import AdoptPolicy, AmendCalendar, AmendStaff
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Moved
from workflows.contract.policy import Policy

IN_FLIGHT = 16
"""Complaints at one time: each is sent a whole policy and a calendar."""

Change = AdoptPolicy | AmendCalendar | AmendStaff


_OTHER_CALENDAR = "calendar"
"""The field that a complaint refuses when it counts by another calendar, or by none."""


class Verdict(StrEnum):
    """What became of one complaint; `NOT_CONCERNED` is under another policy, or counts by another calendar."""

    CHANGED = "changed"
    WOULD_CHANGE = "would_change"
    ALREADY = "already"
    GONE = "gone"
    NOT_CONCERNED = "not_concerned"
    REFUSED = "refused"
    FAILED = "failed"

    @property
    def is_fault(self) -> bool:
        """A person has to look at it."""
        return self in (Verdict.REFUSED, Verdict.FAILED)


class Result(Model):
    """One complaint of a rollout: the due times that moved, and the limits that became past with it."""

    reference: str
    before: str
    verdict: Verdict
    moved: tuple[Moved, ...] = ()
    breached: tuple[str, ...] = ()
    message: str | None = None


class Rollout:
    """One change for many complaints; `tally`, `breached` (complaints with a limit that became past with the change)
    and `interrupted` tell how far it is at any time.

    Args:
        client: asks and commands the complaints.
        change_of: the command for a complaint. Its id must be the same when the rollout is repeated.
        policy_of: the policy a complaint is under afterwards, if that is known: it tells what is breached and what
            merely ends when it runs out.
        on_result: told of each complaint, in the order in which they answer.
        is_dry: ask only.
    """

    def __init__(
        self,
        client: AmendsClient,
        change_of: Callable[[OpenComplaint], Change],
        *,
        policy_of: Callable[[OpenComplaint], Policy | None],
        on_result: Callable[[Result], None],
        is_dry: bool,
    ) -> None:
        self.tally: Counter[Verdict] = Counter()
        self.breached = 0
        self.seen: set[str] = set()
        self.interrupted = False
        self._client = client
        self._change_of = change_of
        self._policy_of = policy_of
        self._on_result = on_result
        self._is_dry = is_dry
        self._unanswered_in_a_row = 0
        self._lost: AmendsError | None = None

    async def run(self, complaints: AsyncIterator[OpenComplaint]) -> None:
        """Go through all of them. Cancelling ends it early and quietly: see `interrupted`.

        Raises:
            AmendsError: `unreachable`, or `no_answer` when nobody answers any more.
        """
        free = asyncio.Semaphore(IN_FLIGHT)
        try:
            async with asyncio.TaskGroup() as group:
                async for complaint in complaints:
                    await free.acquire()
                    if self._lost:
                        break
                    group.create_task(self._one(complaint)).add_done_callback(lambda _: free.release())
        except asyncio.CancelledError:
            self.interrupted = True
            if task := asyncio.current_task():
                task.uncancel()
        if self._lost:
            raise self._lost

    async def _one(self, complaint: OpenComplaint) -> None:
        try:
            result = await self._changed(complaint)
        except AmendsError as error:
            if _is_cancelled():  # a call that is given up looks like one that nobody answers
                return
            self._note_silence(error)
            if error.code is ErrorCode.UNREACHABLE:
                return
            result = _result_of(complaint, error)
        else:
            self._unanswered_in_a_row = 0
        self.report(result)

    def report(self, result: Result) -> None:
        """Count a complaint and tell of it."""
        self.seen.add(result.reference)
        self.tally[result.verdict] += 1
        self.breached += bool(result.breached)
        self._on_result(result)

    async def _changed(self, complaint: OpenComplaint) -> Result:
        """Each complaint is asked first, so that the real run says the same as the dry one; that costs no history."""
        change = self._change_of(complaint)
        moved = await self._client.preview(complaint.reference, change)
        if not self._is_dry:
            await self._client.command(complaint.reference, change)
        return Result(
            reference=complaint.reference,
            before=complaint.policy,
            verdict=Verdict.WOULD_CHANGE if self._is_dry else Verdict.CHANGED,
            moved=moved,
            breached=newly_breached(moved, self._policy_of(complaint), datetime.now(UTC)),
        )

    def _note_silence(self, error: AmendsError) -> None:
        """When one complaint does not answer, that is its own affair; when none does, there is nobody to ask."""
        is_silence = error.code is ErrorCode.NO_ANSWER
        self._unanswered_in_a_row = self._unanswered_in_a_row + 1 if is_silence else 0
        if error.code is ErrorCode.UNREACHABLE or self._unanswered_in_a_row >= IN_FLIGHT:
            self._lost = error


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def newly_breached(moved: tuple[Moved, ...], policy: Policy | None, now: datetime) -> tuple[str, ...]:
    """The clocks that are breached with the change: due in the past by the new rules, and not by the old ones."""
    quiet = {clock.name for clock in policy.clocks if not clock.is_obligation} if policy else set()
    return tuple(
        each.clock
        for each in moved
        if each.clock not in quiet
        and each.due_after is not None
        and each.due_after <= now
        and (each.due_before is None or each.due_before > now)
    )


def _result_of(complaint: OpenComplaint, error: AmendsError) -> Result:
    match error.code:
        case ErrorCode.ALREADY_THERE:
            verdict = Verdict.ALREADY
        case ErrorCode.ARCHIVED | ErrorCode.UNKNOWN_REFERENCE:
            verdict = Verdict.GONE
        case ErrorCode.INVALID_INPUT if error.field == _OTHER_CALENDAR:
            verdict = Verdict.NOT_CONCERNED
        case ErrorCode.NO_ANSWER:
            verdict = Verdict.FAILED
        case _:
            verdict = Verdict.REFUSED
    return Result(reference=complaint.reference, before=complaint.policy, verdict=verdict, message=str(error))
