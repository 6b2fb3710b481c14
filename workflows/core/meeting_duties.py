"""What a meeting and its decision give people to do: to come, to vote, to write down, to decide, and tasks."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.contract.meeting import Seat
from workflows.contract.views import Duty
from workflows.contract.vocabulary import DutyKind, EventType
from workflows.core.addressees import Addressee
from workflows.core.case import Case, Meeting
from workflows.core.dues import Dues
from workflows.core.seats import filled
from workflows.core.tasks import open_tasks

ABOUT_MAX_CHARACTERS = 80
"""Of a task's or a motion's words: every row of the case holds them, and so does its history."""


def of_meeting(case: Case, limits: Dues) -> Iterator[Duty]:
    """Until it is recorded who came, everybody has to come; then it is for the chair, or whoever it fell back to."""
    meeting = case.meeting
    if meeting is None:
        return
    if meeting.fallback:
        yield limits.of(Addressee(meeting.fallback), DutyKind.DECIDE, EventType.MEETING_DECIDED)
        return
    yield from _votes(meeting, limits)
    chair = Addressee(meeting.chair)
    if meeting.present is not None:
        yield limits.of(chair, DutyKind.DECIDE, EventType.MEETING_DECIDED)
        return
    minutes = limits.of(chair, DutyKind.MINUTES, EventType.MEETING_DECIDED)
    yield minutes.model_copy(update={"due_at": meeting.ends_at}) if meeting.ends_at else minutes
    for seat in meeting.seats if meeting.starts_at else ():
        attend = limits.of(Addressee(seat.subject), DutyKind.ATTEND)
        yield attend.model_copy(update={"due_at": meeting.starts_at})


def of_tasks(case: Case, limits: Dues) -> Iterator[Duty]:
    """Each by its owner, until it is due."""
    for task in open_tasks(case):
        duty = limits.of(Addressee(task.owner.subject), DutyKind.TASK)
        about = {"due_at": task.due_at, "number": task.number, "about": _in_short(task.text)}
        yield duty.model_copy(update=about)


def _votes(meeting: Meeting, limits: Dues) -> Iterator[Duty]:
    """The first motion on which each seat has not voted; where it is recorded who came, by those who sit there."""
    sits = _holders(meeting.seats) if meeting.present is None else filled(meeting.seats, meeting.present)
    for seat, subject in sits.items():
        for motion in meeting.motions:
            if seat not in motion.votes and not any(vote.by == subject for vote in motion.votes.values()):
                duty = limits.of(Addressee(subject), DutyKind.VOTE, EventType.MEETING_DECIDED)
                yield duty.model_copy(update={"number": motion.number, "about": _in_short(motion.text)})
                break


def _holders(seats: tuple[Seat, ...]) -> dict[str, str]:
    return {seat.subject: seat.subject for seat in seats}


def _in_short(text: str) -> str:
    return text if len(text) <= ABOUT_MAX_CHARACTERS else f"{text[: ABOUT_MAX_CHARACTERS - 1]}…"
