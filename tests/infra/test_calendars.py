from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar  # type: ignore[import-untyped]  # it ships no type information
import holidays
import pytest
import yaml

from infra.calendar_file import CalendarFile
from infra.calendars import SHIPPED, calendar_of, load_calendar, shipped_calendars
from infra.documents import read_document
from infra.time_zones import utc_offsets
from workflows.contract.calendar import Calendar, UtcOffset, Weekday
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.core.timetable import Timetable

TODAY = date(2026, 6, 1)
DAY = timedelta(days=1)
CHINA = SHIPPED / "china.yaml"


def written(folder: Path, **changed: Any) -> str:
    """The path of a copy of the Chinese calendar in which some keys are other ones; None leaves a key out."""
    document = yaml.safe_load(CHINA.read_text(encoding="utf-8")) | changed
    path = folder / "mine.yaml"
    kept = {key: value for key, value in document.items() if value is not None}
    path.write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")
    return str(path)


def refusal(name_or_path: str) -> str:
    with pytest.raises(AmendsError) as refused:
        load_calendar(name_or_path, today=TODAY)
    assert refused.value.code is ErrorCode.INVALID_INPUT
    return str(refused.value)


def hours_on(calendar: Calendar, day: date) -> float:
    table = Timetable(calendar)
    return table.worked(table.midnight(day), table.midnight(day + DAY)) / timedelta(hours=1)


def test_every_day_of_2026_in_china_is_what_the_state_council_announced() -> None:
    """All 365 agree with another library's record of the announcement."""
    table = Timetable(load_calendar("china", today=TODAY))
    days = [date(2026, 1, 1) + number * DAY for number in range(365)]
    assert [day for day in days if table.is_business_day(day) is not chinese_calendar.is_workday(day)] == []


@pytest.mark.parametrize("name", shipped_calendars())
def test_every_shipped_calendar_has_working_time_and_bears_its_name(name: str) -> None:
    calendar = load_calendar(name, today=TODAY)
    assert calendar.name == name
    assert calendar.has_working_time
    assert bool(calendar.holidays) is (name != "office_hours"), "plain office hours are there to be copied"


def test_the_chinese_calendar_is_confirmed_as_far_as_make_up_workdays_are_known() -> None:
    """The next announcement will make this fail: then the shipped date has to move too."""
    known = holidays.country_holidays("CN", years=range(2026, 2100)).weekend_workdays
    calendar = load_calendar("china", today=TODAY)
    assert calendar.confirmed_until == date(max(day.year for day in known), 12, 31)


