"""Options that several rooms share, and how what is typed there becomes a field."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.completion import departments, parties

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


def party(typed: str) -> dict[str, str | None]:
    """The fields of a `Party` written as `department` or `department/person`."""
    department, _, subject = typed.partition("/")
    return {"department": department, "subject": subject or None}
