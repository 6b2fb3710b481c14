"""A case described in JSON, whose clocks are to be explained: what happened, which limits hold, when people work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, TypeAlias

from pydantic import (
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)
from pydantic_core import from_json

from workflows.contract.base import Instant, Line, Model, Name
from workflows.contract.calendar import DATES_MAX, Weekday, Windows
from workflows.contract.errors import AmendsError, ErrorCode, invalid_input
from workflows.contract.limits import Counts, LimitEnd, Target, unsuitable

WAITING, RESUMED, WAIVED = "waiting", "resumed", "waived"
"""The events that pause clocks, let them go on and end them as no longer owed. All others only start and stop them."""

PERCENT_MAX = 1000
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DURATION = re.compile(r"P(?=[0-9T])([0-9]+W)?([0-9]+D)?(T(?=[0-9])([0-9.]+H)?([0-9.]+M)?([0-9.]+S)?)?")
_YEARS = range(1900, 3000)


def _instant(value: object) -> object:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError("must be an RFC 3339 instant with an offset, such as 2026-09-30T16:00:00+08:00")
    return _within_years(value)


def _date(value: object) -> object:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("must be a date such as 2026-10-01")
    return _within_years(value)


def _within_years(text: str) -> str:
    if int(text[:4]) not in _YEARS:
        raise ValueError(f"must lie in the years {_YEARS[0]} to {_YEARS[-1]}")
    return text


def _target(value: object, handler: ValidatorFunctionWrapHandler) -> Target:
    """One sentence instead of one for each kind of target that it might have been."""
    counted = isinstance(value, Mapping) and all(type(number) is int for number in value.values())
    if counted or (isinstance(value, str) and _DURATION.fullmatch(value)):
        try:
            target: Target = handler(value)
        except ValidationError:
            pass
        else:
            return target
    raise ValueError(
        'must be an ISO 8601 duration such as PT10H, or {"days": 15}, {"weeks": 8} or {"months": 6}:'
        " not negative, at most a hundred years"
    )


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _named_holidays(value: object) -> object:
    return dict.fromkeys(_DATES.validate_python(value), "holiday") if isinstance(value, list) else value


CaseInstant = Annotated[Instant, BeforeValidator(_instant)]
CaseDate = Annotated[date, BeforeValidator(lambda value: value if type(value) is date else _date(value))]
CaseTarget: TypeAlias = Annotated[Target, WrapValidator(_target)]
EventNames = Annotated[tuple[Line, ...], BeforeValidator(_several), Field(min_length=1)]
Percent = Annotated[StrictInt, Field(gt=0, le=PERCENT_MAX)]
_DATES = TypeAdapter(list[CaseDate])


class CaseCalendar(Model):
    """When people work, in local time; see `Calendar`. Holidays are dates, or dates with their names."""

    hours: dict[Weekday, Windows] = Field(default={})
    holidays: Annotated[dict[CaseDate, Name], BeforeValidator(_named_holidays), Field(max_length=DATES_MAX)] = Field(
        default={}
    )
    workdays: Annotated[dict[CaseDate, Windows], Field(max_length=DATES_MAX)] = Field(default={})
    confirmed_until: CaseDate | None = None

    @property
    def has_windows(self) -> bool:
        """Some date has working time."""
        return any(self.hours.values()) or any(self.workdays.values())


class CaseClock(Model):
    """One time limit: the events that start and stop it, how long it is, what counts, when to warn."""

    name: Line
    counts: Counts
    target: CaseTarget
    end: LimitEnd = LimitEnd.MIDNIGHT
    start: EventNames
    stop: EventNames
    pausable: StrictBool = False
    warn: tuple[Percent, ...] = ()

    @field_validator("target", "end", "pausable", mode="after")
    @classmethod
    def _go_together(cls, value: Any, info: ValidationInfo) -> Any:
        """Each is checked against those before it, so that the one that does not fit is named."""
        stated = {**info.data, str(info.field_name): value}
        if "counts" in stated and "target" in stated:
            end = stated.get("end", LimitEnd.MIDNIGHT)
            fault = unsuitable(stated["counts"], stated["target"], end, pausable=stated.get("pausable", False))
            if fault:
                raise ValueError(f"it {fault}")
        return value


class CaseEvent(Model):
    """Something that happened. `department` is who holds the case from then on; `clock` narrows what was waived."""

    at: CaseInstant
    type: Line
    department: Line | None = None
    reason: Line | None = None
    clock: Line | None = None


class ExplainCase(Model):
    """A case to explain, as things stand at `now`, so that it always gets the same answer. Later events are ignored."""

    timezone: Line
    clocks: tuple[CaseClock, ...]
    calendar: Annotated[CaseCalendar | None, Field(validate_default=True)] = None
    events: tuple[CaseEvent, ...]
    now: CaseInstant

    @field_validator("calendar", mode="after")
    @classmethod
    def _is_there_where_it_counts(cls, value: CaseCalendar | None, info: ValidationInfo) -> CaseCalendar | None:
        needing = [clock for clock in info.data.get("clocks", ()) if clock.counts.needs_working_time]
        if needing and value is None:
            raise ValueError(f"clock {needing[0].name} counts {needing[0].counts.value}, so a calendar is needed")
        return value


def read_case(text: bytes) -> ExplainCase:
    """The case in a JSON document.

    Raises:
        AmendsError: `invalid_input`, naming the first field at fault by its path, such as `clocks.0.target`.
    """
    try:
        written = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"this is no JSON: {error}") from error
    if not isinstance(written, dict):
        raise AmendsError(ErrorCode.INVALID_INPUT, "a case is a JSON object with timezone, clocks and events")
    try:
        case = ExplainCase.model_validate(written)
    except ValidationError as error:
        fault = invalid_input(error)
        field = fault.field and fault.field.removesuffix(".[key]")
        raise AmendsError(fault.code, fault.message, field) from error
    _check_names(case)
    _check_working_time(case)
    return case


def _check_names(case: ExplainCase) -> None:
    names: set[str] = set()
    for number, clock in enumerate(case.clocks):
        if clock.name in names:
            raise AmendsError(
                ErrorCode.INVALID_INPUT, f"another clock is called {clock.name} too", f"clocks.{number}.name"
            )
        names.add(clock.name)
    for number, event in enumerate(case.events):
        if event.clock is None:
            continue
        field = f"events.{number}.clock"
        if event.type != WAIVED:
            raise AmendsError(ErrorCode.INVALID_INPUT, f"only a {WAIVED} event names a clock", field)
        if event.clock not in names:
            raise AmendsError(ErrorCode.INVALID_INPUT, f"no clock is called {event.clock}", field)


def _check_working_time(case: ExplainCase) -> None:
    for clock in case.clocks:
        if clock.counts.needs_working_time and case.calendar and not case.calendar.has_windows:
            raise AmendsError(
                ErrorCode.INVALID_INPUT,
                f"clock {clock.name} counts {clock.counts.value}, but no date has working time;"
                " give weekdays windows such as 09:00-18:00",
                "calendar.hours",
            )