def test_chinese_holidays_have_chinese_names_whatever_the_locale() -> None:
    """And the calendar its version: here, in a process of another language."""
    calendar = load_calendar("china", today=TODAY)
    assert calendar.holidays[date(2026, 2, 17)] == "春节"
    script = "from datetime import date; from infra.calendars import load_calendar as load;"
    script += f"print(load('china', today=date.fromisoformat('{TODAY}')).version)"
    spoken = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script],
        env={**os.environ, "LANG": "en_US.UTF-8", "LANGUAGE": "en", "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert spoken.stdout.strip() == calendar.version


def test_make_up_workdays_have_the_hours_the_file_names_for_them(tmp_path: Path) -> None:
    """Without any, Monday's; empty, none."""
    make_up = date(2026, 10, 10)
    named = load_calendar(written(tmp_path, workday_hours=["10:00-14:00"]), today=TODAY)
    assert hours_on(named, make_up) == 4
    assert hours_on(load_calendar(written(tmp_path, workday_hours=None), today=TODAY), make_up) == 7.5
    assert hours_on(load_calendar(written(tmp_path, workday_hours=[]), today=TODAY), make_up) == 0


def test_what_the_organisation_says_goes_before_what_the_country_says(tmp_path: Path) -> None:
    """Its own holidays, half days and holidays worked; also a make-up workday that it has off."""
    path = written(
        tmp_path,
        holidays={date(2026, 5, 8): "公司周年庆", date(2026, 10, 10): "团队日"},
        removed_holidays=[date(2026, 1, 2)],
        workdays={date(2026, 2, 16): ["09:00-12:00"]},
    )
    calendar = load_calendar(path, today=TODAY)
    days = {date(2026, 5, 8): 0, date(2026, 10, 10): 0, date(2026, 1, 2): 7.5, date(2026, 2, 16): 3}
    assert {day: hours_on(calendar, day) for day in days} == days
    assert calendar.holidays[date(2026, 10, 10)] == "团队日"


def test_only_the_years_around_today_become_data(tmp_path: Path) -> None:
    """Other years of the file are left out, and what lies after is never called confirmed."""
    path = written(
        tmp_path,
        years_before=0,
        years_after=1,
        holidays={date(2027, 5, 7): "二〇二七", date(2030, 5, 7): "二〇三〇"},
        removed_holidays=[date(2020, 1, 1)],
        confirmed_until=date(2040, 1, 1),
    )
    calendar = load_calendar(path, today=TODAY)
    assert {day.year for day in (*calendar.holidays, *calendar.workdays)} == {2026, 2027}
    assert calendar.confirmed_until == date(2027, 12, 31)
    shipped = load_calendar("china", today=TODAY)
    assert {day.year for day in shipped.holidays} == {2025, 2026, 2027, 2028}
    assert len(shipped.model_dump_json()) < 3_000


def test_the_version_follows_the_content_alone(tmp_path: Path) -> None:
    """The same on every reading and on every day of a year; another with one holiday more."""
    calendar = load_calendar("china", today=TODAY)
    assert load_calendar("china", today=date(2026, 12, 31)).version == calendar.version
    assert load_calendar(written(tmp_path), today=TODAY).version == calendar.version
    assert Calendar.model_validate_json(calendar.model_dump_json()).version == calendar.version
    amended = load_calendar(written(tmp_path, holidays={date(2026, 5, 8): "公司周年庆"}), today=TODAY)
    assert amended.version != calendar.version


def test_a_calendar_needs_no_country(tmp_path: Path) -> None:
    """Then it has the holidays that the file names."""
    path = written(tmp_path, country=None, workday_hours=None, holidays={date(2026, 5, 8): "公司周年庆"})
    calendar = load_calendar(path, today=TODAY)
    assert calendar.holidays == {date(2026, 5, 8): "公司周年庆"}
    assert calendar.workdays == {}


def test_names_may_be_in_another_of_the_countrys_languages(tmp_path: Path) -> None:
    calendar = load_calendar(written(tmp_path, language="en_US"), today=TODAY)
    assert calendar.holidays[date(2026, 1, 1)] == "New Year's Day"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"timezone": "Asia/Peking"}, "timezone: there is no time zone Asia/Peking; give an IANA name"),
        ({"timezone": "Asia"}, "timezone: there is no time zone Asia;"),
        ({"timezone": "../Asia/Shanghai"}, "timezone: there is no time zone"),
        ({"country": "XX"}, "country: no holidays are known for this country"),
        ({"country": False}, 'country: write Norway in quotes, "NO"'),
        ({"country": "GB", "subdivision": "WAL"}, "subdivision: GB has no WAL; it has ENG, NIR, SCT, WLS"),
        ({"country": None, "subdivision": "ENG"}, "subdivision: ENG needs a country beside it"),
        ({"language": "fr"}, "language: CN has no fr; it has en_US"),
        ({"hours": None}, "hours: Field required"),
        ({"hours": {"mon": []}}, "hours: no weekday has a window"),
        ({"hours": {"mon": ["9-18"]}}, "hours.mon.0: a window is local wall-clock time such as 09:00-18:00"),
        ({"hours": {"monday": ["09:00-18:00"]}}, "hours.monday"),
        ({"workdays": {date(2026, 2, 15): ["24:00-25:00"]}}, "workdays.2026-02-15.0: a window is"),
        ({"removed_holidays": [date(2026, 1, 5)]}, "removed_holidays: 2026-01-05 is no holiday of CN"),
        (
            {"holidays": {date(2026, 5, 8): "节日"}, "workdays": {date(2026, 5, 8): ["09:00-12:00"]}},
            "holidays: 2026-05-08 is also under workdays",
        ),
        (
            {"hours": {"tue": ["09:00-18:00"]}, "workday_hours": None},
            "workday_hours: CN has make-up workdays, and Monday has no hours",
        ),
        ({"years_after": 1000}, "years_after: Input should be less than or equal to"),
        ({"confirmed": True}, "confirmed: Extra inputs are not permitted"),
    ],
)
def test_a_faulty_file_is_refused_with_its_path_the_field_and_what_to_do(
    tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    path = written(tmp_path, **changed)
    message = refusal(path)
    assert message.startswith(path)
    assert said in message


def test_an_unknown_calendar_is_refused_with_those_there_are() -> None:
    """By name with a suggestion; a path must exist too."""
    shipped = ", ".join(shipped_calendars())
    assert f"there is no calendar chnia; did you mean china? shipped are {shipped}" in refusal("chnia")
    assert "there is no calendar ./mine.yaml" in refusal("./mine.yaml")


def test_years_are_chosen_by_the_caller() -> None:
    """As for a calendar of one year only."""
    calendar = calendar_of(read_document(CHINA, CalendarFile), range(2025, 2026))
    assert {day.year for day in calendar.holidays} == {2025}
    assert calendar.confirmed_until == date(2025, 12, 31)


def test_the_years_follow_the_clock_when_no_day_is_given() -> None:
    this_year = datetime.now(UTC).year
    assert max(load_calendar("china").holidays).year >= this_year + 2


def test_half_hour_changes_are_found_to_the_second() -> None:
    """Lord Howe Island moves its clocks by thirty minutes, at 15:00 and 15:30 UTC."""
    assert utc_offsets("Australia/Lord_Howe", 2026, 2026) == (
        UtcOffset(seconds=39_600),
        UtcOffset(since=datetime(2026, 4, 4, 15, tzinfo=UTC), seconds=37_800),
        UtcOffset(since=datetime(2026, 10, 3, 15, 30, tzinfo=UTC), seconds=39_600),
    )
    assert utc_offsets("Asia/Shanghai", 1900, 1901)[1].since == datetime(1900, 12, 31, 15, 54, 17, tzinfo=UTC)
    assert utc_offsets("Asia/Shanghai", 2020, 2040) == (UtcOffset(seconds=28_800),)


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [("Africa/Casablanca", 2024, 2030), ("Africa/Cairo", 2009, 2011), ("Pacific/Apia", 2010, 2012)],
)
def test_offsets_agree_with_the_zone_database_at_every_hour(zone: str, first: int, last: int) -> None:
    """In zones that changed at Ramadan, several times a year, or by a whole day."""
    offsets = utc_offsets(zone, first, last)
    at, reached = datetime(first, 1, 1, tzinfo=UTC), 0
    while at.year <= last:
        while reached + 1 < len(offsets) and (offsets[reached + 1].since or at) <= at:
            reached += 1
        assert timedelta(seconds=offsets[reached].seconds) == at.astimezone(ZoneInfo(zone)).utcoffset()
        at += timedelta(hours=1)
    assert len(offsets) > 3


def test_years_out_of_order_are_refused() -> None:
    for first, last in ((2027, 2026), (1, 2026), (2026, 9999)):
        with pytest.raises(AmendsError, match="years must rise"):
            utc_offsets("Europe/London", first, last)


def test_an_english_summer_day_begins_an_hour_earlier_in_utc() -> None:
    calendar = load_calendar("england", today=TODAY)
    table = Timetable(calendar)
    assert table.close(date(2026, 7, 1)) == datetime(2026, 7, 1, 16, 30, tzinfo=UTC)
    assert table.close(date(2026, 12, 1)) == datetime(2026, 12, 1, 17, 30, tzinfo=UTC)
    assert not table.is_business_day(date(2026, 12, 28))
    assert calendar.hours[Weekday.FRI] == ("09:00-17:30",)
