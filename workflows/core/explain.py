"""Explains a described case: takes the same clocks as the workflow through its events, and says what they then tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

from workflows.contract.calendar import Calendar, UtcOffset
from workflows.contract.errors import AmendsError
from workflows.contract.explain_case import RESUMED, WAITING, WAIVED, CaseCalendar, CaseClock, CaseEvent, ExplainCase
from workflows.contract.explanation import ClockAnswer, Explanation, LedgerLine, ThresholdAnswer
from workflows.contract.views import ClockState, SegmentKind, SegmentView
from workflows.core.ledger import ZERO, Clock, started
from workflows.core.reckoning import WHOLE_PERCENT, Reckoning
from workflows.core.timetable import Timetable

UNASSIGNED = "unassigned"
"""The key of time that was used while nobody was known to hold the case."""

_CLOCK = "clock"


class Moment(NamedTuple):
    """An event, and how the case stands after it: who holds it, and whether and why it waits."""

    event: CaseEvent
    department: str
    waits: bool
    reason: str


def calendar_of(case: ExplainCase, offsets: tuple[UtcOffset, ...]) -> Calendar:
    """The case's calendar, with what its time zone means spelt out."""
    stated = case.calendar or CaseCalendar()
    return Calendar(
        timezone=case.timezone,
        offsets=offsets,
        hours=stated.hours,
        holidays=stated.holidays,
        workdays=stated.workdays,
        confirmed_until=stated.confirmed_until,
    )


def explain(case: ExplainCase, timetable: Timetable, now: datetime) -> Explanation:
    """What each clock of the case says at `now`.

    Raises:
        AmendsError: `invalid_input`, when the calendar never has the time that a clock asks for.
    """
    telling = _Telling(timetable, now, _Words())
    moments = telling.moments(case.events)
    answers: list[ClockAnswer] = []
    for number, rule in enumerate(case.clocks):
        with _naming_the_clock(number):
            answers.append(telling.answer(rule, moments))
    return Explanation(clocks=tuple(answers))


def outlooks(case: ExplainCase, timetable: Timetable, now: datetime) -> Mapping[str, tuple[LedgerLine, ...]]:
    """Why each clock is due when it is: how the time after `now` or its stop until then will, or would, be booked."""
    telling = _Telling(timetable, now, _Words())
    moments = telling.moments(case.events)
    return {rule.name: telling.outlook(rule, moments) for rule in case.clocks}


class _Words:
    """A ledger keeps machine names, a case may use any words; these are the names for them, and the way back."""

    def __init__(self) -> None:
        self._said: list[str | None] = []

    def code(self, word: str | None) -> str:
        if word not in self._said:
            self._said.append(word)
        return f"word_{self._said.index(word)}"

    def word(self, code: str | None) -> str | None:
        return None if code is None else self._said[int(code.removeprefix("word_"))]

    def ledger(self, lines: Iterable[SegmentView], now: datetime) -> tuple[LedgerLine, ...]:
        return tuple(
            LedgerLine(
                start=line.start,
                end=line.end or now,
                kind=line.kind,
                reason=self.word(line.reason),
                department=self.word(line.department),
            )
            for line in lines
        )


