"""Who came to a meeting: a quorum, or a second call, or after that one person who decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.effects import Effect, Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Event
from workflows.contract.meeting import Motion
from workflows.contract.meeting_rule import FallBack
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Level
from workflows.core.case import Case, Meeting, meeting_in, procedure_in
from workflows.core.room import Changes, Conditions, Decisions, Effects
from workflows.core.seats import filled, represented, with_deputies
from workflows.core.telling import ask_for_time


def is_quorate(case: Case, meeting: Meeting, departments: Collection[str]) -> bool:
    """So many of the invited departments are represented that the meeting can decide."""
    return len(departments) * 100 >= len(meeting.departments) * procedure_in(case).policy.meeting.quorum_percent


def check_not_met(case: Case, _actor: Actor) -> None:
    """Refuse what makes no sense once it is recorded who came.

    Raises:
        AmendsError: `no_meeting` or `already_there`.
    """
    meeting = meeting_in(case)
    if meeting.fallback:
        raise AmendsError(
            ErrorCode.ALREADY_THERE, f"meeting {meeting.number} had no quorum twice, and {meeting.fallback} decides now"
        )
    if meeting.present is not None:
        raise AmendsError(ErrorCode.ALREADY_THERE, f"meeting {meeting.number} has met, and has to decide now")


def _record_minutes(case: Case, command: ask.RecordMinutes, now: datetime) -> tuple[Event, ...]:
    meeting, present = meeting_in(case), tuple(dict.fromkeys(command.present))
    deputies = _deputies(meeting, command)
    seats = with_deputies(meeting.seats, deputies)
    _check_were_invited(case, {name for seat in seats for name in (seat.subject, seat.deputy)}, present)
    taken = filled(seats, present)
    departments = represented(meeting, taken)
    recorded = fact.MinutesRecorded(
        number=meeting.number,
        call=meeting.call,
        present=present,
        deputies={subject: by for subject, by in taken.items() if by != subject},
        departments=departments,
        minutes=command.minutes,
    )
    if is_quorate(case, meeting, departments):
        return (recorded,)
    _check_has_begun(meeting, now)
    missed = fact.QuorumMissed(
        number=meeting.number,
        call=meeting.call,
        departments=departments,
        quorum_percent=procedure_in(case).policy.meeting.quorum_percent,
    )
    if meeting.call == 1:
        return (recorded, missed)
    return (recorded, missed, fact.MeetingFellBack(number=meeting.number, to=fall_back(case, meeting)))


def _check_has_begun(meeting: Meeting, now: datetime) -> None:
    """Nobody can be missed before the time that people were told; else a fall-back could be had in a minute."""
    if meeting.asked is not None or meeting.starts_at is None or now < meeting.starts_at:
        is_known = meeting.asked is None and meeting.starts_at
        begins = meeting.starts_at.isoformat() if is_known and meeting.starts_at else "a time still to be found"
        raise AmendsError(
            ErrorCode.NO_QUORUM,
            f"meeting {meeting.number} begins at {begins}; before that only a quorum can be recorded",
            "present",
        )


def _deputies(meeting: Meeting, command: ask.RecordMinutes) -> Mapping[str, str]:
    """Whom the directory now knows to stand in for somebody invited, besides those whom the case knows."""
    holders = {seat.subject for seat in meeting.seats}
    actor = command.actor
    found = {absent.subject: actor.subject for absent in actor.stands_in_for if absent.subject in holders}
    for index, party in enumerate(command.absent):
        if party.subject not in holders:
            raise AmendsError(ErrorCode.INVALID_INPUT, f"{party.subject} was not invited", f"absent.{index}.subject")
        if party.standing is None or party.standing.deputy is None:
            raise AmendsError(
                ErrorCode.INVALID_INPUT,
                f"the directory knows nobody who stands in for {party.subject} now",
                f"absent.{index}.subject",
            )
        found[str(party.subject)] = party.standing.deputy
    return found


def _check_were_invited(case: Case, invited: Collection[str | None], present: tuple[str, ...]) -> None:
    for index, subject in enumerate(present):
        if subject in case.conflicts:
            raise AmendsError(
                ErrorCode.CONFLICT_OF_INTEREST, f"{subject} has declared an interest in this case", f"present.{index}"
            )
        if subject not in invited:
            raise AmendsError(
                ErrorCode.INVALID_INPUT,
                f"{subject} was not invited, and is not known to stand in for anybody who was; invited:"
                f" {', '.join(sorted(name for name in invited if name))}",
                f"present.{index}",
            )


def fall_back(case: Case, meeting: Meeting) -> str:
    """Who decides alone."""
    rule = procedure_in(case).policy.meeting
    return meeting.chair if rule.fall_back is FallBack.CHAIR else case.person_at(Level.EXECUTIVE)


def _recorded(case: Case, event: fact.MinutesRecorded) -> dict[str, Any]:
    """Who voted before and then did not come has not voted."""
    if case.meeting is None:
        return {}
    seats = with_deputies(case.meeting.seats, event.deputies)
    taken = filled(seats, event.present)
    motions = tuple(_without_votes(motion, kept=taken) for motion in case.meeting.motions)
    return _with(case, present=event.present, minutes=event.minutes, seats=seats, motions=motions)


def _called_again(case: Case, event: fact.QuorumMissed) -> dict[str, Any]:
    """Nothing that too few had said counts. After the second call there is no third."""
    if case.meeting is None:
        return {}
    motions = tuple(_without_votes(motion, kept={}) for motion in case.meeting.motions)
    if event.call > 1:
        return _with(case, motions=motions)
    return _with(case, call=2, present=None, minutes=None, motions=motions, wished=None, asked=case.sequence + 1)


def _without_votes(motion: Motion, *, kept: Mapping[str, str]) -> Motion:
    votes = {seat: vote for seat, vote in motion.votes.items() if kept.get(seat) == (vote.by or seat)}
    return motion.model_copy(update={"votes": votes})


def _with(case: Case, **changes: Any) -> dict[str, Any]:
    return {"meeting": case.meeting and case.meeting.model_copy(update=changes)}


def _tell_who_decides(entry: Entry, event: fact.MeetingFellBack, case: Case) -> tuple[Effect, ...]:
    agenda = case.meeting.agenda if case.meeting else ""
    facts = {"number": str(event.number), "agenda": agenda}
    return (Notify(sequence=entry.sequence, notice=Notice.MEETING_FELL_BACK, to=event.to, facts=facts),)


CONDITIONS: Conditions = {"record_minutes": check_not_met}
DECISIONS: Decisions = {"record_minutes": _record_minutes}
CHANGES: Changes = {
    fact.MinutesRecorded: _recorded,
    fact.QuorumMissed: _called_again,
    fact.MeetingFellBack: lambda case, event: _with(case, fallback=event.to),
}
EFFECTS: Effects = {fact.QuorumMissed: ask_for_time, fact.MeetingFellBack: _tell_who_decides}
