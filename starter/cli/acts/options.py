"""Options that several rooms share, and how what is typed there becomes a field."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from starter.cli.completion import departments, parties
from workflows.contract.errors import AmendsError, ErrorCode

Reason = Annotated[str, typer.Option(help="Why; it is kept in the journal.")]
Departments = Annotated[
    list[str],
    typer.Option("--department", autocompletion=departments, help="A department; repeat it for more."),
]
To = Annotated[
    str,
    typer.Option(
        metavar="DEPARTMENT[/PERSON]", autocompletion=parties, help="Without a person, its head owns the case."
    ),
]


_A_DEPARTMENT = re.compile(r"[a-z][a-z0-9_]*")


def party(typed: str, option: str) -> dict[str, str | None]:
    """The fields of a `Party` written as `department` or `department/person`.

    Raises:
        AmendsError: `invalid_input`, as a person's name alone is the likeliest slip.
    """
    department, _, subject = typed.strip().partition("/")
    if not _A_DEPARTMENT.fullmatch(department):
        raise AmendsError(
            ErrorCode.INVALID_INPUT, "expected DEPARTMENT/PERSON, such as legal_compliance/fang.min", option
        )
    return {"department": department, "subject": subject or None}


def moment(typed: str, option: str) -> str:
    """A time with its zone, as it was typed.

    Raises:
        AmendsError: `invalid_input`.
    """
    try:
        if datetime.fromisoformat(typed).tzinfo:
            return typed
    except ValueError:
        pass
    raise AmendsError(ErrorCode.INVALID_INPUT, "expected a time with its zone, such as 2026-03-05T17:00+08:00", option)


def length(typed: str, option: str) -> timedelta:
    """A length of time in ISO 8601.

    Raises:
        AmendsError: `invalid_input`.
    """
    try:
        return TypeAdapter(timedelta).validate_python(typed)
    except ValidationError:
        raise AmendsError(ErrorCode.INVALID_INPUT, "expected a length such as PT90M", option) from None
