"""What must hold of the clocks of any complaint at any time, by a naive measure of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from tests.core.naive import NONE, Measure, office
from workflows.contract.clock_rule import ClockRule, OnExpiry, Rung
from workflows.contract.events import (
    CalendarAmended,
    Classified,
    ClockBreached,
    ClockExpired,
    ComplainantReminded,
    Entry,
    PolicyAdopted,
    RungReached,
    StaffAmended,
)
from workflows.contract.limits import Counts
from workflows.contract.views import ClockView, SegmentKind
from workflows.contract.vocabulary import Status, WaitingFor
from workflows.core.case import Case
from workflows.core.ledger import Clock
from workflows.core.step import Step
from workflows.core.view import clock_view

Key = tuple[str, int]
THRESHOLDS = (RungReached, ComplainantReminded, ClockBreached, ClockExpired)


def key_of(clock: Clock | RungReached | ComplainantReminded | ClockBreached | ClockExpired) -> Key:
    """Name and round: which clock it is, or which one an event is about."""
    return (clock.name if isinstance(clock, Clock) else clock.clock), clock.round


def by_key(case: Case) -> dict[Key, Clock]:
    """The clocks of a case."""
    return {key_of(clock): clock for clock in case.clocks}


def rule_of(case: Case, clock: Clock) -> ClockRule:
    """The rule for a clock of the case, even one that the present policy has dropped."""
    assert case.procedure
    return next(rule for rule in (*case.procedure.policy.clocks, *case.procedure.retired) if rule.name == clock.name)


def measure_of(case: Case, clock: Clock) -> Measure:
    """How that clock counts."""
    assert case.procedure
    return Measure(rule_of(case, clock), office(case.procedure.calendar))


def is_obligation(rule: ClockRule) -> bool:
    """A clock that binds us; the others end a wait or a right."""
    return rule.on_expiry is OnExpiry.BREACH


def every_second_is_accounted_for(case: Case, now: datetime) -> None:
    """Each moment from start to stop is booked once, as what the calendar says it is, and all sums say so."""
    assert case.procedure
    for clock in case.clocks:
        _tiles(clock)
        shown, measure = clock_view(case.procedure, clock, now), measure_of(case, clock)
        ends = clock.stopped_at or now
        if clock.started_at < ends:
            assert (shown.ledger[0].start, shown.ledger[-1].end) == (clock.started_at, ends)
        for before, after in pairwise(shown.ledger):
            assert before.end == after.start
            assert (before.kind, before.reason, before.department) != (after.kind, after.reason, after.department)
        _is_booked_rightly(measure, shown)
        _sums_agree(shown, ends - clock.started_at)
        _says_when_it_is_due(measure, clock, shown, now)


def _tiles(clock: Clock) -> None:
    assert all(before.end == after.start for before, after in pairwise(clock.segments)), clock
    assert all(part.end and part.start <= part.end for part in clock.segments[:-1]), clock
    assert clock.segments[-1].end == clock.stopped_at, clock


def _is_booked_rightly(measure: Measure, shown: ClockView) -> None:
    for line in shown.ledger:
        assert line.end
        counts = measure.passed(line.start, line.end)
        if line.kind is SegmentKind.PAUSED:
            assert line.reason
        else:
            assert counts == (line.end - line.start if line.kind is SegmentKind.COUNTED else NONE), line


def _sums_agree(shown: ClockView, whole: timedelta) -> None:
    booked = dict.fromkeys(SegmentKind, NONE)
    for line in shown.ledger:
        assert line.end
        booked[line.kind] += line.end - line.start
    assert sum(booked.values(), NONE) == max(whole, NONE)
    assert shown.used == booked[SegmentKind.COUNTED], shown
    assert shown.paused == booked[SegmentKind.PAUSED]
    assert sum(shown.by_department.values(), NONE) == shown.used


def _says_when_it_is_due(measure: Measure, clock: Clock, shown: ClockView, now: datetime) -> None:
    """What a naive walk through the calendar finds."""
    total, used = measure.total(clock), measure.used(clock, now)
    assert shown.due_at == measure.due_at(clock, now), clock
    assert shown.used == used, clock
    assert shown.remaining == (NONE if clock.breached_at else max(total - used, NONE)), clock


def live_clocks_follow_the_case(case: Case) -> None:
    """A live clock counts against the department that holds the case and is paused when the case waits and the policy
    lets it pause; it has the target of the severity, or of its last extension.
    """
    for clock in case.clocks:
        if clock.is_live and case.classification:
            rule = rule_of(case, clock)
            totals = (rule.target, *(extension.to for extension in rule.extensions))
            assert clock.segments[-1].department == case.owner.department, clock
            assert clock.target == totals[min(clock.extended, len(totals) - 1)][case.classification.severity], clock
            assert clock.is_paused == (case.status is Status.WAITING and rule.pausable), clock
            if rule.per_department:
                held_by = {part.department for part in clock.segments if part.end != part.start}
                assert held_by == {case.owner.department} or clock.started_at == clock.segments[-1].start, clock


def one_live_clock_of_a_name(case: Case) -> None:
    """Rounds are numbered from 1 and only the last of them can be live."""
    for name in {clock.name for clock in case.clocks}:
        rounds = [clock for clock in case.clocks if clock.name == name]
        assert [clock.round for clock in rounds] == list(range(1, len(rounds) + 1))
        assert not any(clock.is_live for clock in rounds[:-1])
        assert not any(clock.is_live and clock.expired for clock in rounds)


def is_late(case: Case, clock: Clock) -> bool:
    """Stopped after its limit."""
    measure = measure_of(case, clock)
    assert clock.stopped_at
    return measure.used(clock, clock.stopped_at) > measure.total(clock)


def no_breach_is_lost(case: Case) -> None:
    """An obligation that was stopped late is breached, one that was stopped in time is not; for a case whose rules have
    not changed.
    """
    for clock in case.clocks:
        if clock.stopped_at and not clock.waived and is_obligation(rule_of(case, clock)):
            assert clock.breached_at or not is_late(case, clock), clock


def nothing_overdue_is_unnoticed(case: Case, now: datetime) -> None:
    """After catching up, what has run out is breached or over; a clock may rest with nothing left."""
    for clock in case.clocks:
        if clock.is_live and not clock.breached_at:
            measure = measure_of(case, clock)
            used, total = measure.used(clock, now), measure.total(clock)
            assert used <= total if clock.is_paused else used < total, clock


def nobody_was_forgotten(case: Case, entries: Iterable[Entry], silenced: set[tuple[Key, str]], now: datetime) -> None:
    """After catching up, every rung below the time used has been reached, and repeated as often as it should be."""
    told: Counter[Key] = Counter()
    repeated: dict[tuple[Key, str], int] = {}
    for event in (entry.event for entry in entries if isinstance(entry.event, THRESHOLDS)):
        percent = event.percent if isinstance(event, RungReached | ComplainantReminded) else 100
        if not isinstance(event, RungReached) or "after" not in event.rung:
            told[key_of(event)] = max(told[key_of(event)], percent)
        if isinstance(event, RungReached):
            repeated[key_of(event), event.rung] = event.repetition
    for clock in (clock for clock in case.clocks if clock.is_live):
        measure = measure_of(case, clock)
        used, total = measure.used(clock, now), measure.total(clock)
        for rung in measure.rule.ladder:
            beyond = used - total * (rung.percent or 100) / 100 - (rung.after or NONE)
            if beyond <= NONE:
                continue
            if rung.percent:
                assert told[key_of(clock)] >= rung.percent, (clock, rung)
            is_of_the_clock = measure.rule.counts.is_in_hours and rung.counts in (None, measure.rule.counts)
            has_come = told[key_of(clock)] >= 100 or rung.percent
            if is_of_the_clock and has_come and (key_of(clock), rung.key) not in silenced:
                assert repeated.get((key_of(clock), rung.key), -1) >= _repetitions(rung, beyond), (clock, rung)


def _repetitions(rung: Rung, beyond: timedelta) -> int:
    """How often a rung must have been repeated by now; at the very instant it need not yet, and one at a percentage
    that others were told of before need not have been reached at all.
    """
    if rung.every is None:
        return 0 if rung.percent is None else -1
    repetitions = min(rung.at_most, -(-beyond // rung.every) - 1)
    return repetitions or (0 if rung.percent is None else -1)


def thresholds_are_dated_when_due(before: Case, entry: Entry, after: Case) -> None:
    """A threshold is dated at the instant at which the ledger had counted so much, however late it was noticed."""
    event = entry.event
    if not isinstance(event, THRESHOLDS):
        return
    clock, then = by_key(before)[key_of(event)], by_key(after)[key_of(event)]
    measure = measure_of(before, clock)
    assert event.due_at <= entry.at
    assert clock.stopped_at is None or (is_obligation(measure.rule) and event.due_at < clock.stopped_at), event
    assert event.due_at == _due(measure, clock, event), (event, clock)
    assert then.breached_at == (event.due_at if isinstance(event, ClockBreached) else clock.breached_at)
    if isinstance(event, ComplainantReminded):
        assert before.wait
        assert before.wait.waiting_for is WaitingFor.COMPLAINANT
        assert event.percent in measure.rule.remind_complainant


def _due(
    measure: Measure, clock: Clock, event: RungReached | ComplainantReminded | ClockBreached | ClockExpired
) -> datetime | None:
    percent = event.percent if isinstance(event, RungReached | ComplainantReminded) else 100
    share = measure.total(clock) * percent / 100
    if not isinstance(event, RungReached):
        return measure.reached(clock, share)
    rung = next(rung for rung in measure.rule.ladder if rung.key == event.rung)
    assert event.repetition <= (rung.at_most if rung.every else 0), event
    delay = (rung.after or NONE) + event.repetition * (rung.every or NONE)
    if not delay or (measure.rule.counts.is_in_hours and rung.counts in (None, measure.rule.counts)):
        return measure.reached(clock, share + delay)
    since = measure.reached(clock, share)
    assert since
    working = rung.counts is Counts.BUSINESS_HOUR and measure.office
    return measure.office.after(since, delay) if working and measure.office else since + delay


def every_rung_once(entries: Iterable[Entry]) -> None:
    """Per clock and round, each rung is reached once and then repeated in order; each end comes once."""
    reached: dict[tuple[Key, str], int] = {}
    ended: set[Key] = set()
    reminded: set[tuple[Key, int]] = set()
    for event in (entry.event for entry in entries):
        if isinstance(event, RungReached):
            # Of a rung that a new policy has at a percentage already told of, only the repetitions come.
            before = reached.get((key_of(event), event.rung), -1 if "after" in event.rung else event.repetition - 1)
            assert event.repetition == before + 1, event
            reached[key_of(event), event.rung] = event.repetition
        elif isinstance(event, ComplainantReminded):
            assert (key_of(event), event.percent) not in reminded, event
            reminded.add((key_of(event), event.percent))
        elif isinstance(event, ClockBreached | ClockExpired):
            assert key_of(event) not in ended, event
            ended.add(key_of(event))


def the_oldest_goes_first(entries: Iterable[Entry]) -> None:
    """What is noticed in one go comes in the order in which it was due; and nothing takes effect before what is told
    before it.
    """
    due = [entry.event.due_at for entry in entries if isinstance(entry.event, THRESHOLDS)]
    assert due == sorted(due)
    effective = [entry.effective_at or entry.at for entry in entries]
    assert effective == sorted(effective)


def the_change_says_what_moved(before: Case, entry: Entry, after: Case) -> None:
    """Exactly the clocks whose due time differs, with both; what only one policy has is named too."""
    if isinstance(entry.event, PolicyAdopted | CalendarAmended):
        _says_what_moved(entry.event, before, after, entry.at)


def the_command_says_what_moved(before: Step, after: Step) -> None:
    """The same of what a correction or a change of staff led to, all of it together."""
    entry = after.entries[len(before.entries)]
    if isinstance(entry.event, Classified | StaffAmended):
        _says_what_moved(entry.event, before.case, after.case, entry.at)


def _says_what_moved(
    event: PolicyAdopted | CalendarAmended | Classified | StaffAmended, before: Case, after: Case, at: datetime
) -> None:
    due_before, due_after = (
        {key_of(clock): measure_of(case, clock).due_at(clock, at) for clock in case.clocks if clock.is_live}
        for case in (before, after)
    )
    keys = due_before.keys() | due_after.keys()
    expected = {key: (due_before.get(key), due_after.get(key)) for key in keys}
    said = {(moved.clock, moved.round): (moved.due_before, moved.due_after) for moved in event.moved}
    assert said == {key: dates for key, dates in expected.items() if dates[0] != dates[1]}


def ledgers_are_kept(before: Case, entry: Entry, after: Case) -> None:
    """Whatever changes, no ledger is rewritten: only the last line of a clock that ran can have ended, and the time
    between two lines is booked.
    """
    ledgers = by_key(after)
    for clock in before.clocks:
        kept = ledgers[key_of(clock)].segments
        assert kept[: len(clock.segments) - 1] == clock.segments[:-1], entry.event
        last, now = clock.segments[-1], kept[len(clock.segments) - 1]
        assert now == last or (last.end is None and now == last.model_copy(update={"end": now.end})), entry.event
