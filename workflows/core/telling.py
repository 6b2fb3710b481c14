"""What those invited to a meeting are told of it: its time, a new time, and that it does not take place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workflows.contract.effects import CancelMeeting, Effect, FindTime, InviteToMeeting, InvitingStatus, MeetingStatus
from workflows.contract.events import Entry, MeetingCancelled
from workflows.core.case import Case, Meeting, procedure_in


def ask_for_time(entry: Entry, _event: Any, case: Case) -> tuple[Effect, ...]:
    """When all of them can be there, if this event asks for a time."""
    meeting = case.meeting
    if meeting is None or meeting.asked != entry.sequence:
        return ()
    return (
        FindTime(
            sequence=entry.sequence,
            number=meeting.number,
            call=meeting.call,
            invited=tuple(seat.subject for seat in meeting.seats),
            duration=meeting.duration,
            earliest=meeting.wished or earliest(case, meeting, entry.at),
        ),
    )


def earliest(case: Case, meeting: Meeting, now: datetime) -> datetime:
    """When a meeting can begin whose time is looked for now."""
    rule = procedure_in(case).policy.meeting
    return now + (rule.notice if meeting.call == 1 else rule.second_call_after)


def invite(entry: Entry, event: Any, case: Case) -> tuple[Effect, ...]:
    """The time as it now is, to everybody concerned, if this event tells it. Who was told before is told again: what
    stands in a calendar would be wrong there.
    """
    meeting = case.meeting
    if meeting is None or meeting.starts_at is None or meeting.told_at != entry.sequence:
        return ()
    status: InvitingStatus = MeetingStatus.CALLED if meeting.call == 1 else MeetingStatus.CALLED_AGAIN
    return (
        InviteToMeeting(
            sequence=entry.sequence,
            status=getattr(event, "status", status),
            **_as_told(meeting, meeting.starts_at),
        ),
    )


def call_off(entry: Entry, event: Any, case: Case) -> tuple[Effect, ...]:
    """A meeting that this event ended is taken out of the calendars, if its time was told and is still to come, or
    somebody cancelled it.
    """
    meeting = case.last_meeting
    if meeting is None or meeting.ended_at != entry.sequence or meeting.starts_at is None:
        return ()
    if not isinstance(event, MeetingCancelled) and meeting.starts_at <= entry.at:
        return ()
    reason = getattr(event, "reason", None) or meeting.decision
    return (CancelMeeting(sequence=entry.sequence, reason=reason, **_as_told(meeting, meeting.starts_at)),)


def everybody(meeting: Meeting) -> tuple[str, ...]:
    """Who has or had a part in it, each once."""
    parts = (subject for seat in meeting.seats for subject in (seat.subject, seat.deputy) if subject)
    return tuple(dict.fromkeys((*parts, *meeting.told)))


def _as_told(meeting: Meeting, starts_at: datetime) -> dict[str, Any]:
    return {
        "number": meeting.number,
        "call": meeting.call,
        "revision": meeting.revision or 0,
        "chair": meeting.chair,
        "invited": everybody(meeting),
        "agenda": meeting.agenda,
        "starts_at": starts_at,
        "ends_at": starts_at + meeting.duration,
    }
