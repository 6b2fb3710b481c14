"""Calling a meeting: who is invited, by people or by the assessment, and the time that it is given."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.effects import InvitingStatus, MeetingStatus
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Event
from workflows.contract.meeting import SEATS_MAX, Seat
from workflows.contract.parties import Party
from workflows.contract.replies import MEETING_HORIZON, Availability
from workflows.core.case import Case, Meeting, meeting_in, procedure_in
from workflows.core.people import check_can_do, next_in_line, person_in
from workflows.core.room import Decisions, Replies
from workflows.core.scheduling import scheduled
from workflows.core.seats import seated
from workflows.core.stages import WORKING
from workflows.core.telling import earliest


def convened(case: Case) -> tuple[Event, ...]:
    """The meeting that the policy wants for such a complaint, if it is known to need several departments and has never
    had one.
    """
    procedure, classified = procedure_in(case), case.classification
    rule = procedure.policy.meeting
    if not (rule.convene and classified and classified.needs_meeting and classified.in_scope):
        return ()
    is_sure = classified.confidence >= procedure.policy.min_confidence
    others = [name for name in rule.departments.get(classified.nature, ()) if name != case.owner.department]
    if not (is_sure and others) or case.meetings or case.status not in WORKING:
        return ()
    return (_called(case, others, (), agenda=rule.agenda),)


def _call_meeting(case: Case, command: ask.CallMeeting, now: datetime) -> tuple[Event, ...]:
    procedure = procedure_in(case)
    for index, department in enumerate(command.departments):
        person_in(procedure, Party(department=department), f"departments.{index}")
    for index, party in enumerate(command.people):
        person_in(procedure, party, f"people.{index}.department")
        check_can_do(case, party, f"people.{index}.subject")
    if command.starts_at:
        _check_is_ahead(command.starts_at, now)
    called = _called(case, command.departments, command.people, agenda=command.agenda)
    if len(called.seats) > SEATS_MAX:
        raise AmendsError(ErrorCode.TOO_MANY, f"a meeting has at most {SEATS_MAX} seats", "people")
    return (called.model_copy(update={"starts_at": command.starts_at, "duration": command.duration}),)


def _called(case: Case, departments: Collection[str], people: Collection[Party], *, agenda: str) -> fact.MeetingCalled:
    """The owner takes the chair; of each department, its own among them, whoever answers for it is invited."""
    invited = tuple(dict.fromkeys((case.owner.department, *departments)))
    seats = seated(_seats(case, invited, people))
    return fact.MeetingCalled(
        number=case.meetings + 1,
        chair=case.owner.subject,
        departments=invited,
        invited=tuple(seat.subject for seat in seats),
        seats=seats,
        agenda=agenda,
        starts_at=None,
    )


def _seats(case: Case, departments: Collection[str], people: Collection[Party]) -> Iterator[Seat]:
    yield Seat(subject=case.owner.subject, departments=(case.owner.department,))
    for department in departments:
        yield Seat(subject=next_in_line(case, department).subject, departments=(department,))
    for party in people:
        subject = party.subject or next_in_line(case, party.department).subject
        yield Seat(subject=subject, departments=(party.department,))


def _check_is_ahead(starts_at: datetime, now: datetime) -> None:
    if starts_at < now:
        raise AmendsError(ErrorCode.INVALID_INPUT, "a meeting begins at a time to come, not in the past", "starts_at")
    if starts_at - now > MEETING_HORIZON:
        raise AmendsError(
            ErrorCode.INVALID_INPUT, f"a meeting has to begin within {MEETING_HORIZON.days} days", "starts_at"
        )


def _reschedule(case: Case, command: ask.RescheduleMeeting, now: datetime) -> tuple[Event, ...]:
    meeting = meeting_in(case)
    _check_is_ahead(command.starts_at, now)
    if command.starts_at == (meeting.wished if meeting.asked else meeting.starts_at):
        raise AmendsError(ErrorCode.ALREADY_THERE, "that is its time already", "starts_at")
    return (fact.MeetingRescheduled(number=meeting.number, starts_at=command.starts_at, reason=command.reason),)


def _cancel(case: Case, command: ask.CancelMeeting, _now: datetime) -> tuple[Event, ...]:
    return (fact.MeetingCancelled(number=meeting_in(case).number, reason=command.reason),)


def _schedule(case: Case, reply: Availability, now: datetime) -> tuple[Event, ...]:
    """Nothing, if another time was asked for meanwhile, or the meeting is over."""
    meeting = case.meeting
    has_met = meeting is not None and (meeting.present is not None or meeting.fallback is not None)
    if meeting is None or has_met or meeting.asked != reply.sequence:
        return ()
    found = scheduled(case, meeting, reply, earliest(case, meeting, now))
    return (
        fact.MeetingScheduled(
            number=meeting.number,
            call=meeting.call,
            revision=meeting.next_revision,
            status=_status(meeting),
            starts_at=found.starts_at,
            ends_at=found.starts_at + meeting.duration,
            because=found.because,
            deputies=dict(found.deputies),
        ),
    )


def _status(meeting: Meeting) -> InvitingStatus:
    """What is told now: a call, if no time of it was told before."""
    if meeting.revision is None:
        return MeetingStatus.CALLED
    return MeetingStatus.CALLED_AGAIN if meeting.told_call < meeting.call else MeetingStatus.RESCHEDULED


DECISIONS: Decisions = {
    "call_meeting": _call_meeting,
    "reschedule_meeting": _reschedule,
    "cancel_meeting": _cancel,
}
REPLIES: Replies = {"availability": _schedule}
