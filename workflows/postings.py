"""The lane on which entries and effects leave the workflow: one posting in flight takes along all that has gathered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import takewhile
from typing import Any, TypeVar

from temporalio import workflow

from workflows.contract.base import Model
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
from workflows.contract.replies import Reply
from workflows.contract.views import Summary
from workflows.core.step import Step
from workflows.insist import insist

Item = TypeVar("Item", bound=Model)

POSTING_MAX_BYTES = 400_000
"""Of entries as JSON, and as much again of effects. Temporal takes no payload above 2 MB, and one command can weigh
300 kB: what gathers in an outage leaves in several postings."""

CARRIED_MAX_BYTES = 1_000_000
"""Of entries and effects handed to the next run; the case and the receipts are under the same limit of 2 MB."""

_ACTIVITY_OF: dict[str, Callable[[Any, Posting], Awaitable[Posted]]] = {
    "notify": NotificationPort.notify,
    "request_approval": ApprovalPort.request_approval,
    "find_time": MeetingPort.find_time,
    "invite_to_meeting": MeetingPort.invite_to_meeting,
    "cancel_meeting": MeetingPort.cancel_meeting,
    "send_survey": SurveyPort.send_survey,
    "export_history": ArchivePort.archive,
}


class PostingLane:
    """Entries ride along with whatever effect goes to the database anyway; alone only when there is none.

    What is in flight stays in `entries` and `effects` until it has succeeded: it can be carried to the next run and
    posted again at any time.
    """

    def __init__(
        self, reference: str, origin_run_id: str, summary: Callable[[], Summary], hear: Callable[[Reply], None]
    ) -> None:
        self.entries: tuple[Entry, ...] = ()
        self.effects: tuple[Effect, ...] = ()
        self.undelivered: tuple[str, ...] = ()
        self.already_on_file = False
        self.in_flight = False
        self.is_open = False
        self._reference = reference
        self._origin_run_id = origin_run_id
        self._summary = summary
        self._hear = hear

    @property
    def is_empty(self) -> bool:
        """Nothing is left to write or to do."""
        return not (self.entries or self.effects or self.undelivered)

    def can_be_carried_with(self, relays: tuple[Effect, ...]) -> bool:
        """What is left fits into the state that is handed to the next run, together with these."""
        return _weight(self.entries) + _weight(self.effects) + _weight(relays) <= CARRIED_MAX_BYTES

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
            posted = await insist(activity, posting)
            self.entries = self.entries[len(posting.entries) :]
            self.effects = self.effects[len(posting.effects) :]
            self.undelivered += posted.undelivered
            self.already_on_file |= posted.already_on_file
            for reply in posted.replies:
                self._hear(reply)
            self.in_flight = False

    async def deliver(self) -> None:
        """See to it that what the mail server did not take is delivered, beside the postings and never before them."""
        while True:
            await workflow.wait_condition(lambda: bool(self.undelivered))
            message_ids = self.undelivered
            undelivered = Undelivered(reference=self._reference, message_ids=message_ids)
            await insist(NotificationPort.deliver, undelivered)
            self.undelivered = self.undelivered[len(message_ids) :]

    def _gather(self) -> Posting:
        """The oldest entries, as many as fit, and the first effects of one kind that these or older entries caused."""
        entries = _fitting(self.entries)
        is_all = len(entries) == len(self.entries)
        caused = [effect for effect in self.effects if is_all or effect.sequence <= entries[-1].sequence]
        alike = tuple(takewhile(lambda effect: effect.kind == self.effects[0].kind, caused))
        return Posting(
            reference=self._reference,
            origin_run_id=self._origin_run_id,
            entries=entries,
            summary=self._summary(),
            effects=_fitting(alike),
        )


def _fitting(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The first items, as many as fit one posting; at least one."""
    if len(items) <= 1:
        return items
    total = 0
    for count, item in enumerate(items):
        total += _weight((item,))
        if count and total > POSTING_MAX_BYTES:
            return items[:count]
    return items


def _weight(items: tuple[Model, ...]) -> int:
    """Bytes of JSON."""
    return sum(len(item.model_dump_json().encode()) for item in items)
