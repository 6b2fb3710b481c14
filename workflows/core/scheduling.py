"""The time of a meeting: when every seat can be taken, by its holder or while they are absent by their deputy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from workflows.contract.base import LINE_MAX_CHARACTERS
from workflows.contract.meeting import Seat
from workflows.contract.replies import MEETING_HORIZON, Availability, Diary
from workflows.contract.views import SegmentKind
from workflows.core.case import Case, Meeting
from workflows.core.common_time import Span, common_time
from workflows.core.timetable import Timetable, timetable


class Scheduled(NamedTuple):
    """When a meeting begins and why then; `deputies` by whom they stand in for."""

    starts_at: datetime
    because: str
    deputies: Mapping[str, str]


def scheduled(case: Case, meeting: Meeting, reply: Availability, earliest: datetime) -> Scheduled:
    """The time asked for, or the first from `earliest` on at which all seats are taken; if there is none, the first in
    the chair's own hours, or if there is none either, at once.
    """
    diaries = _Diaries(case, meeting, reply)
    if meeting.wished:
        starts_at, because = meeting.wished, "called for this time"
        missing = [seat.subject for seat in meeting.seats if diaries.is_taken(seat, starts_at, meeting.duration)]
        because += f", outside the working hours of {', '.join(missing)}" if missing else ""
    else:
        starts_at, because = _found(diaries, meeting, earliest)
    deputies = diaries.deputies(starts_at, starts_at + meeting.duration)
    because += "".join(f"; {deputy} stands in for {subject}" for subject, deputy in deputies.items())
    if reply.unknown_calendars:
        because += f"; unknown calendars: {', '.join(reply.unknown_calendars)}"
    return Scheduled(starts_at, _in_a_line(because), deputies)


def _found(diaries: _Diaries, meeting: Meeting, earliest: datetime) -> tuple[datetime, str]:
    if at := diaries.free(meeting.seats, earliest, meeting.duration):
        return at, f"the first time in the working hours of {diaries.in_words()}"
    chair = [seat for seat in meeting.seats if seat.subject == meeting.chair]
    never = f"in {MEETING_HORIZON.days} days they are never free together"
    if at := diaries.free(chair, earliest, meeting.duration):
        return at, f"{never}; the first time in the hours of the chair {meeting.chair}"
    return common_time((), (), earliest, meeting.duration) or earliest, f"{never}, nor is the chair"


class _Diaries:
    """The diaries of a reply, as this case reads them."""

    def __init__(self, case: Case, meeting: Meeting, reply: Availability) -> None:
        self._meeting = meeting
        self._own = case.procedure.calendar if case.procedure else None
        self._calendars = reply.calendars
        self._barred = frozenset(case.conflicts)
        self._of = {diary.subject: diary for diary in reply.people}
        self._seated = {seat.subject for seat in meeting.seats}

    def free(self, seats: tuple[Seat, ...] | list[Seat], earliest: datetime, duration: timedelta) -> datetime | None:
        """The first time at which none of these seats is taken up otherwise."""
        latest = earliest + MEETING_HORIZON
        busy = {span for seat in seats for span in self._closed(seat.subject, earliest, latest)}
        return common_time((), busy, earliest, duration)

    def is_taken(self, seat: Seat, starts_at: datetime, duration: timedelta) -> bool:
        """Nobody can sit there for all of that time."""
        return any(True for _ in self._closed(seat.subject, starts_at, starts_at + duration))

    def deputies(self, starts_at: datetime, ends_at: datetime) -> dict[str, str]:
        """Who sits for whom; nobody for two."""
        found: dict[str, str] = {}
        for seat in self._meeting.seats:
            deputy = self._sitting(seat.subject, starts_at, ends_at, {*self._seated, *found.values()} - {seat.subject})
            if deputy not in (None, seat.subject):
                found[seat.subject] = str(deputy)
        return found

    def in_words(self) -> str:
        """Who follows which calendar: `he.jun, zhou.qi (china), nora.lind (england)`."""
        known = [self._of[seat.subject] for seat in self._meeting.seats if seat.subject in self._of]
        groups = groupby(sorted(known, key=self._calendar_name), key=self._calendar_name)
        return ", ".join(
            f"{', '.join(map(attrgetter('subject'), people))} ({name or 'at any hour'})" for name, people in groups
        )

    def _calendar_name(self, diary: Diary) -> str:
        return diary.calendar or (self._own.name if self._own else "")

    def _table(self, diary: Diary) -> Timetable | None:
        """The case's own calendar is the one it was given, whatever has become of that name since."""
        is_own = diary.calendar is None or (self._own and diary.calendar == self._own.name)
        calendar = self._own if is_own else self._calendars.get(diary.calendar or "")
        return timetable(calendar) if calendar and calendar.has_working_time else None

    def _closed(
        self, subject: str, since: datetime, until: datetime, asked: frozenset[str] = frozenset()
    ) -> Iterator[Span]:
        """When nobody can sit for this person; nothing if they are not on the staff any more. While they are absent,
        the hours of their deputy count instead of theirs.
        """
        diary = self._of.get(subject)
        if diary is None:
            return
        table, free_from = self._table(diary), since
        for absence in sorted(diary.busy, key=attrgetter("since")):
            away, back = max(absence.since, free_from), min(absence.until, until)
            if away >= back:
                continue
            yield from _outside(table, free_from, away)
            yield from self._represented(diary.deputy, away, back, asked | {subject})
            free_from = back
        yield from _outside(table, free_from, until)

    def _represented(self, deputy: str | None, away: datetime, back: datetime, asked: frozenset[str]) -> Iterator[Span]:
        """A deputy who is invited anyway has a seat of their own: the other stays empty, and nobody waits for it."""
        if deputy in self._seated and deputy not in asked:
            return
        if deputy is None or deputy in asked or deputy in self._barred or deputy not in self._of:
            yield away, back
        else:
            yield from self._closed(deputy, away, back, asked)

    def _sitting(self, subject: str | None, starts_at: datetime, ends_at: datetime, busy: set[str]) -> str | None:
        """The first in the line of deputies who is there all the time."""
        asked: set[str] = set()
        while subject is not None and subject not in asked and subject not in busy and subject not in self._barred:
            diary = self._of.get(subject)
            if diary is None:
                return None
            if not any(absence.since < ends_at and absence.until > starts_at for absence in diary.busy):
                return subject
            asked.add(subject)
            subject = diary.deputy
        return None


def _outside(table: Timetable | None, since: datetime, until: datetime) -> Iterator[Span]:
    for stretch in table.stretches(since, until) if table else ():
        if stretch.kind is not SegmentKind.COUNTED:
            yield stretch.start, stretch.end


def _in_a_line(text: str) -> str:
    return text if len(text) <= LINE_MAX_CHARACTERS else text[: LINE_MAX_CHARACTERS - 1] + "…"
