"""A time for all: the earliest there is, across zones, summer time and make-up workdays, or none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.calendars import DAY, MINUTE, OFFICE, Setting, calendar, kind_of, minutes, settings_around_a_change
from workflows.contract.calendar import Calendar, Weekday
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.replies import MEETING_HORIZON
from workflows.contract.views import SegmentKind
from workflows.core.common_time import Span, common_time
from workflows.core.timetable import timetable

HOUR = 60 * MINUTE
QUARTER = 15 * MINUTE
FEW_DAYS = 3 * DAY
NINE_TO_FIVE = ("09:00-17:00",)


def at(text: str) -> datetime:
    """An instant with its offset, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def found(
    calendars: list[Calendar], earliest: str, duration: timedelta = HOUR, busy: tuple[Span, ...] = ()
) -> datetime | None:
    """The common time of people with these calendars."""
    return common_time([timetable(each) for each in calendars], busy, at(earliest), duration)


def minute_by_minute(
    calendars: list[Calendar], busy: list[Span], earliest: datetime, duration: timedelta
) -> datetime | None:
    """The same, by looking at each quarter of an hour and then at each minute of the meeting."""
    latest = earliest + FEW_DAYS
    suits = {
        minute
        for minute in minutes(earliest, latest)
        if all(kind_of(each, minute) is SegmentKind.COUNTED for each in calendars)
        and not any(since <= minute < until for since, until in busy)
    }
    quarters = (minute for minute in minutes(earliest, latest) if minute.minute % 15 == 0)
    for start in quarters:
        if all(minute in suits for minute in minutes(start, start + duration)):
            return start
    return None


near = st.integers(-2 * 24 * 60, 4 * 24 * 60).map(lambda minutes: minutes * MINUTE)
lengths = st.sampled_from((1, 15, 20, 60, 95, 180, 600)).map(lambda minutes: minutes * MINUTE)


@given(
    settings_around_a_change(),
    st.lists(st.sampled_from(("Asia/Kathmandu", "America/New_York", "Australia/Eucla", "Asia/Shanghai")), max_size=2),
    st.lists(st.tuples(near, lengths | st.just(DAY)), max_size=4),
    st.integers(-36 * 60, 12 * 60),
    lengths,
)
def test_it_is_what_a_look_at_every_minute_finds(
    setting: Setting,
    zones: list[str],
    absences: list[tuple[timedelta, timedelta]],
    since: int,
    duration: timedelta,
) -> None:
    """With any windows around a remarkable change of one zone, colleagues elsewhere, and absences that may overlap."""
    colleagues = [calendar(zone, setting.day.year, every_day=("07:10-12:00", "12:30-20:05")) for zone in zones]
    calendars = [setting.calendar, *colleagues]
    busy = [(setting.noon + start, setting.noon + start + length) for start, length in absences]
    earliest = setting.noon + since * MINUTE
    tables = [timetable(each) for each in calendars]
    assert common_time(tables, busy, earliest, duration, within=FEW_DAYS) == minute_by_minute(
        calendars, busy, earliest, duration
    )


def test_europe_and_china_meet_while_both_work() -> None:
    """London 09:00 is 17:00 in Shanghai in winter and 16:00 in summer, so the hour left in common doubles."""
    both = [calendar(), calendar("Europe/London", every_day=NINE_TO_FIVE)]
    assert found(both, "2026-03-27T12:00+00:00") == at("2026-03-30T09:00+01:00")
    assert found(both, "2026-03-26T12:00+00:00", 2 * HOUR) == at("2026-03-30T09:00+01:00")
    assert found(both, "2026-03-26T12:00+00:00", HOUR) == at("2026-03-27T09:00+00:00")
    assert found(both, "2026-10-23T12:00+01:00", 2 * HOUR) is None


def test_a_make_up_workday_is_a_day_to_meet_and_a_holiday_is_none() -> None:
    """A Saturday worked for the long holiday, but only by those who work it."""
    china = calendar(
        holidays={date(2026, 9, 25): "中秋节"}, workdays={date(2026, 9, 26): OFFICE, date(2026, 9, 27): OFFICE}
    )
    seven_days = calendar("Asia/Shanghai", every_day=OFFICE)
    weekdays = calendar()
    friday = "2026-09-25T08:00+08:00"
    assert found([china, seven_days], friday) == at("2026-09-26T09:00+08:00")
    assert found([china, weekdays], friday) == at("2026-09-28T09:00+08:00")


