"""`amends department`: the departments, who answers for them, and founding one."""

from __future__ import annotations

from typing import Annotated

import typer

from infra.organisation import Department
from infra.settings import Settings
from starter.cli.changing import change_directory, made
from starter.cli.completion import departments, people
from starter.cli.doors import open_database
from starter.cli.options import AsJson
from starter.cli.running import run
from starter.cli.staff_options import By
from starter.cli.staff_rollout import HINT
from starter.cli.staff_text import print_departments
from starter.cli.terminal import print_json, say
from starter.directory import Changes, Directory
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Language

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def department() -> None:
    """See the departments, found one, and appoint who answers for it."""


@app.command("list")
def list_departments(as_json: AsJson = False) -> None:
    """List the departments with their heads and leads."""

    async def work(settings: Settings) -> None:
        async with open_database(settings) as engine:
            rows = await Directory(engine).departments()
        print_json(rows) if as_json else print_departments(rows)

    run(work, as_json=as_json)


@app.command(epilog="Such as: amends department add logistics --zh 物流部 --en Logistics --head raj.patel --as xu.ming")
def add(
    name: Annotated[str, typer.Argument(metavar="DEPARTMENT", help="Lower case, such as logistics.")],
    *,
    as_user: By,
    zh: Annotated[str, typer.Option(help="Its name in Chinese.")],
    en: Annotated[str, typer.Option(help="Its name in English.")],
    head: Annotated[
        str,
        typer.Option(metavar="USER", autocompletion=people, help="Who answers for it; they move there."),
    ],
    as_json: AsJson = False,
) -> None:
    """Found a department. For executives.

    A policy sends complaints there once one that names it is published.
    """

    async def work(_: Settings, directory: Directory, by: Actor) -> Changes:
        founded = made(Department, {"department": name, "names": {Language.ZH: zh, Language.EN: en}})
        return await directory.add_department(founded, head, by)

    change_directory(work, as_user=as_user, as_json=as_json)


@app.command(epilog="Such as: amends department appoint customer_service --head tom.hale --as xu.ming")
def appoint(
    name: Annotated[str, typer.Argument(metavar="DEPARTMENT", autocompletion=departments, help="Which one.")],
    *,
    as_user: By,
    head: Annotated[
        str | None, typer.Option(metavar="USER", autocompletion=people, help="Who is to be its head.")
    ] = None,
    lead: Annotated[
        str | None, typer.Option(metavar="USER", autocompletion=people, help="Who is to be its lead.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make people of a department its head, or its lead; those who were that become agents.

    Heads are appointed by executives. Complaints that are open keep those who answered when they were filed, until
    `amends staff rollout` tells them.
    """

    async def work(_: Settings, directory: Directory, by: Actor) -> Changes:
        if head is None and lead is None:
            raise AmendsError(ErrorCode.INVALID_INPUT, "say who is to be --head or --lead")
        changes = await directory.appoint(name, by, head=head, lead=lead)
        say(HINT)
        return changes

    change_directory(work, as_user=as_user, as_json=as_json)
