"""What the shell shows: tables for people, JSON for programs, errors on stderr."""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import to_jsonable_python
from rich.console import Console
from rich.table import Table
from rich.text import Text

from workflows.contract.errors import AmendsError

_WIDTH_WITHOUT_TERMINAL = 200
"""Nothing is cut in a file or a pipe at the width of a terminal that is not there."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Complaints are written by strangers: escape sequences could rewrite what staff see on their terminal."""


def stdout() -> Console:
    """The console for results."""
    return _console(stderr=False)


def stderr() -> Console:
    """The console for progress and errors."""
    return _console(stderr=True)


def print_json(value: Any) -> None:
    """One line of JSON; instants in ISO 8601, durations too, models as their fields."""
    sys.stdout.write(json.dumps(to_jsonable_python(value), ensure_ascii=False) + "\n")
    sys.stdout.flush()


def print_error(code: str, message: str, field: str | None, *, as_json: bool) -> None:
    """One line on stderr: `error [code]: field: message`, or an object with these three."""
    if as_json:
        line = json.dumps({"error": {"code": code, "field": field, "message": message}}, ensure_ascii=False)
    else:
        line = f"error [{code}]: {field + ': ' if field else ''}{' '.join(message.split())}"
    sys.stderr.write(f"{line}\n")


def say(sentence: str) -> None:
    """A sentence for whoever watches, on stderr."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def warn(error: AmendsError, consequence: str) -> None:
    """Something went wrong and the command went on without it."""
    say(f"warning [{error.code}]: {error}; {consequence}")


def plain(value: object) -> Text:
    """A value as text without markup, colours or control characters of its own."""
    return Text(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", written(value)))


def written(value: object) -> str:
    """A value as people read it: nothing for none, instants to the second in UTC."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%SZ")
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, tuple | list):
        return ", ".join(written(item) for item in value)
    return str(value)


def table(title: str | None, *columns: str) -> Table:
    """An empty table with a heading for each column; the last one takes what space is left."""
    empty = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        empty.add_column(column, overflow="fold")
    return empty


def add_row(to: Table, *values: object) -> None:
    """A row of plain values."""
    to.add_row(*(plain(value) for value in values))


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _WIDTH_WITHOUT_TERMINAL
    return console


def _duration(value: timedelta) -> str:
    """Such as `1d 2h`, `3min 20s` or `850ms`: the two largest units that count."""
    sign = "-" if value < timedelta(0) else ""
    milliseconds = abs(value) // timedelta(milliseconds=1)
    parts: list[str] = []
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1000), ("ms", 1)):
        count, milliseconds = divmod(milliseconds, size)
        if count and len(parts) < 2:  # noqa: PLR2004 - as the docstring says
            parts.append(f"{count}{unit}")
    return sign + (" ".join(parts) or "0s")
