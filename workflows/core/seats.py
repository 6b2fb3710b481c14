"""Who sits in a meeting: one person to a seat and one seat to a person, and who takes it over from whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from workflows.contract.meeting import Motion, Seat
from workflows.core.case import Case, Meeting
from workflows.core.people import next_in_line


def seated(seats: Iterable[Seat]) -> tuple[Seat, ...]:
    """The seats, those of one person made one that speaks for all the departments."""
    by_subject: dict[str, Seat] = {}
    for seat in seats:
        known = by_subject.get(seat.subject, seat)
        departments = tuple(dict.fromkeys((*known.departments, *seat.departments)))
        by_subject[seat.subject] = known.model_copy(update={"departments": departments})
    return tuple(by_subject.values())


def filled(seats: Iterable[Seat], present: Collection[str]) -> dict[str, str]:
    """By whom each seat is taken when these people are there: nobody takes two, and none is taken by two."""
    seats = tuple(seats)
    taken = {seat.subject: seat.subject for seat in seats if seat.subject in present}
    for seat in seats:
        deputy = seat.deputy
        if seat.subject not in taken and deputy and deputy in present and deputy not in taken.values():
            taken[seat.subject] = deputy
    return taken


def represented(meeting: Meeting, taken: Collection[str]) -> tuple[str, ...]:
    """The invited departments for which somebody sits in one of these seats."""
    there = {department for seat in meeting.seats if seat.subject in taken for department in seat.departments}
    return tuple(department for department in meeting.departments if department in there)


def with_deputies(seats: Iterable[Seat], deputies: Mapping[str, str]) -> tuple[Seat, ...]:
    """The seats with whoever now stands in for their holders; a deputy known before stays one."""
    return tuple(seat.model_copy(update={"deputy": deputies.get(seat.subject, seat.deputy)}) for seat in seats)


def without_people(case: Case, meeting: Meeting, gone: Collection[str], *, unvoted: bool) -> Meeting:
    """The meeting when these people keep out of it, or have left: whoever answers for their departments takes their
    seats and with `unvoted` votes anew, and nobody stands in for anybody any more who is gone. `case` is the one after.
    """
    if not _concerns(meeting, gone):
        return meeting
    heirs = {seat.subject: _heir(case, seat) for seat in meeting.seats if seat.subject in gone}
    seats = seated(_reseated(meeting.seats, heirs, gone))
    owner = next_in_line(case, case.owner.department).subject if case.owner.subject in gone else case.owner.subject
    kept = {seat.subject for seat in meeting.seats} - heirs.keys()
    return meeting.model_copy(
        update={
            "seats": seats,
            "chair": owner if meeting.chair in gone else meeting.chair,
            "told": tuple(subject for subject in meeting.told if subject not in gone),
            "motions": tuple(_recounted(motion, heirs, kept, gone if unvoted else ()) for motion in meeting.motions),
        }
    )


def _concerns(meeting: Meeting, gone: Collection[str]) -> bool:
    parts = {meeting.chair, *(subject for seat in meeting.seats for subject in (seat.subject, seat.deputy))}
    return not parts.isdisjoint(gone)


def _heir(case: Case, seat: Seat) -> str:
    """Of the first of its departments that still has somebody in charge."""
    known = case.procedure.departments if case.procedure else {}
    department = next((name for name in seat.departments if name in known), case.owner.department)
    return next_in_line(case, department).subject


def _reseated(seats: Iterable[Seat], heirs: Mapping[str, str], gone: Collection[str]) -> Iterator[Seat]:
    for seat in seats:
        if seat.subject in heirs:
            yield Seat(subject=heirs[seat.subject], departments=seat.departments)
        elif seat.deputy in gone:
            yield seat.model_copy(update={"deputy": None})
        else:
            yield seat


def _recounted(motion: Motion, heirs: Mapping[str, str], kept: Collection[str], unvoted: Collection[str]) -> Motion:
    """A seat that goes to somebody who has one already is no seat any more, and its vote none; nor do votes count that
    `unvoted` cast, for themselves or for others.
    """
    votes = {
        heirs.get(subject, subject): vote
        for subject, vote in motion.votes.items()
        if vote.by not in unvoted and (subject not in heirs or (not unvoted and heirs[subject] not in kept))
    }
    return motion.model_copy(update={"votes": votes})