class _Telling(NamedTuple):
    """What is the same for all clocks of a case."""

    timetable: Timetable
    now: datetime
    words: _Words

    def moments(self, events: Iterable[CaseEvent]) -> list[Moment]:
        """In the order of time; what happened at the same instant stays in the order of the case."""
        found: list[Moment] = []
        department, waits, reason = self.words.code(None), False, self.words.code(None)
        for event in sorted((event for event in events if event.at <= self.now), key=lambda event: event.at):
            department = self.words.code(event.department) if event.department else department
            if event.type == WAITING and not waits:
                waits, reason = True, self.words.code(event.reason)
            elif event.type == RESUMED:
                waits = False
            found.append(Moment(event, department, waits, reason))
        return found

    def answer(self, rule: CaseClock, moments: Iterable[Moment]) -> ClockAnswer:
        clock, measure, now = _course(rule, moments), self._measure(rule), self.now
        if isinstance(clock, ClockState):
            return _not_started(rule, clock)
        due_at, reached = measure.due_at(clock, now), measure.instant_of(clock, WHOLE_PERCENT)
        breached_at = reached if reached and reached <= (clock.stopped_at or now) else None
        return ClockAnswer(
            name=rule.name,
            state=_state(clock, breached_at),
            started_at=clock.started_at,
            due_at=due_at,
            stopped_at=clock.stopped_at,
            breached_at=breached_at,
            used=measure.used(clock, now),
            paused=clock.booked(SegmentKind.PAUSED, now),
            remaining=measure.remaining(clock, now),
            percent=measure.percent(clock, now),
            thresholds=tuple(
                ThresholdAnswer(percent=percent, at=measure.projected(clock, percent, now)) for percent in rule.warn
            ),
            by_department=self._by_department(clock, measure),
            ledger=self.words.ledger(measure.ledger(clock, now), now),
            provisional=self._provisional(rule, due_at),
        )

    def outlook(self, rule: CaseClock, moments: Iterable[Moment]) -> tuple[LedgerLine, ...]:
        """Nothing for a clock that is overdue or has not started."""
        clock, measure = _course(rule, moments), self._measure(rule)
        if isinstance(clock, ClockState):
            return ()
        since = clock.stopped_at or self.now
        going_on = clock.revive(since, clock.segments[-1].department).resume(since)
        due_at = measure.due_at(going_on, since)
        lines = self.words.ledger(measure.ledger(going_on, due_at), due_at)
        return tuple(line.model_copy(update={"start": max(line.start, since)}) for line in lines if line.end > since)

    def _measure(self, rule: CaseClock) -> Reckoning:
        return Reckoning(rule.counts, rule.end, self.timetable)

    def _by_department(self, clock: Clock, measure: Reckoning) -> dict[str, timedelta]:
        used: dict[str, timedelta] = {}
        for code, counted in measure.by_department(clock, self.now).items():
            department = self.words.word(code) or UNASSIGNED
            used[department] = used.get(department, ZERO) + counted
        return used

    def _provisional(self, rule: CaseClock, due_at: datetime) -> bool | None:
        confirmed_until = self.timetable.calendar.confirmed_until
        if confirmed_until is None:
            return None
        return rule.counts.needs_working_time and self.timetable.local_date(due_at) > confirmed_until


def _course(rule: CaseClock, moments: Iterable[Moment]) -> Clock | ClockState:
    """The clock after these moments; while it has not started, whether it is pending or was waived before."""
    clock: Clock | None = None
    for event, department, waits, reason in moments:
        waived = event.type == WAIVED and event.clock in (None, rule.name)
        if clock is None:
            if event.type in rule.start:
                clock = started(_CLOCK, 1, rule.target, event.at, department)
            elif waived:
                return ClockState.WAIVED
            else:
                continue
        elif event.type in rule.stop:
            return clock.stop(event.at)
        elif waived:
            return clock.waive(event.at)
        clock = clock.hand_over(event.at, department)
        clock = clock.pause(event.at, reason) if waits and rule.pausable else clock.resume(event.at)
    return clock or ClockState.PENDING


def _state(clock: Clock, breached_at: datetime | None) -> ClockState:
    if clock.waived:
        return ClockState.WAIVED
    if not clock.is_live:
        return ClockState.MET_LATE if breached_at else ClockState.MET
    if breached_at:
        return ClockState.BREACHED
    return ClockState.PAUSED if clock.is_paused else ClockState.RUNNING


def _not_started(rule: CaseClock, state: ClockState) -> ClockAnswer:
    return ClockAnswer(
        name=rule.name,
        state=state,
        started_at=None,
        due_at=None,
        stopped_at=None,
        breached_at=None,
        used=ZERO,
        paused=ZERO,
        remaining=rule.target if isinstance(rule.target, timedelta) else None,
        percent=0,
        thresholds=tuple(ThresholdAnswer(percent=percent, at=None) for percent in rule.warn),
        by_department={},
        ledger=(),
    )


@contextmanager
def _naming_the_clock(number: int) -> Iterator[None]:
    """A clock's own fields have their place in the case."""
    try:
        yield
    except AmendsError as error:
        if error.field != "target":
            raise
        raise error.about(f"clocks.{number}.target") from error
