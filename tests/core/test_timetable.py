from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count, islice, pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.core.calendars import (
    DAY,
    Setting,
    calendar,
    kind_of,
    minutes,
    settings_around_a_change,
    windows_of,
)
from workflows.contract.calendar import Calendar, Weekday, Window
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.views import SegmentKind
from workflows.core.timetable import Timetable, timetable

TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
ZERO = timedelta(0)
COUNTED, OUTSIDE, HOLIDAY = SegmentKind.COUNTED, SegmentKind.OUTSIDE_HOURS, SegmentKind.HOLIDAY

GREGORIAN_CYCLE = timedelta(days=146_097)
"""After 400 years dates and weekdays repeat."""

near = st.timedeltas(-4 * DAY, 4 * DAY)
amounts = st.timedeltas(TICK, 60 * DAY)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


def local(text: str, hours_east: int = 8) -> datetime:
    """Local wall time, as `2026-10-01 09:00`, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=hours_east)


@given(settings_around_a_change())
def test_every_minute_is_what_the_zone_database_and_the_windows_say(setting: Setting) -> None:
    """Through repeated and skipped hours, midnights and dates: kinds and sums agree with a plain count."""
    table = Timetable(setting.calendar)
    start, end = setting.noon - 1.5 * DAY, setting.noon + 1.5 * DAY
    stretches = table.stretches(start, end)
    found = [stretch.kind for stretch in stretches for _ in minutes(stretch.start, stretch.end)]
    expected = [kind_of(setting.calendar, at) for at in minutes(start, end)]
    assert found == expected
    assert table.worked(start, end) == timedelta(minutes=expected.count(COUNTED))


@given(settings_around_a_change(), near, st.timedeltas(ZERO, 900 * DAY))
def test_stretches_tile_and_their_counted_part_is_the_working_time(
    setting: Setting, since: timedelta, length: timedelta
) -> None:
    """Without gap or overlap, neighbours differ, also over years and from any microsecond on."""
    table = Timetable(setting.calendar)
    start, end = setting.noon + since, setting.noon + since + length
    stretches = table.stretches(start, end)
    assert all(before.end == after.start and before.kind is not after.kind for before, after in pairwise(stretches))
    assert all(stretch.start < stretch.end for stretch in stretches)
    if stretches:
        assert (stretches[0].start, stretches[-1].end) == (start, end)
    counted = (stretch.end - stretch.start for stretch in stretches if stretch.kind is COUNTED)
    assert sum(counted, ZERO) == table.worked(start, end)


@given(settings_around_a_change(), near, amounts)
def test_after_is_the_earliest_instant_by_which_the_amount_was_worked(
    setting: Setting, since: timedelta, amount: timedelta
) -> None:
    """A microsecond earlier some was missing."""
    table = Timetable(setting.calendar)
    start = setting.noon + since
    assume(setting.calendar.has_working_time)
    due = table.after(start, amount)
    assert table.worked(start, due) == amount
    assert table.worked(start, due - TICK) == amount - TICK


@given(settings_around_a_change(), st.lists(instants, min_size=3, max_size=3).map(sorted))
def test_working_time_adds_up(setting: Setting, three: list[datetime]) -> None:
    """However far apart, the whole is the sum of its parts; backwards there is none."""
    table = Timetable(setting.calendar)
    start, middle, end = three
    assert table.worked(start, middle) + table.worked(middle, end) == table.worked(start, end)
    assert table.worked(end, start) == ZERO


@given(instants, amounts, st.integers(-4, 15))
def test_weeks_without_exceptions_are_alike_for_ever(start: datetime, amount: timedelta, cycles: int) -> None:
    """The same hours come round in every 400 years."""
    table = Timetable(calendar())
    later = start + cycles * GREGORIAN_CYCLE
    assert table.after(later, amount) - later == table.after(start, amount) - start


@given(settings_around_a_change(), near, st.integers(0, 40))
def test_the_nth_business_day_is_found_by_walking_too(setting: Setting, since: timedelta, number: int) -> None:
    """Business days are the dates with a window."""
    assume(setting.calendar.has_working_time)
    table = Timetable(setting.calendar)
    day = (setting.noon + since).date()
    later = (day + timedelta(days=days) for days in count(1))
    business_days = (each for each in later if windows_of(setting.calendar, each))
    expected = next(islice(business_days, number - 1, None)) if number else day
    assert table.business_day_after(day, number) == expected
    assert table.is_business_day(expected) == bool(windows_of(setting.calendar, expected))


@given(instants)
@example(local("2026-10-01 00:00"))
def test_local_dates_and_their_midnights_agree(at: datetime) -> None:
    """In a zone without changes a date lasts from its midnight to the next."""
    table = Timetable(calendar())
    day = table.local_date(at)
    assert table.midnight(day) <= at < table.midnight(day + DAY)
    assert table.local(at) == at
    assert table.local(at).date() == day


@pytest.mark.parametrize(
    ("windows", "hours"),
    [
        (("09:00-12:00", "11:00-13:00"), 4),
        (("13:00-14:00", "09:00-13:00"), 5),
        (("09:00-18:00", "10:00-11:00", "09:00-18:00"), 9),
        (("00:00-24:00",), 24),
        (("00:00-00:00",), 24),
        (("18:00-24:00",), 6),
        (("22:00-06:00", "05:00-07:00"), 9),
        (("12:00-11:00", "10:00-13:00"), 24),
    ],
)
def test_every_second_counts_once_however_windows_lie(windows: tuple[Window, ...], hours: int) -> None:
    """Overlapping, touching, unsorted, nested, across midnight: the same every day."""
    table = Timetable(calendar(every_day=windows))
    assert table.worked(local("2026-05-05 08:00"), local("2026-05-06 08:00")) == hours * HOUR


def test_touching_windows_are_one_stretch() -> None:
    """What is not a change is not shown as one."""
    table = Timetable(calendar(every_day=("09:00-12:00", "12:00-18:00", "18:00-24:00", "00:00-09:00")))
    start, end = local("2026-05-05 08:00"), local("2030-05-05 08:00")
    assert table.stretches(start, end) == ((start, end, COUNTED),)


def test_a_night_shift_belongs_to_the_day_it_starts() -> None:
    """It goes on into a holiday, and does not begin on it."""
    table = Timetable(calendar(every_day=("22:00-06:00",), holidays={"2026-10-01": "国庆节"}))
    stretches = table.stretches(local("2026-09-30 12:00"), local("2026-10-02 23:00"))
    assert [(table.local(stretch.start).strftime("%d %H:%M"), stretch.kind) for stretch in stretches] == [
        ("30 12:00", OUTSIDE),
        ("30 22:00", COUNTED),
        ("01 06:00", HOLIDAY),
        ("02 00:00", OUTSIDE),
        ("02 22:00", COUNTED),
    ]
    assert not table.is_business_day(date(2026, 10, 1))
    assert table.close(date(2026, 9, 30)) == local("2026-10-01 06:00")


def test_a_make_up_workday_has_exactly_its_windows_and_a_half_day_ends_early() -> None:
    """Under `workdays` neither the weekday nor a holiday on the same date matters."""
    table = Timetable(
        calendar(
            holidays={"2026-10-01": "国庆节", "2026-10-10": "节日"},
            workdays={"2026-10-10": ["09:00-12:00"], "2026-10-12": []},
        )
    )
    assert table.worked(local("2026-10-10 00:00"), local("2026-10-11 00:00")) == 3 * HOUR
    assert table.stretches(local("2026-10-10 00:00"), local("2026-10-10 09:00"))[0].kind is OUTSIDE
    assert table.business_day_after(date(2026, 10, 9), 2) == date(2026, 10, 13)


def test_an_amount_is_used_up_when_the_office_closes_not_when_it_opens_again() -> None:
    """The earliest of all instants with that much working time; and nothing is reached at once."""
    table = Timetable(calendar())
    assert table.after(local("2026-05-08 17:00"), HOUR) == local("2026-05-08 18:00")
    assert table.after(local("2026-05-08 17:00"), HOUR + TICK) == local("2026-05-11 09:00") + TICK
    assert table.after(local("2026-05-09 03:00"), ZERO) == local("2026-05-09 03:00")


def test_a_leap_day_works_like_any_other() -> None:
    """29 February 2028 is a Tuesday; 2100 has none."""
    table = Timetable(calendar(year=2028))
    assert table.after(local("2028-02-28 17:00"), 8 * HOUR + HOUR / 2) == local("2028-02-29 18:00")
    assert table.business_day_after(date(2028, 2, 28), 2) == date(2028, 3, 1)
    assert table.business_day_after(date(2100, 2, 26), 1) == date(2100, 3, 1)


NEVER = calendar(hours={}, workdays={"2026-10-10": ["09:00-18:00"], "2026-10-11": []})


@pytest.mark.parametrize(
    ("free", "amount"),
    [(calendar(hours={}), TICK), (calendar(hours={Weekday.MON: ()}), TICK), (NEVER, 9 * HOUR + TICK)],
)
def test_a_calendar_without_so_much_working_time_is_refused(free: Calendar, amount: timedelta) -> None:
    """With an error that names the field, not an endless loop."""
    table = Timetable(free)
    start = local("2026-10-01 00:00")
    for question in (
        partial(table.after, start, amount),
        partial(table.business_day_after, date(2026, 10, 10), 1),
        partial(table.close, date(2026, 10, 11)),
    ):
        with pytest.raises(AmendsError, match="give its weekdays") as refused:
            question()
        assert (refused.value.code, refused.value.field) == (ErrorCode.INVALID_INPUT, "calendar.hours")


def test_the_last_of_the_working_time_is_still_reached() -> None:
    """Nine hours on one make-up workday are all there is."""
    table = Timetable(NEVER)
    assert table.after(local("2026-01-01 00:00"), 9 * HOUR) == local("2026-10-10 18:00")
    assert table.business_day_after(date(2026, 1, 1), 1) == date(2026, 10, 10)


def test_what_lies_beyond_the_last_date_is_refused() -> None:
    """A limit after the year 9999 is an error of its own, not an overflow."""
    table = Timetable(calendar())
    late = datetime(9999, 12, 30, tzinfo=UTC)
    for question in (
        partial(table.after, late, 100 * HOUR),
        partial(table.after, late, timedelta.max),
        partial(table.business_day_after, late.date(), 10),
        partial(table.business_day_after, late.date(), 10**20),
        partial(table.local_date, datetime.max.replace(tzinfo=UTC)),
        partial(table.local, datetime.max.replace(tzinfo=UTC)),
        partial(table.midnight, date.min),
    ):
        with pytest.raises(AmendsError) as refused:
            question()
        assert refused.value.code is ErrorCode.INVALID_INPUT
    assert table.worked(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)) > ZERO
    assert table.stretches(late, datetime.max.replace(tzinfo=UTC))


def test_a_version_is_indexed_once() -> None:
    """Equal calendars share a timetable, an amended one has its own."""
    assert timetable(calendar()) is timetable(calendar())
    amended = timetable(calendar(holidays={"2026-10-01": "国庆节"}))
    assert amended is not timetable(calendar())
    assert amended.worked(local("2026-10-01 00:00"), local("2026-10-02 00:00")) == ZERO
    assert timetable(calendar()).worked(local("2026-10-01 00:00"), local("2026-10-02 00:00")) == 7.5 * HOUR
