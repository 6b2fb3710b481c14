"""The lane on which entries and effects leave the workflow: one posting in flight takes along all that has gathered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy

from workflows.contract.effects import Effect
from workflows.contract.events import Entry
from workflows.contract.ports import (
    ApprovalPort,
    ArchivePort,
    JournalPort,
    MeetingPort,
    NotificationPort,
    Posted,
    Posting,
    SurveyPort,
    Undelivered,
)
from workflows.contract.views import Summary
from workflows.core.step import Step

FOR_EVER = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), backoff_coefficient=2, maximum_interval=timedelta(seconds=10)
)
"""A database or mail outage delays what is written and sent; it never loses it."""

ATTEMPT_TIMEOUT = timedelta(seconds=15)

_ACTIVITY_OF: dict[str, Callable[[Any, Posting], Awaitable[Posted]]] = {
    "notify": NotificationPort.notify,
    "request_approval": ApprovalPort.request_approval,
    "convene_meeting": MeetingPort.convene_meeting,
    "send_survey": SurveyPort.send_survey,
    "export_history": ArchivePort.archive,
}


class PostingLane:
    """Entries ride along with whatever effect goes to the database anyway; alone only when there is none.

    What is in flight stays in `entries` and `effects` until it has succeeded: it can be carried to the next run and
    posted again at any time.
    """

    def __init__(self, reference: str, origin_run_id: str, summary: Callable[[], Summary]) -> None:
        self.entries: tuple[Entry, ...] = ()
        self.effects: tuple[Effect, ...] = ()
        self.undelivered: tuple[str, ...] = ()
        self.already_on_file = False
        self.in_flight = False
        self.is_open = False
        self._reference = reference
        self._origin_run_id = origin_run_id
        self._summary = summary

    @property
    def is_empty(self) -> bool:
        """Nothing is left to write or to do."""
        return not (self.entries or self.effects or self.undelivered)

    def open(self) -> None:
        """Begin to post; until then everything gathers."""
        self.is_open = True

    def add(self, step: Step) -> None:
        """Queue what a step led to."""
        self.entries += step.entries
        self.effects += step.effects

    async def post(self) -> None:
        """Post, one after the other, for as long as the workflow lives."""
        while True:
            await workflow.wait_condition(lambda: self.is_open and bool(self.entries or self.effects))
            self.in_flight = True
            posting = self._gather()
            activity = _ACTIVITY_OF[posting.effects[0].kind] if posting.effects else JournalPort.record
            posted = await workflow.execute_activity_method(
                activity,
                posting,
                start_to_close_timeout=ATTEMPT_TIMEOUT,
                retry_policy=FOR_EVER,
            )
            self.entries = self.entries[len(posting.entries) :]
            self.effects = self.effects[len(posting.effects) :]
            self.undelivered += posted.undelivered
            self.already_on_file |= posted.already_on_file
            self.in_flight = False

    async def deliver(self) -> None:
        """See to it that what the mail server did not take is delivered, beside the postings and never before them."""
        while True:
            await workflow.wait_condition(lambda: bool(self.undelivered))
            message_ids = self.undelivered
            await workflow.execute_activity_method(
                NotificationPort.deliver,
                Undelivered(reference=self._reference, message_ids=message_ids),
                start_to_close_timeout=ATTEMPT_TIMEOUT,
                retry_policy=FOR_EVER,
            )
            self.undelivered = self.undelivered[len(message_ids) :]

    def _gather(self) -> Posting:
        """All entries, and the first effects that are of one kind."""
        count = 0
        while count < len(self.effects) and self.effects[count].kind == self.effects[0].kind:
            count += 1
        return Posting(
            reference=self._reference,
            origin_run_id=self._origin_run_id,
            entries=self.entries,
            summary=self._summary(),
            effects=self.effects[:count],
        )
