"""Options of `amends staff` and `amends department`: what is said of a person, and when somebody is absent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from infra.calendars import load_calendar
from infra.rule_sets import calendar_beside
from infra.settings import Settings
from starter.cli.completion import departments, people
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Language, Nature, Role


class Clearable(StrEnum):
    """What need not be said of a person, and can be taken back."""

    EMAIL = "email"
    SPEAKS = "speaks"
    SKILL = "skill"
    TEAM = "team"
    CALENDAR = "calendar"
    DEPUTY = "deputy"


By = Annotated[
    str,
    typer.Option(
        "--as", metavar="USER", autocompletion=people, help="Who changes it: the department's head, or an executive."
    ),
]
Person = Annotated[str, typer.Argument(metavar="USER", autocompletion=people, help="The subject, such as zhou.qi.")]
Name = Annotated[str | None, typer.Option(help="What others call them.")]
Email = Annotated[str | None, typer.Option(help="Where letters go.")]
InDepartment = Annotated[str | None, typer.Option("--department", autocompletion=departments, help="Where they work.")]
Roles = Annotated[list[Role] | None, typer.Option("--role", help="What they may do. Repeatable.")]
Letters = Annotated[Language | None, typer.Option(help="The language of letters to them.")]
Speaks = Annotated[list[Language] | None, typer.Option(help="Another language they speak. Repeatable.")]
Skills = Annotated[list[Nature] | None, typer.Option("--skill", help="What they are good at. Repeatable.")]
Team = Annotated[str | None, typer.Option(help="The team within the department.")]
CalendarName = Annotated[
    str | None, typer.Option("--calendar", metavar="NAME", help="Their working hours.", show_default="the policy's")
]
Deputy = Annotated[
    str | None, typer.Option(metavar="USER", autocompletion=people, help="Who stands in while they are absent.")
]
Contractor = Annotated[
    bool | None, typer.Option("--contractor/--employee", help="Contractors do only what the policy allows them.")
]


def check_calendars(settings: Settings, names: Iterable[str | None], today: date) -> None:
    """Refuse calendars that workers under this policy would not find.

    Raises:
        AmendsError: `invalid_input`.
    """
    for name in {name for name in names if name is not None}:
        load_calendar(calendar_beside(settings.policy, name), today=today)


def moment(typed: str, zone: ZoneInfo, option: str) -> datetime:
    """A date, which stands for its first moment, or a date with a time; in `zone` unless it says where.

    Raises:
        AmendsError: `invalid_input`.
    """
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        raise AmendsError(
            ErrorCode.INVALID_INPUT, "expected a date such as 2026-03-02, or 2026-03-02T09:30+08:00", option
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=zone)
