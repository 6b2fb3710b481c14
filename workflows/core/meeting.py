"""The cross-department meeting of a case: called, decided or lapsed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.effects import ConveneMeeting, Effect
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Event
from workflows.contract.parties import Actor, Party
from workflows.core.case import Case, Meeting, procedure_in
from workflows.core.people import person_in
from workflows.core.room import Changes, Conditions, Decisions, Effects


def meeting_in(case: Case) -> Meeting:
    """The open meeting.

    Raises:
        AmendsError: `no_meeting`.
    """
    if case.meeting is None:
        raise AmendsError(ErrorCode.NO_MEETING, "no meeting is open; call one first")
    return case.meeting


def check_none_open(case: Case, _actor: Actor) -> None:
    """Refuse what has to wait for a meeting's decision.

    Raises:
        AmendsError: `meeting_open`.
    """
    if case.meeting:
        raise AmendsError(ErrorCode.MEETING_OPEN, f"meeting {case.meeting.number} has to decide first")


def _check_one_open(case: Case, _actor: Actor) -> None:
    meeting_in(case)


def _call_meeting(case: Case, command: ask.CallMeeting, _now: datetime) -> tuple[Event, ...]:
    procedure = procedure_in(case)
    departments = tuple(dict.fromkeys((case.owner.department, *command.departments)))
    own = person_in(procedure, Party(department=case.owner.department), "departments").subject
    heads = (
        person_in(procedure, Party(department=department), f"departments.{index}").subject
        for index, department in enumerate(command.departments)
    )
    return (
        fact.MeetingCalled(
            number=case.meetings + 1,
            chair=case.owner.subject,
            departments=departments,
            invited=tuple(dict.fromkeys((case.owner.subject, own, *heads))),
            agenda=command.agenda,
            starts_at=command.starts_at,
        ),
    )


def _decide_meeting(case: Case, command: ask.DecideMeeting, _now: datetime) -> tuple[Event, ...]:
    meeting = meeting_in(case)
    present = tuple(dict.fromkeys(command.present))
    for index, department in enumerate(present):
        if department not in meeting.departments:
            raise AmendsError(
                ErrorCode.INVALID_INPUT,
                f"{department} was not invited; invited: {', '.join(meeting.departments)}",
                f"present.{index}",
            )
    quorum = procedure_in(case).policy.meeting.quorum_percent
    if len(present) * 100 < len(meeting.departments) * quorum:
        raise AmendsError(
            ErrorCode.NO_QUORUM,
            f"{len(present)} of {len(meeting.departments)} invited departments are present; {quorum} % must be",
            "present",
        )
    return (
        fact.MeetingDecided(number=meeting.number, present=present, minutes=command.minutes, decision=command.decision),
    )


def _called(_case: Case, event: fact.MeetingCalled) -> dict[str, Any]:
    return {"meeting": Meeting(number=event.number, departments=event.departments), "meetings": event.number}


def _invite(entry: Entry, event: fact.MeetingCalled, _case: Case) -> tuple[Effect, ...]:
    return (
        ConveneMeeting(
            sequence=entry.sequence,
            number=event.number,
            chair=event.chair,
            invited=event.invited,
            agenda=event.agenda,
            starts_at=event.starts_at,
        ),
    )


CONDITIONS: Conditions = {"call_meeting": check_none_open, "decide_meeting": _check_one_open}
DECISIONS: Decisions = {"call_meeting": _call_meeting, "decide_meeting": _decide_meeting}
CHANGES: Changes = {
    fact.MeetingCalled: _called,
    fact.MeetingDecided: lambda *_: {"meeting": None},
    fact.MeetingLapsed: lambda *_: {"meeting": None},
}
EFFECTS: Effects = {fact.MeetingCalled: _invite}
