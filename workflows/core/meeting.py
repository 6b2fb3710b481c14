"""The cross-department meeting of a case: what becomes of it from its call to its decision, lapse or other end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Event
from workflows.contract.meeting import Seat
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Role
from workflows.core import attendance, calling, motions
from workflows.core.adoption import with_staff
from workflows.core.attendance import check_not_met, is_quorate
from workflows.core.case import Case, Meeting, meeting_in, procedure_in
from workflows.core.relations import persons
from workflows.core.room import Changes, Conditions, Decisions, Effects, Replies
from workflows.core.seats import filled, represented, without_people
from workflows.core.tasks import ordered
from workflows.core.telling import ask_for_time, call_off, everybody, invite


def check_none_open(case: Case, _actor: Actor) -> None:
    """Refuse what has to wait for a meeting's decision.

    Raises:
        AmendsError: `meeting_open`.
    """
    if case.meeting:
        raise AmendsError(ErrorCode.MEETING_OPEN, f"meeting {case.meeting.number} has to decide first")


def _check_decides(case: Case, actor: Actor) -> None:
    """After two calls without a quorum, only the one it fell back to; any executive, when an interest bars that one."""
    meeting = meeting_in(case)
    people = persons(case, actor)
    stands_open = meeting.fallback in case.conflicts and any(Role.EXECUTIVE in person.roles for person in people)
    if meeting.fallback and not stands_open and meeting.fallback not in {person.subject for person in people}:
        raise AmendsError(
            ErrorCode.NOT_PERMITTED,
            f"meeting {meeting.number} had no quorum twice, so {meeting.fallback} alone decides",
            "actor",
        )


def _decide_meeting(case: Case, command: ask.DecideMeeting, now: datetime) -> tuple[Event, ...]:
    meeting = meeting_in(case)
    present = _represented(case, meeting, command)
    if command.motion is not None:
        motions.check_carried(case, meeting, command.motion)
    decided = fact.MeetingDecided(
        number=meeting.number,
        present=present,
        minutes=command.minutes,
        decision=command.decision,
        motion=command.motion,
        tasks=ordered(case, command.tasks, now),
    )
    return (*motions.results(case, meeting), decided)


def _represented(case: Case, meeting: Meeting, command: ask.DecideMeeting) -> tuple[str, ...]:
    """The departments that decide: those recorded as present, or else those the command names, if they are enough."""
    if meeting.fallback or meeting.present is not None:
        if command.present:
            raise AmendsError(
                ErrorCode.INVALID_INPUT, "the minutes say who was there; leave out who was present", "present"
            )
        return represented(meeting, filled(meeting.seats, meeting.present or ())) if not meeting.fallback else ()
    present = tuple(dict.fromkeys(command.present))
    for index, department in enumerate(present):
        if department not in meeting.departments:
            raise AmendsError(
                ErrorCode.INVALID_INPUT,
                f"{department} was not invited; invited: {', '.join(meeting.departments)}",
                f"present.{index}",
            )
    if not is_quorate(case, meeting, present):
        quorum = procedure_in(case).policy.meeting.quorum_percent
        raise AmendsError(
            ErrorCode.NO_QUORUM,
            f"{len(present)} of {len(meeting.departments)} invited departments are present; {quorum} % must be."
            " With record_minutes the meeting is called again",
            "present",
        )
    if command.minutes is None:
        raise AmendsError(ErrorCode.INVALID_INPUT, "say what was said, or record the minutes first", "minutes")
    return present


def _opened(case: Case, event: fact.MeetingCalled) -> dict[str, Any]:
    """Earlier builds named only those invited."""
    seats = event.seats or tuple(Seat(subject=subject, departments=()) for subject in event.invited)
    meeting = Meeting(
        number=event.number,
        chair=event.chair,
        departments=event.departments,
        seats=seats,
        agenda=event.agenda,
        duration=event.duration,
        wished=event.starts_at,
        asked=case.sequence + 1,
    )
    return {"meeting": meeting, "last_meeting": None, "meetings": event.number}


def _asked_anew(case: Case, event: fact.MeetingRescheduled) -> dict[str, Any]:
    return _with(case, wished=event.starts_at, asked=case.sequence + 1)


def _timed(case: Case, event: fact.MeetingScheduled) -> dict[str, Any]:
    if case.meeting is None:
        return {}
    seats = (seat.model_copy(update={"deputy": event.deputies.get(seat.subject)}) for seat in case.meeting.seats)
    timed = case.meeting.model_copy(
        update={
            "asked": None,
            "wished": None,
            "starts_at": event.starts_at,
            "because": event.because,
            "revision": event.revision,
            "told_at": case.sequence + 1,
            "told_call": event.call,
            "seats": tuple(seats),
        }
    )
    return {"meeting": timed.model_copy(update={"told": everybody(timed)})}


def _ended(case: Case, event: Any) -> dict[str, Any]:
    """It stays in sight until another is called."""
    if case.meeting is None:
        return {}
    last = case.meeting.model_copy(
        update={
            "ended_at": case.sequence + 1,
            "revision": case.meeting.next_revision,
            "decision": getattr(event, "decision", None),
            "minutes": getattr(event, "minutes", None) or case.meeting.minutes,
        }
    )
    return {"meeting": None, "last_meeting": last}


def _without_the_interested(case: Case, event: fact.InterestDeclared) -> dict[str, Any]:
    barred = case.model_copy(update={"conflicts": (*case.conflicts, event.subject)})
    return _without(barred, (event.subject,), unvoted=True)


def _without_those_who_left(case: Case, event: fact.StaffAmended) -> dict[str, Any]:
    return _without(with_staff(case, event), event.left, unvoted=False)


def _without(case: Case, gone: Collection[str], *, unvoted: bool) -> dict[str, Any]:
    """Whoever takes a seat is invited to the time that was told already."""
    before = case.meeting
    if before is None:
        return {}
    after = without_people(case, before, gone, unvoted=unvoted)
    if after.fallback in gone:
        after = after.model_copy(update={"fallback": attendance.fall_back(case, after)})
    if after.seats != before.seats and after.starts_at and after.present is None:
        told = {"revision": after.next_revision, "told_at": case.sequence + 1, "told": everybody(after)}
        after = after.model_copy(update=told)
    return {"meeting": after}


def _with(case: Case, **changes: Any) -> dict[str, Any]:
    return {"meeting": case.meeting and case.meeting.model_copy(update=changes)}


CONDITIONS: Conditions = {
    **attendance.CONDITIONS,
    **motions.CONDITIONS,
    "call_meeting": check_none_open,
    "reschedule_meeting": check_not_met,
    "cancel_meeting": check_not_met,
    "decide_meeting": _check_decides,
}
DECISIONS: Decisions = {
    **calling.DECISIONS,
    **attendance.DECISIONS,
    **motions.DECISIONS,
    "decide_meeting": _decide_meeting,
}
CHANGES: Changes = {
    **attendance.CHANGES,
    **motions.CHANGES,
    fact.MeetingCalled: _opened,
    fact.MeetingRescheduled: _asked_anew,
    fact.MeetingScheduled: _timed,
    fact.MeetingCancelled: _ended,
    fact.MeetingDecided: _ended,
    fact.MeetingLapsed: _ended,
    fact.Closed: _ended,
    fact.InterestDeclared: _without_the_interested,
    fact.StaffAmended: _without_those_who_left,
}
EFFECTS: Effects = {
    **attendance.EFFECTS,
    fact.MeetingCalled: ask_for_time,
    fact.MeetingRescheduled: ask_for_time,
    fact.MeetingScheduled: invite,
    fact.InterestDeclared: invite,
    fact.StaffAmended: invite,
    fact.MeetingCancelled: call_off,
    fact.MeetingDecided: call_off,
    fact.MeetingLapsed: call_off,
    fact.Closed: call_off,
}
REPLIES: Replies = {**calling.REPLIES}
