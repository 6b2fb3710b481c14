"""Motions of a meeting and the votes on them: one for each seat, and one by each person."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Event
from workflows.contract.meeting import MOTIONS_MAX, Motion, Seat, Vote
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Choice
from workflows.core.case import Case, Meeting, meeting_in, procedure_in
from workflows.core.relations import persons
from workflows.core.room import Changes, Conditions, Decisions
from workflows.core.seats import filled, with_deputies


def _check_may_move(case: Case, actor: Actor) -> None:
    meeting = meeting_in(case)
    _seats_of(case, meeting, actor)
    if len(meeting.motions) >= MOTIONS_MAX:
        raise AmendsError(ErrorCode.TOO_MANY, f"a meeting has at most {MOTIONS_MAX} motions; decide on those first")


def _check_may_vote(case: Case, actor: Actor) -> None:
    """On some motion, for some seat."""
    meeting = meeting_in(case)
    seats = _seats_of(case, meeting, actor)
    if not meeting.motions:
        raise AmendsError(ErrorCode.WRONG_STATUS, "nobody has moved anything yet")
    refusals = [_already(motion, seat, actor) for motion in meeting.motions for seat in seats]
    if all(refusals):
        raise refusals[-1] or AmendsError(ErrorCode.ALREADY_VOTED, "there is nothing left to vote on", "motion")


def _move(case: Case, command: ask.Move, _now: datetime) -> tuple[Event, ...]:
    meeting = meeting_in(case)
    moved = fact.MotionMoved(
        number=meeting.number, motion=len(meeting.motions) + 1, text=command.text, by=command.actor.subject
    )
    return (moved,)


def _vote(case: Case, command: ask.CastVote, _now: datetime) -> tuple[Event, ...]:
    meeting = meeting_in(case)
    motion = motion_in(meeting, command.motion)
    seats = _seats_of(case, meeting, command.actor)
    if command.on_behalf_of:
        seats = tuple(seat for seat in seats if seat.subject == command.on_behalf_of)
    if not seats:
        raise AmendsError(
            ErrorCode.NOT_PERMITTED,
            f"{command.actor.subject} has no vote for {command.on_behalf_of} in this meeting",
            "on_behalf_of",
        )
    free = [seat for seat in seats if _already(motion, seat, command.actor) is None]
    if not free:
        raise _already(motion, seats[0], command.actor) or AmendsError(ErrorCode.ALREADY_VOTED, "already voted")
    return (
        fact.VoteCast(
            number=meeting.number,
            motion=motion.number,
            seat=free[0].subject,
            by=command.actor.subject,
            choice=command.choice,
        ),
    )


def motion_in(meeting: Meeting, number: int) -> Motion:
    """The motion with this number.

    Raises:
        AmendsError: `invalid_input`.
    """
    for motion in meeting.motions:
        if motion.number == number:
            return motion
    known = ", ".join(str(motion.number) for motion in meeting.motions) or "none"
    raise AmendsError(ErrorCode.INVALID_INPUT, f"there is no motion {number}; moved: {known}", "motion")


def counted(motion: Motion) -> dict[Choice, int]:
    """How many seats voted which way."""
    votes = Counter(vote.choice for vote in motion.votes.values())
    return {choice: votes[choice] for choice in Choice}


def voting_seats(meeting: Meeting) -> int:
    """How many seats can vote: all, or once it is recorded who came, those that are taken."""
    return len(meeting.seats) if meeting.present is None else len(filled(meeting.seats, meeting.present))


def has_enough_votes(case: Case, meeting: Meeting, motion: Motion) -> bool:
    """As many of those who can vote have, as departments must be there."""
    quorum = procedure_in(case).policy.meeting.quorum_percent
    return bool(motion.votes) and len(motion.votes) * 100 >= voting_seats(meeting) * quorum


def is_carried(case: Case, meeting: Meeting, motion: Motion) -> bool:
    """More are for it than against it, and enough have voted."""
    votes = counted(motion)
    return votes[Choice.FOR] > votes[Choice.AGAINST] and has_enough_votes(case, meeting, motion)


def check_carried(case: Case, meeting: Meeting, number: int) -> None:
    """Refuse to take for the meeting's decision what it has not voted for.

    Raises:
        AmendsError: `invalid_input` or `no_quorum`.
    """
    motion = motion_in(meeting, number)
    if is_carried(case, meeting, motion):
        return
    votes = counted(motion)
    said = f"{votes[Choice.FOR]} for and {votes[Choice.AGAINST]} against, of {voting_seats(meeting)} who can vote"
    if not has_enough_votes(case, meeting, motion):
        raise AmendsError(ErrorCode.NO_QUORUM, f"too few have voted on motion {number}: {said}", "motion")
    raise AmendsError(ErrorCode.INVALID_INPUT, f"motion {number} is not carried: {said}", "motion")


def results(case: Case, meeting: Meeting) -> tuple[Event, ...]:
    """What became of the motions on which anybody voted."""
    return tuple(
        (fact.MotionCarried if is_carried(case, meeting, motion) else fact.MotionLost)(
            number=meeting.number, motion=motion.number, votes=counted(motion), seats=voting_seats(meeting)
        )
        for motion in meeting.motions
        if motion.votes
    )


def _seats_of(case: Case, meeting: Meeting, actor: Actor) -> tuple[Seat, ...]:
    """For which seats somebody can speak: their own, or if they have none those of people they stand in for.

    Raises:
        AmendsError: `not_permitted`.
    """
    if meeting.fallback:
        raise AmendsError(ErrorCode.NOT_PERMITTED, f"the meeting is over, and {meeting.fallback} decides", "actor")
    stands_in_for = {person.subject for person in persons(case, actor)} - {actor.subject}
    own = tuple(seat for seat in meeting.seats if seat.subject == actor.subject)
    seats = own or tuple(
        seat for seat in meeting.seats if seat.deputy == actor.subject or seat.subject in stands_in_for
    )
    if not seats:
        raise AmendsError(ErrorCode.NOT_PERMITTED, f"{actor.subject} is not invited to the meeting", "actor")
    if meeting.present is not None:
        taken = filled(meeting.seats, meeting.present)
        seats = tuple(seat for seat in seats if taken.get(seat.subject) == actor.subject)
    if not seats:
        raise AmendsError(ErrorCode.NOT_PERMITTED, f"the minutes say that {actor.subject} was not there", "actor")
    return seats


def _already(motion: Motion, seat: Seat, actor: Actor) -> AmendsError | None:
    """Why there is no vote left."""
    if vote := motion.votes.get(seat.subject):
        by = f" by {vote.by}" if vote.by else ""
        return AmendsError(
            ErrorCode.ALREADY_VOTED, f"the seat of {seat.subject} has voted on motion {motion.number}{by}", "motion"
        )
    if any(vote.by == actor.subject for vote in motion.votes.values()):
        return AmendsError(
            ErrorCode.ALREADY_VOTED, f"{actor.subject} has voted on motion {motion.number} for another seat", "motion"
        )
    return None


def _moved(case: Case, event: fact.MotionMoved) -> dict[str, Any]:
    motion = Motion(number=event.motion, text=event.text, by=event.by)
    return _with(case, motions=(*case.meeting.motions, motion)) if case.meeting else {}


def _voted(case: Case, event: fact.VoteCast) -> dict[str, Any]:
    """Who voted for somebody is known to be their deputy from then on."""
    if case.meeting is None:
        return {}
    vote = Vote(choice=event.choice, by=event.by if event.by != event.seat else None)
    voted = motion_in(case.meeting, event.motion)
    voted = voted.model_copy(update={"votes": voted.votes | {event.seat: vote}})
    motions = tuple(voted if motion.number == voted.number else motion for motion in case.meeting.motions)
    deputies = {event.seat: event.by} if vote.by else {}
    return _with(case, motions=motions, seats=with_deputies(case.meeting.seats, deputies))


def _with(case: Case, **changes: Any) -> dict[str, Any]:
    return {"meeting": case.meeting and case.meeting.model_copy(update=changes)}


CONDITIONS: Conditions = {"move": _check_may_move, "vote": _check_may_vote}
DECISIONS: Decisions = {"move": _move, "vote": _vote}
CHANGES: Changes = {fact.MotionMoved: _moved, fact.VoteCast: _voted}
