"""A working calendar as an organisation writes it down: weekly hours, a country's holidays, its own exceptions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Self

import holidays
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from infra.time_zones import time_zone
from workflows.contract.base import Line, Model, Slug
from workflows.contract.calendar import Weekday, Window
from workflows.contract.errors import AmendsError


def _existing_zone(name: str) -> str:
    try:
        return time_zone(name).key
    except AmendsError as error:
        raise ValueError(error.message) from error


def _spelt_out(country: Any) -> Any:
    if country is False:
        raise ValueError('write Norway in quotes, "NO": without them YAML reads it as false')
    return country


def _known_country(country: str) -> str:
    if country not in holidays.list_supported_countries():
        raise ValueError("no holidays are known for this country; give its ISO 3166 code such as CN, or list them")
    return country


Years = Annotated[int, Field(ge=0, le=20)]


class CalendarFile(Model):
    """What the YAML file of a calendar holds. What it says itself goes before what is known about the country."""

    name: Slug
    timezone: Annotated[Line, AfterValidator(_existing_zone)]
    hours: dict[Weekday, tuple[Window, ...]]
    country: Annotated[str, BeforeValidator(_spelt_out), AfterValidator(_known_country)] | None = None
    subdivision: str | None = None
    language: str | None = Field(None, description="For the names of holidays; else the country's own.")
    workday_hours: tuple[Window, ...] | None = Field(None, description="On make-up workdays; else Monday's.")
    holidays: dict[date, Line] = Field(default_factory=dict)
    removed_holidays: frozenset[date] = frozenset()
    workdays: dict[date, tuple[Window, ...]] = Field(default_factory=dict)
    confirmed_until: date | None = None
    years_before: Years = 1
    years_after: Years = 2

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not any(self.hours.values()):
            raise ValueError("hours: no weekday has a window such as 09:00-18:00, so no working time would ever pass")
        twice = sorted((self.holidays.keys() & self.workdays.keys()) | (self.holidays.keys() & self.removed_holidays))
        if twice:
            raise ValueError(f"holidays: {twice[0]} is also under workdays or removed_holidays; keep one of them")
        return self

    @model_validator(mode="after")
    def _of_the_country(self) -> Self:
        country = self.country
        known: dict[str, Iterable[str]] = {
            "subdivision": holidays.list_supported_countries()[country] if country else (),
            "language": holidays.country_holidays(country).supported_languages if country else (),
        }
        for field, values in known.items():
            found = getattr(self, field)
            if found is not None and found not in values:
                raise ValueError(_not_among(field, found, values, country))
        return self


def _not_among(field: str, found: str, known: Iterable[str], country: str | None) -> str:
    if country is None:
        return f"{field}: {found} needs a country beside it"
    return f"{field}: {country} has no {found}; it has {', '.join(known) or 'none'}"
