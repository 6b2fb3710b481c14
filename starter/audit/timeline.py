"""The story of a complaint out of its recorded histories: the journal entries that its postings carried."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.converter import DataConverter

from starter.audit.runs import Origin, RecordedRun
from workflows.contract.base import Instant, Model
from workflows.contract.events import Classified, ClockBreached, ClockExpired, Entry, RungReached
from workflows.contract.ports import (
    ApprovalPort,
    ArchivePort,
    JournalPort,
    MeetingPort,
    NotificationPort,
    Posting,
    SurveyPort,
)

_POSTINGS = frozenset(
    method.__name__
    for method in (
        JournalPort.record,
        NotificationPort.notify,
        ApprovalPort.request_approval,
        MeetingPort.find_time,
        MeetingPort.invite_to_meeting,
        MeetingPort.cancel_meeting,
        SurveyPort.send_survey,
        ArchivePort.archive,
    )
)


class RunSummary(Model):
    """One run that was read."""

    run_id: str
    origin: Origin
    events: int


class Moment(Model):
    """One entry of the journal as it was recorded.

    `policy` is the version in force after it; `due_at` is when it had to happen or had been due, where a clock is
    concerned, and `noticed_late_by` how long after that it was noticed. `run_id` and `history_event_id` say where the
    record is.
    """

    entry: Entry
    policy: str | None
    due_at: Instant | None
    noticed_late_by: timedelta | None
    run_id: str
    history_event_id: int


class Timeline(Model):
    """The whole story. `missing` are numbers of entries that no posting carried: a gap in the record, or, at the end
    of an open complaint, entries still to be posted.
    """

    reference: str
    runs: tuple[RunSummary, ...]
    moments: tuple[Moment, ...]
    missing: tuple[int, ...]


async def timeline(reference: str, runs: Sequence[RecordedRun], converter: DataConverter) -> Timeline:
    """Read the story out of the runs; an entry that was posted more than once counts where it was first."""
    moments: dict[int, Moment] = {}
    policy: str | None = None
    for run in runs:
        for event in run.events:
            for entry in await _entries(event, converter):
                if entry.sequence in moments:
                    continue
                if isinstance(entry.event, Classified):
                    policy = entry.event.policy
                moments[entry.sequence] = _moment(entry, policy, run.run_id, event.event_id)
    return Timeline(
        reference=reference,
        runs=tuple(RunSummary(run_id=run.run_id, origin=run.origin, events=len(run.events)) for run in runs),
        moments=tuple(moments[sequence] for sequence in sorted(moments)),
        missing=tuple(sequence for sequence in range(1, max(moments, default=0)) if sequence not in moments),
    )


async def _entries(event: HistoryEvent, converter: DataConverter) -> Iterable[Entry]:
    if event.event_type != EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
        return ()
    scheduled = event.activity_task_scheduled_event_attributes
    if scheduled.activity_type.name not in _POSTINGS:
        return ()
    (posting,) = await converter.decode(list(scheduled.input.payloads), [Posting])
    return posting.entries if isinstance(posting, Posting) else ()


def _moment(entry: Entry, policy: str | None, run_id: str, history_event_id: int) -> Moment:
    due_at = entry.event.due_at if isinstance(entry.event, RungReached | ClockBreached | ClockExpired) else None
    return Moment(
        entry=entry,
        policy=policy,
        due_at=due_at,
        noticed_late_by=entry.at - due_at if due_at else None,
        run_id=run_id,
        history_event_id=history_event_id,
    )
