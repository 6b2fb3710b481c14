from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.core.calendars import DAY, REMARKABLE, calendar, minutes
from workflows.contract.calendar import Calendar, UtcOffset, Window
from workflows.core.local_time import instant
from workflows.core.timetable import Timetable
from workflows.core.working_time import BLOCK

HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("zone", "day", "window", "worked"),
    [
        ("Europe/London", date(2026, 3, 29), "01:00-02:00", 0),
        ("Europe/London", date(2026, 3, 29), "00:30-02:30", 60),
        ("Europe/London", date(2026, 10, 25), "01:00-02:00", 120),
        ("Europe/London", date(2026, 10, 25), "01:15-01:45", 60),
        ("Europe/London", date(2026, 10, 25), "00:00-24:00", 25 * 60),
        ("Australia/Lord_Howe", date(2026, 10, 4), "02:00-02:30", 0),
        ("Australia/Lord_Howe", date(2026, 10, 4), "00:00-24:00", 23 * 60 + 30),
        ("Australia/Lord_Howe", date(2026, 4, 5), "01:30-02:00", 60),
        ("Australia/Lord_Howe", date(2026, 4, 5), "00:00-24:00", 24 * 60 + 30),
        ("America/Havana", date(2026, 3, 8), "00:00-02:00", 60),
        ("America/Havana", date(2026, 11, 1), "00:00-02:00", 180),
    ],
)
def test_a_window_counts_as_often_as_clocks_show_it(zone: str, day: date, window: Window, worked: int) -> None:
    """In the skipped hour nothing, in the repeated hour twice."""
    only_this_day = calendar(zone, day.year, hours={}, workdays={day: [window]})
    table = Timetable(only_this_day)
    noon = datetime.combine(day, time(12), ZoneInfo(zone))
    assert table.worked(noon - 2 * DAY, noon + 2 * DAY) == timedelta(minutes=worked)


@pytest.mark.parametrize(("zone", "day"), REMARKABLE)
def test_midnight_is_the_first_minute_that_shows_the_date(zone: str, day: date) -> None:
    """Also where 00:00 is skipped, shown twice, or the whole date left out."""
    table = Timetable(calendar(zone, day.year))
    for each in (day - DAY, day, day + DAY):
        around = datetime.combine(each, time(12), ZoneInfo("UTC"))
        shown = ((at, at.astimezone(ZoneInfo(zone)).date()) for at in minutes(around - 2 * DAY, around + 2 * DAY))
        assert table.midnight(each) == next(at for at, date_shown in shown if date_shown >= each)


@pytest.mark.parametrize(("zone", "day"), REMARKABLE)
def test_local_time_is_what_the_zone_database_shows(zone: str, day: date) -> None:
    """The offsets are data, and no second of the change is off."""
    table = Timetable(calendar(zone, day.year))
    noon = datetime.combine(day, time(12), ZoneInfo("UTC"))
    for minute in minutes(noon - DAY, noon + DAY):
        for moment in (minute - timedelta(microseconds=1), minute):
            expected = moment.astimezone(ZoneInfo(zone))
            assert table.local(moment).replace(tzinfo=None) == expected.replace(tzinfo=None)
            assert table.local_date(moment) == expected.date()


@pytest.mark.parametrize(
    ("zone", "day", "window", "close"),
    [
        ("Europe/London", date(2026, 10, 25), "00:00-01:30", "2026-10-25T01:30+00:00"),  # the second 01:30
        ("Europe/London", date(2026, 10, 25), "09:00-17:00", "2026-10-25T17:00+00:00"),
        ("Europe/London", date(2026, 3, 29), "00:00-01:30", "2026-03-29T01:00+00:00"),  # there is no 01:30
        ("Europe/London", date(2026, 3, 28), "22:00-01:30", "2026-03-29T01:00+00:00"),
        ("Asia/Beirut", date(2026, 3, 28), "09:00-24:00", "2026-03-28T22:00+00:00"),
        ("Asia/Beirut", date(2026, 10, 24), "09:00-24:00", "2026-10-24T22:00+00:00"),  # after the second 23:59
    ],
)
def test_the_close_is_the_end_of_the_last_working_second(zone: str, day: date, window: Window, close: str) -> None:
    """No working time of that day is left after it."""
    table = Timetable(calendar(zone, day.year, hours={}, workdays={day: ["00:00-00:01", window]}))
    assert table.close(day) == at(close)
    assert table.worked(at(close), at(close) + DAY) == timedelta(0)
    assert table.worked(at(close) - timedelta(minutes=1), at(close)) == timedelta(minutes=1)


def test_a_limit_runs_through_the_repeated_hour() -> None:
    """Open round the clock, 24 hours are 24 hours."""
    table = Timetable(calendar("Europe/London", every_day=("00:00-24:00",)))
    start = at("2026-10-24T12:00+01:00")
    assert table.after(start, 24 * HOUR) == start + 24 * HOUR


def test_offsets_may_change_by_most_of_a_day_and_at_odd_seconds() -> None:
    """As they did in the nineteenth century: a date shown twice counts twice."""
    noon = at("2026-05-05T11:59:59.5+00:00")
    offsets = (UtcOffset(seconds=43_200), UtcOffset(since=noon, seconds=-43_199))
    table = Timetable(
        Calendar(timezone="Etc/Odd", offsets=offsets, workdays={date(2026, 5, 5): ("00:00-24:00",)}, name="odd")
    )
    assert table.local_date(noon - HOUR) == date(2026, 5, 5)
    assert table.local_date(noon) == date(2026, 5, 5)
    assert table.worked(noon - 2 * DAY, noon + 2 * DAY) == timedelta(days=2, seconds=-1)
    assert table.midnight(date(2026, 5, 5)) == at("2026-05-04T12:00+00:00")


@pytest.mark.parametrize("offset_seconds", [-86_340, 0, 86_340])
@pytest.mark.parametrize("days", range(-3, 4))
def test_a_special_date_is_not_lost_where_the_index_is_divided(offset_seconds: int, days: int) -> None:
    """It is seen from every block that it reaches into, however far local time is from UTC."""
    edge = instant(740 * BLOCK)
    day = edge.date() + days * DAY
    table = Timetable(
        Calendar(
            timezone="Etc/Far",
            offsets=(UtcOffset(seconds=offset_seconds),),
            workdays={day: ("23:00-22:00",)},
        )
    )
    years_before = edge - 2_000 * DAY  # an ordinary block is indexed first, as all the others of its kind
    assert table.worked(years_before, edge + 9 * DAY) == 23 * HOUR
    assert table.after(years_before, 23 * HOUR) == table.close(day)
