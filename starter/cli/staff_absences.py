"""`amends staff absent` and `back`: who is away, and who is there again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from infra.settings import Settings
from starter.cli.changing import change_directory
from starter.cli.completion import people
from starter.cli.options import AsJson
from starter.cli.staff_options import Person, moment
from starter.cli.terminal import say
from starter.directory import Changes, Directory
from workflows.contract.parties import Actor

By = Annotated[
    str,
    typer.Option(
        "--as", metavar="USER", autocompletion=people, help="Who says so: they themselves, their head, or an executive."
    ),
]


def offer(app: typer.Typer) -> None:
    """Give `app` these subcommands."""
    app.command(epilog="Such as: amends staff absent zhou.qi --from 2026-10-01 --until 2026-10-08 --as zhou.qi")(absent)
    app.command()(back)


def absent(
    person: Person,
    *,
    as_user: By,
    until: Annotated[str, typer.Option(metavar="MOMENT", help="When they are there again.")],
    since: Annotated[
        str | None, typer.Option("--from", metavar="MOMENT", help="When they go.", show_default="now")
    ] = None,
    note: Annotated[str | None, typer.Option(help="Why, or where they can be found.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say that somebody is absent, or will be.

    Meanwhile their deputy decides for them, and gets their requests for approval and escalations too; if both are
    absent, the deputy's deputy does. A moment is a date, for its first minute, or such as 2026-03-02T13:00; in
    AMENDS_TIME_ZONE, unless it says +08:00.
    """

    async def work(settings: Settings, directory: Directory, by: Actor) -> Changes:
        zone = ZoneInfo(settings.time_zone)
        starts_at = moment(since, zone, "from") if since else datetime.now(UTC)
        changes = await directory.absent(person, starts_at, moment(until, zone, "until"), note, by)
        if (await directory.member(person)).deputy is None:
            say(f"Nobody stands in for {person}: amends staff change {person} --deputy USER --as USER")
        return changes

    change_directory(work, as_user=as_user, as_json=as_json)


def back(person: Person, *, as_user: By, as_json: AsJson = False) -> None:
    """Say that somebody is there again before the time.

    Of somebody who is there, it takes back the absence that is announced next.
    """

    async def work(_: Settings, directory: Directory, by: Actor) -> Changes:
        return await directory.back(person, by)

    change_directory(work, as_user=as_user, as_json=as_json)
