"""`amends staff`: who is on the staff, who is absent, and who changed what the directory says of them."""

from __future__ import annotations

from typing import Annotated

import typer

from infra.settings import Settings
from starter.cli import staff_absences, staff_changes, staff_rollout
from starter.cli.completion import departments
from starter.cli.doors import open_database
from starter.cli.options import AsJson
from starter.cli.running import run
from starter.cli.staff_options import Person
from starter.cli.staff_text import print_history, print_person, print_staff
from starter.cli.terminal import print_json
from starter.directory import Directory, WantedStaff
from workflows.contract.vocabulary import Language, Nature, Role

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def staff() -> None:
    """See and change the staff: roles, skills, absences, deputies; and who changed it."""


@app.command("list")
def list_staff(
    *,
    department: Annotated[str | None, typer.Option(autocompletion=departments, help="Where they work.")] = None,
    role: Annotated[Role | None, typer.Option(help="What they may do.")] = None,
    language: Annotated[Language | None, typer.Option(help="A language they speak.")] = None,
    skill: Annotated[Nature | None, typer.Option(help="What they are good at.")] = None,
    team: Annotated[str | None, typer.Option(help="Their team.")] = None,
    contractor: Annotated[bool | None, typer.Option("--contractor/--employee", help="Only these.")] = None,
    absent: Annotated[
        bool | None, typer.Option("--absent/--present", help="Only who is absent now, or is not.")
    ] = None,
    left: Annotated[bool, typer.Option("--left", help="Those who have left, instead of those who are there.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the staff, department by department."""
    wanted = WantedStaff(
        department=department,
        role=role,
        language=language,
        skill=skill,
        team=team,
        contractor=contractor,
        absent=absent,
        active=not left,
    )

    async def work(settings: Settings) -> None:
        async with open_database(settings) as engine:
            rows = await Directory(engine).members(wanted)
        print_json(rows) if as_json else print_staff(rows)

    run(work, as_json=as_json)


@app.command()
def show(person: Person, as_json: AsJson = False) -> None:
    """Show all that the directory knows of somebody, also of somebody who has left."""

    async def work(settings: Settings) -> None:
        async with open_database(settings) as engine:
            found = await Directory(engine).member(person)
        print_json(found) if as_json else print_person(found)

    run(work, as_json=as_json)


@app.command()
def history(
    about: Annotated[
        str | None, typer.Argument(metavar="USER|DEPARTMENT", help="Only changes to this.", show_default="all")
    ] = None,
    *,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List who changed the directory, the last change first. These lines are never changed or removed."""

    async def work(settings: Settings) -> None:
        async with open_database(settings) as engine:
            rows = await Directory(engine).history(about, limit)
        print_json(rows) if as_json else print_history(rows)

    run(work, as_json=as_json)


staff_changes.offer(app)
staff_absences.offer(app)
staff_rollout.offer(app)