def test_a_meeting_never_spans_the_lunch_break_nor_anybodys_absence() -> None:
    """It must fit as a whole, also between two absences."""
    morning = "2026-03-02T11:10+08:00"
    assert found([calendar()], morning, 45 * MINUTE) == at("2026-03-02T11:15+08:00")
    assert found([calendar()], morning) == at("2026-03-02T13:30+08:00")
    absences = (
        (at("2026-03-02T13:00+08:00"), at("2026-03-02T14:05+08:00")),
        (at("2026-03-02T15:10+08:00"), at("2026-03-02T16:00+08:00")),
    )
    assert found([calendar()], morning, busy=absences) == at("2026-03-02T16:00+08:00")
    assert found([calendar()], morning, 50 * MINUTE, absences) == at("2026-03-02T14:15+08:00")


def test_it_may_begin_this_very_quarter_and_end_as_work_does() -> None:
    """Both ends belong to it."""
    assert found([calendar()], "2026-03-02T17:00+08:00") == at("2026-03-02T17:00+08:00")
    assert found([calendar()], "2026-03-02T17:00:00.000001+08:00") == at("2026-03-03T09:00+08:00")


def test_a_zone_off_by_three_quarters_still_meets_on_the_quarter() -> None:
    """09:10 in Kathmandu is 03:25 UTC, so they begin at 09:15."""
    kathmandu = calendar("Asia/Kathmandu", every_day=("09:10-17:00",))
    start = found([kathmandu], "2026-03-02T00:00+00:00")
    assert start == at("2026-03-02T09:15+05:45")
    assert start.tzinfo is UTC


def test_opposite_sides_of_the_world_have_no_time_in_common() -> None:
    """Then somebody else has to say when."""
    assert (
        found(
            [calendar(every_day=NINE_TO_FIVE), calendar("America/New_York", every_day=NINE_TO_FIVE)],
            "2026-03-02T00:00+00:00",
        )
        is None
    )


def test_nobody_is_waited_for_longer_than_the_horizon() -> None:
    """The meeting must be over by then; an absence that begins after it matters to nobody."""
    monday = "2026-03-02T09:00+08:00"
    back = at(monday) + MEETING_HORIZON
    long_ago = at("2020-01-01T00:00+00:00")
    assert common_time([None], [(long_ago, back - HOUR)], at(monday), HOUR) == back - HOUR
    assert common_time([None], [(long_ago, back - HOUR + MINUTE)], at(monday), HOUR) is None
    assert common_time([None], [(long_ago, back), (back + DAY, back + 2 * DAY)], at(monday), HOUR) is None
    assert common_time([None], [(long_ago, datetime.max.replace(tzinfo=UTC))], at(monday), HOUR) is None


def test_people_without_a_calendar_are_free_unless_absent() -> None:
    """At any hour; a meeting of nobody can begin at once."""
    night = "2026-03-01T02:07+08:00"
    assert common_time([None, None], [], at(night), HOUR) == at("2026-03-01T02:15+08:00")
    assert common_time([], [], at(night), HOUR) == at("2026-03-01T02:15+08:00")
    assert common_time([None, timetable(calendar())], [], at(night), HOUR) == at("2026-03-02T09:00+08:00")


def test_an_absence_without_length_divides_nothing() -> None:
    """Somebody who is away from ten to ten is there."""
    ten = at("2026-03-02T10:00+08:00")
    assert found([calendar()], "2026-03-02T09:30+08:00", busy=((ten, ten),)) == at("2026-03-02T09:30+08:00")


def test_a_calendar_that_never_works_finds_no_time() -> None:
    """And does not search for ever."""
    assert found([calendar(hours=dict.fromkeys(Weekday, ()))], "2026-03-02T09:00+08:00") is None


@pytest.mark.parametrize("earliest", ["9999-12-31T23:59:59+00:00", "9999-12-15T00:00+00:00"])
def test_the_end_of_time_is_refused(earliest: str) -> None:
    """With a sentence instead of an overflow."""
    with pytest.raises(AmendsError) as refused:
        common_time([None], [], at(earliest), HOUR)
    assert refused.value.code is ErrorCode.INVALID_INPUT
