"""What was entered becomes what a command holds: texts, numbers, times, parties; or a fault, which a text explains."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from starter.console.commands.asked import Kind, Question
from starter.console.commands.staff import party
from workflows.contract.errors import AmendsError
from workflows.contract.reference import parse_reference


class FaultError(Exception):
    """What is wrong with one field: the name of a text, its values, and in rows the place, such as `0.amount`."""

    def __init__(self, name: str, at: str | None = None, **values: Any) -> None:
        super().__init__(name)
        self.name = name
        self.at = at
        self.values = values


def read(question: Question, entered: Any, zone: ZoneInfo) -> Any:
    """The value of a field; None where nothing was entered and nothing has to be.

    Raises:
        FaultError: it cannot be used.
    """
    value = _READERS[question.kind](entered, zone)
    is_nothing = value is None or value == ""
    if is_nothing and question.is_required:
        raise FaultError("choose" if question.kind in _CHOSEN else "missing")
    if is_nothing:
        return None
    try:
        question.checks.validate_python(value)
    except ValidationError as error:
        raise _fault(question, error) from error
    return value


def read_instant(entered: str | None, zone: ZoneInfo) -> datetime | None:
    """A date and time as browsers write it, `2026-03-01T09:30`, in a time zone.

    Raises:
        FaultError: it is none, or the clocks skip it.
    """
    if not entered:
        return None
    try:
        local = datetime.fromisoformat(entered).replace(tzinfo=None)
        at = local.replace(tzinfo=zone)
        is_there = at.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local
    except (ValueError, OverflowError):
        raise FaultError("time") from None
    if not is_there:
        raise FaultError("no_such_time")
    return at


def _text(entered: Any, _: ZoneInfo) -> str | None:
    return str(entered).strip() or None if entered is not None else None


def _number(entered: Any, _: ZoneInfo) -> int | None:
    written = str(entered if entered is not None else "").strip()
    if not written:
        return None
    try:
        return int(written)
    except ValueError:
        raise FaultError("number") from None


def _length(entered: Any, zone: ZoneInfo) -> timedelta | None:
    minutes = _number(entered, zone)
    try:
        return timedelta(minutes=minutes) if minutes is not None else None
    except OverflowError:
        raise FaultError("number") from None


def _reference(entered: Any, zone: ZoneInfo) -> str | None:
    typed = _text(entered, zone)
    if typed is None:
        return None
    try:
        return parse_reference(typed)
    except AmendsError:
        raise FaultError("reference") from None


def _as_it_is(entered: Any, _: ZoneInfo) -> Any:
    return entered


def _party(entered: str | None, _: ZoneInfo) -> dict[str, str] | None:
    return party(entered) if entered else None


def _several(entered: Sequence[Any] | None, _: ZoneInfo) -> list[Any]:
    return list(entered or ())


def _parties(entered: Sequence[str] | None, _: ZoneInfo) -> list[dict[str, str]]:
    return [party(each) for each in entered or ()]


def _redress(entered: Sequence[Mapping[str, Any]] | None, zone: ZoneInfo) -> list[dict[str, Any]]:
    rows = []
    for row in entered or ():
        said = {name: text for name, value in row.items() if (text := _text(value, zone))}
        if "currency" in said:
            said["currency"] = said["currency"].upper()
        rows.append(said)
    return rows


def _tasks(entered: Sequence[Mapping[str, Any]] | None, zone: ZoneInfo) -> list[dict[str, Any]]:
    rows = []
    for index, row in enumerate(entered or ()):
        try:
            due_at = read_instant(row.get("due_at"), zone)
        except FaultError as fault:
            raise FaultError(fault.name, f"{index}.due_at") from None
        said = {"text": _text(row.get("text"), zone), "owner": _party(row.get("owner"), zone), "due_at": due_at}
        rows.append({name: value for name, value in said.items() if value is not None})
    return rows


_READERS: dict[Kind, Callable[[Any, ZoneInfo], Any]] = {
    Kind.TEXT: _text,
    Kind.LINE: _text,
    Kind.NUMBER: _number,
    Kind.SCORE: _as_it_is,
    Kind.WORD: _as_it_is,
    Kind.YES_NO: _as_it_is,
    Kind.PARTY: _party,
    Kind.PARTIES: _parties,
    Kind.PERSON: _as_it_is,
    Kind.ANYBODY: _text,
    Kind.ATTENDANCE: _several,
    Kind.DEPARTMENTS: _several,
    Kind.REFERENCE: _reference,
    Kind.INSTANT: read_instant,
    Kind.LENGTH: _length,
    Kind.REDRESS: _redress,
    Kind.TASKS: _tasks,
    Kind.CLOCK: _text,
    Kind.MOTION: _number,
    Kind.TASK: _number,
    Kind.SEAT: _as_it_is,
}

_CHOSEN = frozenset({Kind.SCORE, Kind.WORD, Kind.YES_NO, Kind.PARTY, Kind.PERSON, Kind.MOTION, Kind.TASK, Kind.CLOCK})

_FAULTS = {
    "missing": "missing",
    "string_too_short": "missing",
    "string_too_long": "too_long",
    "too_long": "too_many",
    "too_short": "too_few",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "decimal_parsing": "number",
}
_OF_A_FIELD = frozenset({"currency", "media_type", "sha256", "uri", "clock"})
"""These say what they have to look like."""

_ROWS = (Kind.REDRESS, Kind.TASKS)


def _fault(question: Question, error: ValidationError) -> FaultError:
    """The first fault that pydantic found, in our words."""
    first = error.errors(include_url=False)[0]
    path = [str(part) for part in first["loc"]]
    field = path[-1] if path else question.name
    name = _FAULTS.get(first["type"]) or (field if field in _OF_A_FIELD else "other")
    limits, entered = first.get("ctx", {}), first["input"]
    values = {
        "most": limits.get("max_length", limits.get("le", question.most)),
        "least": limits.get("min_length", limits.get("ge", question.least)),
        "count": len(entered) if isinstance(entered, str) else 0,
    }
    at = ".".join(path[:2]) if question.kind in _ROWS and len(path) > 1 else None
    return FaultError(name, at, **values)
