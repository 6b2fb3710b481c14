"""Working calendars as data, made from files: those shipped with Amends by name, an operator's own by path."""

from __future__ import annotations

from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import holidays

from infra.calendar_file import CalendarFile
from infra.documents import read_document
from infra.time_zones import utc_offsets
from workflows.contract.calendar import Calendar, Weekday, Window
from workflows.contract.errors import AmendsError, ErrorCode

SHIPPED = Path(__file__).parent / "shipped" / "calendars"


def shipped_calendars() -> tuple[str, ...]:
    """The names of the calendars that come with Amends."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.yaml")))


def load_calendar(name_or_path: str, *, today: date | None = None) -> Calendar:
    """A shipped calendar by its name, or the one in a YAML file: whatever ends in .yaml or .yml, or holds a slash.

    Only the years around `today` (UTC's, if not given) become data, as many as the file says: a calendar enters the
    history of every complaint that is opened under it.

    Raises:
        AmendsError: `invalid_input` for a name that is not shipped, a file that is not there, or a document that is
            not a calendar.
    """
    path = _path_of(name_or_path)
    if not path.is_file():
        raise AmendsError(ErrorCode.INVALID_INPUT, _unknown(name_or_path), "calendar")
    written = read_document(path, CalendarFile, _with_dates_as_text)
    year = (today or datetime.now(UTC).date()).year
    try:
        return calendar_of(written, range(year - written.years_before, year + written.years_after + 1))
    except AmendsError as error:
        raise error.about(f"{path}: {error.field}" if error.field else str(path)) from error


def calendar_of(written: CalendarFile, years: range) -> Calendar:
    """The calendar as data, for these years. Exceptions that the file names for other years are left out, and what
    lies after these years is not confirmed, whatever the file says.

    Raises:
        AmendsError: `invalid_input` for a removed holiday that is none, or make-up workdays without hours.
    """
    public, make_up = _public_holidays(written, years)
    unknown = sorted(day for day in _within(years, dict.fromkeys(written.removed_holidays)) if day not in public)
    if unknown:
        raise AmendsError(
            ErrorCode.INVALID_INPUT,
            f"{unknown[0]} is no holiday of {written.country or 'any country: none is given'}; leave it out",
            "removed_holidays",
        )
    days_off = {day: name for day, name in public.items() if day not in written.removed_holidays}
    extra = {day: _make_up_hours(written) for day in make_up if day not in written.holidays}
    end_of_data = date(years[-1], 12, 31)
    return Calendar(
        name=written.name,
        timezone=written.timezone,
        offsets=utc_offsets(written.timezone, years[0], years[-1]),
        hours={weekday: windows for weekday, windows in written.hours.items() if windows},
        holidays=_within(years, days_off | written.holidays),
        workdays=_within(years, extra | written.workdays),
        confirmed_until=min(written.confirmed_until or end_of_data, end_of_data),
    )


def _public_holidays(written: CalendarFile, years: range) -> tuple[dict[date, str], list[date]]:
    """The country's holidays with their names, and the weekend days worked in exchange for some of them."""
    if written.country is None:
        return {}, []
    # Without a language the names would follow the locale of the process, and with them the calendar's version.
    own = holidays.country_holidays(written.country).default_language
    known = holidays.country_holidays(
        written.country, subdiv=written.subdivision, years=years, language=written.language or own
    )
    return _within(years, dict(known)), sorted(_within(years, dict.fromkeys(known.weekend_workdays)))


def _make_up_hours(written: CalendarFile) -> tuple[Window, ...]:
    windows = written.hours.get(Weekday.MON, ()) if written.workday_hours is None else written.workday_hours
    if not windows and written.workday_hours is None:
        raise AmendsError(
            ErrorCode.INVALID_INPUT,
            f"{written.country} has make-up workdays, and Monday has no hours to take over; name their windows",
            "workday_hours",
        )
    return windows


def _within(years: range, days: dict[date, Any]) -> dict[date, Any]:
    return {day: what for day, what in sorted(days.items()) if day.year in years}


def _with_dates_as_text(document: dict[str, Any]) -> dict[str, Any]:
    """YAML makes dates of the keys under `holidays` and `workdays`; as text they are shown as they were written."""
    return {
        key: {str(day): what for day, what in value.items()} if isinstance(value, dict) else value
        for key, value in document.items()
    }


def _path_of(name_or_path: str) -> Path:
    is_path = name_or_path.endswith((".yaml", ".yml")) or "/" in name_or_path or "\\" in name_or_path
    return Path(name_or_path).expanduser() if is_path else SHIPPED / f"{name_or_path}.yaml"


def _unknown(name_or_path: str) -> str:
    shipped = shipped_calendars()
    close = get_close_matches(name_or_path, shipped, n=1)
    suggestion = f"did you mean {close[0]}? " if close else ""
    return (
        f"there is no calendar {name_or_path}; {suggestion}shipped are {', '.join(shipped)}, or give the path of a file"
    )
