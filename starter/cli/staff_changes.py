"""`amends staff add`, `change`, `leave` and `import`: people come, change and go."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.organisation import Member, load_organisation
from infra.settings import Settings
from starter.cli.changing import change_directory, made
from starter.cli.options import AsJson
from starter.cli.staff_options import (
    By,
    CalendarName,
    Clearable,
    Contractor,
    Deputy,
    Email,
    InDepartment,
    Letters,
    Name,
    Person,
    Roles,
    Skills,
    Speaks,
    Team,
    check_calendars,
)
from starter.cli.staff_rollout import HINT
from starter.cli.terminal import say
from starter.directory import Changes, Directory, MemberChanges
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Language, Role

_FIELDS = {Clearable.SPEAKS: "languages", Clearable.SKILL: "skills"}
"""Where an option, which may be repeated, has another name than the field."""


def offer(app: typer.Typer) -> None:
    """Give `app` these subcommands."""
    app.command(
        epilog="Such as: amends staff add wei.lan --name 韦兰 --department customer_service --language zh --speaks en"
        " --skill logistics --deputy zhou.qi --as lin.wan"
    )(add)
    app.command(epilog="Such as: amends staff change zhou.qi --deputy mary.okoro --clear team --as lin.wan")(change)
    app.command()(leave)
    app.command("import", epilog="Such as: amends staff import organisation.yaml --dry-run --as xu.ming")(import_file)


def add(
    person: Person,
    *,
    as_user: By,
    name: Annotated[str, typer.Option(help="What others call them.")],
    department: InDepartment = None,
    role: Roles = None,
    language: Annotated[Language, typer.Option(help="The language of letters to them.")],
    email: Email = None,
    speaks: Speaks = None,
    skill: Skills = None,
    team: Team = None,
    calendar: CalendarName = None,
    deputy: Deputy = None,
    contractor: Contractor = None,
    as_json: AsJson = False,
) -> None:
    """Put somebody on the staff, or back on it.

    Without --department they work in that of whoever adds them; without --role they are an agent. Heads are appointed
    with `amends department appoint`. What is there already is left as it is.
    """
    given = {
        "subject": person,
        "name": name,
        "department": department,
        "roles": role or [Role.AGENT],
        "language": language,
        "email": email,
        "languages": speaks,
        "skills": skill,
        "team": team,
        "calendar": calendar,
        "deputy": deputy,
        "contractor": contractor,
    }

    async def engage(settings: Settings, directory: Directory, by: Actor) -> Changes:
        given["department"] = department or by.department
        member = made(Member, {field: value for field, value in given.items() if value is not None})
        check_calendars(settings, [calendar], _today())
        return await directory.engage(member, by)

    change_directory(engage, as_user=as_user, as_json=as_json)


def change(
    person: Person,
    *,
    as_user: By,
    name: Name = None,
    department: InDepartment = None,
    role: Roles = None,
    language: Letters = None,
    email: Email = None,
    speaks: Speaks = None,
    skill: Skills = None,
    team: Team = None,
    calendar: CalendarName = None,
    deputy: Deputy = None,
    contractor: Contractor = None,
    clear: Annotated[list[Clearable] | None, typer.Option(help="What to say no longer. Repeatable.")] = None,
    as_json: AsJson = False,
) -> None:
    """Change what the directory says of somebody; what is not named stays.

    Roles, languages and skills are replaced as a whole. Only executives give and take the roles head, executive and
    auditor.
    """
    values = {
        "name": name,
        "department": department,
        "roles": role,
        "language": language,
        "email": email,
        "languages": speaks,
        "skills": skill,
        "team": team,
        "calendar": calendar,
        "deputy": deputy,
        "contractor": contractor,
    }
    given = {field: value for field, value in values.items() if value not in (None, [])}

    async def work(settings: Settings, directory: Directory, by: Actor) -> Changes:
        changes = made(MemberChanges, given | _cleared(clear or [], given))
        if not changes.model_fields_set:
            raise AmendsError(ErrorCode.INVALID_INPUT, "say what to change, with one of the options of --help")
        check_calendars(settings, [calendar], _today())
        return await directory.change(person, changes, by)

    change_directory(work, as_user=as_user, as_json=as_json)


def leave(person: Person, *, as_user: By, as_json: AsJson = False) -> None:
    """Take somebody off the staff. Complaints of the past still name them.

    They can give no command any more and get no letters. Whose deputy they were has none then, which is said; a head
    leaves after `amends department appoint`.
    """

    async def work(_: Settings, directory: Directory, by: Actor) -> Changes:
        changes = await directory.leave(person, by)
        owned = (await directory.member(person)).open_complaints
        if owned:
            say(f"{person} still owns {owned} open complaint{'s' if owned > 1 else ''}: amends list --owner {person}")
        say(HINT)
        return changes

    change_directory(work, as_user=as_user, as_json=as_json)


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Departments and staff, in YAML.")],
    *,
    as_user: By,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the directory say what a file says; who is not in it leaves. For executives.

    The form of the file is that of AMENDS_ORGANISATION, which fills an empty directory only.
    """

    async def work(settings: Settings, directory: Directory, by: Actor) -> Changes:
        organisation = load_organisation(file)
        check_calendars(settings, [member.calendar for member in organisation.staff], _today())
        if dry_run:
            return await directory.would_change(organisation, by)
        return await directory.replace(organisation, by)

    change_directory(work, as_user=as_user, as_json=as_json, is_dry=dry_run)


def _cleared(wanted: list[Clearable], given: dict[str, Any]) -> dict[str, None]:
    fields = {_FIELDS.get(each, each.value): each for each in wanted}
    both = next((each for field, each in fields.items() if field in given), None)
    if both is not None:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"either give --{both} or clear it", "clear")
    return dict.fromkeys(fields)


def _today() -> date:
    return datetime.now(UTC).date()
