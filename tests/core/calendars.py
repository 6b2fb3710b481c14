"""Calendars to try timetables with, and what they mean by the zone database, minute by minute, without any index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from infra.time_zones import utc_offsets
from workflows.contract.calendar import Calendar, Weekday, Window, window_seconds
from workflows.contract.views import SegmentKind

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
WEEKDAYS = tuple(Weekday)[:5]
OFFICE: tuple[Window, ...] = ("09:00-12:00", "13:30-18:00")

REMARKABLE = (
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour back
    ("Australia/Lord_Howe", date(2026, 10, 4)),  # half an hour forward
    ("America/Havana", date(2026, 3, 8)),  # no 00:00 on this day
    ("America/Havana", date(2026, 11, 1)),  # 00:00 twice
    ("Asia/Beirut", date(2026, 3, 29)),  # no 00:00
    ("Asia/Beirut", date(2026, 10, 25)),  # 23:00 twice on the eve
    ("America/St_Johns", date(2010, 11, 7)),  # a minute of this day, then an hour of its eve once more
    ("Pacific/Apia", date(2011, 12, 30)),  # a date that never was
    ("Asia/Kathmandu", date(2026, 12, 31)),
    ("Asia/Shanghai", date(2028, 2, 29)),
)


def calendar(
    zone: str = "Asia/Shanghai", year: int = 2026, *, every_day: tuple[Window, ...] | None = None, **fields: object
) -> Calendar:
    """Office hours from Monday to Friday, or `every_day` the same windows; `fields` replace any of the contract's."""
    hours = dict.fromkeys(Weekday, every_day) if every_day is not None else dict.fromkeys(WEEKDAYS, OFFICE)
    offsets = utc_offsets(zone, year - 1, year + 1)
    return Calendar.model_validate({"timezone": zone, "offsets": offsets, "hours": hours, **fields})


class Setting(NamedTuple):
    """A calendar and a date at which something about its zone is remarkable."""

    calendar: Calendar
    day: date

    @property
    def noon(self) -> datetime:
        """Noon UTC of the day."""
        return datetime.combine(self.day, time(12), UTC)


_clock_times = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from((0, 1, 15, 30, 59)))
_windows = st.builds("{}-{}".format, _clock_times, _clock_times | st.just("24:00"))
_windows_of_a_day = st.lists(_windows, max_size=3).map(tuple)


@st.composite
def settings_around_a_change(draw: st.DrawFn) -> Setting:
    """Any windows, holidays and make-up workdays, in a zone at the time of something remarkable."""
    zone, day = draw(st.sampled_from(REMARKABLE))
    near = st.integers(-3, 3).map(lambda days: day + timedelta(days=days))
    drawn = calendar(
        zone,
        day.year,
        hours=draw(st.dictionaries(st.sampled_from(Weekday), _windows_of_a_day)),
        holidays=draw(st.dictionaries(near, st.just("节日"), max_size=3)),
        workdays=draw(st.dictionaries(near, _windows_of_a_day, max_size=2)),
    )
    return Setting(drawn, day)


def kind_of(calendar: Calendar, at: datetime) -> SegmentKind:
    """What the instant is, straight from the definition."""
    local = at.astimezone(ZoneInfo(calendar.timezone)).replace(tzinfo=None)
    if _lies_within(calendar, local, local.date()) or _lies_within(calendar, local, local.date() - DAY):
        return SegmentKind.COUNTED
    free = local.date() in calendar.holidays and local.date() not in calendar.workdays
    return SegmentKind.HOLIDAY if free else SegmentKind.OUTSIDE_HOURS


def windows_of(calendar: Calendar, day: date) -> tuple[Window, ...]:
    """The windows of a date, straight from the definition."""
    if day in calendar.workdays:
        return calendar.workdays[day]
    return () if day in calendar.holidays else calendar.hours.get(Weekday.of(day), ())


def minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    """Every minute of [start, end)."""
    while start < end:
        yield start
        start += MINUTE


def _lies_within(calendar: Calendar, local: datetime, day: date) -> bool:
    since_midnight = (local - datetime.combine(day, time())).total_seconds()
    spans = map(window_seconds, windows_of(calendar, day))
    return any(start <= since_midnight < end for start, end in spans)
