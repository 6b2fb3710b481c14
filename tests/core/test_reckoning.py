"""What booked phases amount to under each measure, and what holds of them whatever happens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.time_zones import utc_offsets
from workflows.contract.calendar import Calendar, Weekday
from workflows.contract.errors import AmendsError
from workflows.contract.limits import Counts, Days, LimitEnd, Months, Target, Weeks
from workflows.contract.views import SegmentKind
from workflows.core.ledger import ZERO, Clock, started
from workflows.core.reckoning import Reckoning
from workflows.core.timetable import Timetable

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
START = datetime(2026, 10, 23, 12, tzinfo=UTC)
"""A Friday at 14:00 in Berlin, two days before the clocks go back."""

OFFICE = dict.fromkeys(list(Weekday)[:5], ("09:00-12:30", "13:30-18:00"))
BERLIN = Calendar.model_validate(
    {
        "timezone": "Europe/Berlin",
        "offsets": utc_offsets("Europe/Berlin", 2025, 2029),
        "hours": OFFICE,
        "holidays": {"2026-12-25": "Christmas Day", "2026-12-26": "St Stephen's Day", "2026-10-26": "company outing"},
        "workdays": {"2026-10-31": ["10:00-14:00"]},
    }
)
PLAIN = Reckoning(Counts.CONTINUOUS)
WORKING = Reckoning(Counts.BUSINESS_HOUR, timetable=Timetable(BERLIN))
IN_HOURS = [pytest.param(PLAIN, id="continuous"), pytest.param(WORKING, id="business_hour")]


class Act(NamedTuple):
    """Something done to a clock, so long after what was done before."""

    later: timedelta
    does: str


gaps = st.one_of(st.just(ZERO), st.integers(0, 300_000).map(lambda seconds: timedelta(seconds=seconds)))
acts = st.lists(st.builds(Act, gaps, st.sampled_from(["pause", "resume", "hand_over", "hand_back"])), max_size=8)
targets = st.integers(0, 80 * 3600).map(lambda seconds: timedelta(seconds=seconds))
measures = st.sampled_from([PLAIN, WORKING])


def done(clock: Clock, act: str, at: datetime) -> Clock:
    """The clock after an act."""
    match act:
        case "pause":
            return clock.pause(at, "complainant")
        case "resume":
            return clock.resume(at)
        case "stop":
            return clock.stop(at)
        case _:
            return clock.hand_over(at, "technical" if act == "hand_over" else "service")


def lived(target: Target, through: Sequence[Act]) -> tuple[Clock, datetime]:
    """A clock that started at START, and the moment of the last act."""
    clock, at = started("limit", 1, target, START, "service"), START
    for act in through:
        at += act.later
        clock = done(clock, act.does, at)
    return clock, at


@given(measures, targets, acts, gaps, st.booleans())
def test_every_second_is_booked_once_and_the_sums_agree(
    measure: Reckoning, target: timedelta, through: list[Act], later: timedelta, stops: bool
) -> None:
    clock, at = lived(target, [*through, *([Act(later, "stop")] if stops else [])])
    now = at + later
    lines = measure.ledger(clock, now)
    end = clock.stopped_at or now
    edges = [START, *(line.end for line in lines)]
    assert [line.start for line in lines] == edges[:-1]
    assert edges[-1] == end
    assert all(line.end and line.end > line.start for line in lines)
    assert all(
        (one.kind, one.reason, one.department) != (other.kind, other.reason, other.department)
        for one, other in pairwise(lines)
    )
    sums = {
        kind: sum(((line.end or now) - line.start for line in lines if line.kind is kind), ZERO) for kind in SegmentKind
    }
    assert sum(sums.values(), ZERO) == end - START
    assert measure.used(clock, now) == sums[SegmentKind.COUNTED]
    assert sum(measure.by_department(clock, now).values(), ZERO) == sums[SegmentKind.COUNTED]
    assert clock.booked(SegmentKind.PAUSED, now) == sums[SegmentKind.PAUSED]
    assert measure.remaining(clock, now) == max(target - sums[SegmentKind.COUNTED], ZERO)


@given(measures, targets, acts)
def test_the_whole_target_is_used_when_it_is_due_and_not_a_second_before(
    measure: Reckoning, target: timedelta, through: list[Act]
) -> None:
    clock, now = lived(target, through)
    due_at = measure.due_at(clock, now)
    going_on = clock.resume(now)
    if due_at >= now:
        assert measure.used(going_on, due_at) == target
    if due_at > now:
        assert measure.used(going_on, due_at - SECOND) < target or not target


@given(measures, targets, gaps, gaps)
def test_a_pause_moves_the_due_time_by_exactly_the_counted_time_it_removed(
    measure: Reckoning, target: timedelta, before: timedelta, length: timedelta
) -> None:
    clock, _ = lived(target, [])
    due_before = measure.due_at(clock, START)
    pause, resume = START + before, START + before + length
    rested = clock.pause(pause, "complainant").resume(resume)
    due_after = measure.due_at(rested, resume)
    if due_before < pause:
        assert due_after == due_before
        return
    removed = measure.used(clock, resume) - measure.used(clock, pause)
    assert measure.used(clock, due_after) - measure.used(clock, due_before) == removed
    if measure is PLAIN:
        assert due_after - due_before == length


@given(measures, targets, acts, gaps, st.sampled_from(["pause", "resume", "hand_over", "stop"]))
def test_no_act_loses_a_breach(
    measure: Reckoning, target: timedelta, through: list[Act], later: timedelta, does: str
) -> None:
    """What has been due stays due, at the same instant."""
    clock, at = lived(target, through)
    reached = measure.instant_of(clock, 100)
    after = done(clock, does, at + later)
    if reached and reached < at + later:
        assert measure.instant_of(after, 100) == reached == measure.due_at(after, at + later + HOUR)


@given(measures, targets, targets, acts)
def test_another_target_changes_nothing_that_was_booked(
    measure: Reckoning, target: timedelta, other: timedelta, through: list[Act]
) -> None:
    clock, now = lived(target, through)
    changed = clock.model_copy(update={"target": other})
    assert measure.ledger(changed, now) == measure.ledger(clock, now)
    assert measure.used(changed, now) == measure.used(clock, now)
    assert measure.due_at(changed, now) == measure.due_at(lived(other, through)[0], now)


@given(measures, targets, acts, st.integers(1, 200), st.integers(1, 200))
def test_more_percent_are_never_reached_earlier(
    measure: Reckoning, target: timedelta, through: list[Act], one: int, other: int
) -> None:
    clock, now = lived(target, through)
    low, high = sorted((one, other))
    assert measure.projected(clock, low, now) <= measure.projected(clock, high, now)


def test_ten_minutes_of_waiting_at_nine_and_a_half_hours_of_ten_cost_ten_minutes() -> None:
    clock, _ = lived(10 * HOUR, [Act(9.5 * HOUR, "pause"), Act(10 * MINUTE, "resume")])
    assert PLAIN.due_at(clock, START + 10 * HOUR) == START + 10 * HOUR + 10 * MINUTE


@pytest.mark.parametrize("measure", IN_HOURS)
def test_a_pause_at_the_very_instant_of_a_limit_keeps_it(measure: Reckoning) -> None:
    """Nothing is left once time counts again; also where that is outside hours."""
    clock, _ = lived(2 * HOUR, [Act(2 * HOUR, "pause")])
    assert measure.instant_of(clock, 100) is None
    assert measure.instant_of(clock.resume(START + 9 * HOUR), 100) == START + 9 * HOUR


def test_a_pause_outside_hours_after_the_limit_does_not_undo_it() -> None:
    """It was due at the close; the pause in the evening comes too late."""
    clock, _ = lived(4 * HOUR, [Act(5 * HOUR, "pause")])
    assert WORKING.instant_of(clock, 100) == START + 4 * HOUR


def test_a_paused_clock_reaches_nothing_and_is_shown_as_if_it_went_on_now() -> None:
    clock, _ = lived(4 * HOUR, [Act(HOUR, "pause")])
    now = START + 6 * HOUR  # a Friday evening; Monday is the company's outing
    assert WORKING.instant_of(clock, 100) is None
    assert WORKING.due_at(clock, now) == datetime(2026, 10, 27, 11, tzinfo=UTC)
    assert PLAIN.due_at(clock, now) == now + 3 * HOUR


@pytest.mark.parametrize("measure", IN_HOURS)
def test_after_a_stop_the_due_time_stays_what_it_was(measure: Reckoning) -> None:
    clock, at = lived(4 * HOUR, [Act(HOUR, "pause"), Act(HOUR, "stop")])
    due_at = measure.due_at(clock, at)
    assert due_at == measure.due_at(clock, at + 1000 * HOUR)
    assert measure.used(clock, at + 1000 * HOUR) == HOUR
    assert measure.instant_of(clock, 100) is None


def test_a_delay_counts_like_the_clock_itself() -> None:
    """So a rung two hours after the limit waits for the office to open."""
    clock, _ = lived(4 * HOUR, [])
    assert PLAIN.instant_of(clock, 100, 2 * HOUR) == START + 6 * HOUR
    assert WORKING.instant_of(clock, 100, 2 * HOUR) == datetime(2026, 10, 27, 10, tzinfo=UTC)


def test_a_recorded_breach_keeps_its_date() -> None:
    clock = lived(4 * HOUR, [])[0].model_copy(update={"breached_at": START + HOUR})
    assert PLAIN.due_at(clock, START) == START + HOUR
    assert PLAIN.remaining(clock, START) == ZERO


@pytest.mark.parametrize(
    ("started_at", "counts", "target", "end", "due_at"),
    [
        ("2026-10-23T14:00+02:00", Counts.CALENDAR_DAY, Days(days=1), LimitEnd.MIDNIGHT, "2026-10-25T00:00+02:00"),
        ("2026-10-23T14:00+02:00", Counts.CALENDAR_DAY, Days(days=2), LimitEnd.MIDNIGHT, "2026-10-26T00:00+01:00"),
        ("2026-10-23T23:59+02:00", Counts.CALENDAR_DAY, Days(days=0), LimitEnd.MIDNIGHT, "2026-10-24T00:00+02:00"),
        ("2026-10-23T14:00+02:00", Counts.BUSINESS_DAY, Days(days=1), LimitEnd.MIDNIGHT, "2026-10-28T00:00+01:00"),
        ("2026-10-23T14:00+02:00", Counts.BUSINESS_DAY, Days(days=1), LimitEnd.CLOSE, "2026-10-27T18:00+01:00"),
        ("2026-10-23T14:00+02:00", Counts.BUSINESS_DAY, Days(days=5), LimitEnd.CLOSE, "2026-10-31T14:00+01:00"),
        ("2026-10-24T14:00+02:00", Counts.BUSINESS_DAY, Days(days=0), LimitEnd.CLOSE, "2026-10-27T18:00+01:00"),
        ("2026-10-23T19:00+02:00", Counts.BUSINESS_DAY, Days(days=0), LimitEnd.CLOSE, "2026-10-23T19:00+02:00"),
        ("2026-10-23T14:00+02:00", Counts.CALENDAR_WEEK, Weeks(weeks=8), LimitEnd.MIDNIGHT, "2026-12-19T00:00+01:00"),
        ("2026-10-31T14:00+01:00", Counts.CALENDAR_DAY, Months(months=4), LimitEnd.MIDNIGHT, "2027-03-01T00:00+01:00"),
        ("2026-10-31T14:00+01:00", Counts.CALENDAR_DAY, Months(months=16), LimitEnd.MIDNIGHT, "2028-03-01T00:00+01:00"),
        ("2028-02-28T14:00+01:00", Counts.CALENDAR_DAY, Days(days=1), LimitEnd.MIDNIGHT, "2028-03-01T00:00+01:00"),
    ],
)
def test_a_limit_in_days_excludes_the_day_of_the_start_and_ends_with_its_last_day(
    started_at: str, counts: Counts, target: Target, end: LimitEnd, due_at: str
) -> None:
    at, due = datetime.fromisoformat(started_at), datetime.fromisoformat(due_at)
    measure = Reckoning(counts, end, WORKING.timetable)
    assert measure.due_at(started("limit", 1, target, at, "service"), at) == due


def test_a_limit_in_days_counts_all_time_and_splits_it_by_department() -> None:
    """Used is what has passed; its share is of all the time there is."""
    measure = Reckoning(Counts.CALENDAR_DAY, timetable=WORKING.timetable)
    clock, _ = lived(Days(days=1), [Act(HOUR, "hand_over")])
    now = START + 3 * HOUR
    assert [(line.kind, line.department) for line in measure.ledger(clock, now)] == [
        (SegmentKind.COUNTED, "service"),
        (SegmentKind.COUNTED, "technical"),
    ]
    assert measure.by_department(clock, now) == {"service": HOUR, "technical": 2 * HOUR}
    assert measure.total(clock) == 34 * HOUR
    assert measure.percent(clock, now) == 8.82
    assert measure.instant_of(clock, 50) == START + 17 * HOUR
    assert measure.instant_of(clock.stop(START + 17 * HOUR), 50) is None


def test_a_target_of_nothing_is_used_up_at_once() -> None:
    assert PLAIN.percent(lived(ZERO, [])[0], START) == 100


@pytest.mark.parametrize(
    ("measure", "target", "at", "field"),
    [
        (Reckoning(Counts.BUSINESS_HOUR), HOUR, START, "calendar"),
        (Reckoning(Counts.CALENDAR_DAY), Days(days=1), START, "calendar"),
        (PLAIN, timedelta(days=36_500), START.replace(year=9990), "target"),
        (
            Reckoning(Counts.CALENDAR_DAY, timetable=WORKING.timetable),
            Days(days=36_500),
            START.replace(year=9990),
            "target",
        ),
        (
            Reckoning(Counts.CALENDAR_DAY, timetable=WORKING.timetable),
            Months(months=1200),
            START.replace(year=9990),
            "target",
        ),
    ],
)
def test_what_cannot_be_reckoned_is_refused_by_name(
    measure: Reckoning, target: Target, at: datetime, field: str
) -> None:
    with pytest.raises(AmendsError) as refused:
        measure.due_at(started("limit", 1, target, at, "service"), at)
    assert refused.value.field == field


@pytest.mark.parametrize("workdays", [{}, {"2026-10-31": ["10:00-14:00"]}])
def test_a_calendar_that_never_has_the_time_is_refused(workdays: dict[str, list[str]]) -> None:
    """Instead of searching for ever."""
    idle = Calendar.model_validate({"timezone": "UTC", "offsets": [{"seconds": 0}], "workdays": workdays})
    clock, _ = lived(5 * HOUR, [])
    with pytest.raises(AmendsError) as refused:
        Reckoning(Counts.BUSINESS_HOUR, timetable=Timetable(idle)).due_at(clock, START)
    assert refused.value.field == "calendar.hours"
