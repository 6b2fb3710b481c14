"""`amends calendar`: what a working calendar says, and bringing an amended one to open complaints."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from infra.calendars import load_calendar
from infra.settings import Settings
from starter.cli.doors import open_database, open_desk
from starter.cli.options import AsJson
from starter.cli.policy_migrate import As, DryRun, Only, Reason, entitled_actor, references_of
from starter.cli.policy_text import calendar_in_a_line
from starter.cli.rollouts import roll_out
from starter.cli.running import run
from starter.cli.terminal import add_row, print_json, say, stdout, table
from starter.policy.migration import command_of
from starter.policy.open_complaints import Scope, known_policies
from starter.policy.publishing import publish_calendar
from workflows.contract.calendar import Calendar
from workflows.contract.commands import AmendCalendar

app = typer.Typer(add_completion=False, no_args_is_help=True)

Named = Annotated[str, typer.Argument(metavar="FILE|NAME", help="A YAML file, or a shipped calendar.")]


@app.callback()
def calendar() -> None:
    """Check working calendars, and amend those that open complaints count by."""


@app.command()
def check(named: Named, *, as_json: AsJson = False) -> None:
    """Validate a calendar, and say how far it can be relied on."""

    async def work(settings: Settings) -> None:
        today = _today(settings)
        found = load_calendar(named, today=today)
        years = Counter(day.year for day in found.holidays)
        if as_json:
            print_json({**_summary(found), "holidays_by_year": years, "confirmed": _is_confirmed(found, today)})
            return
        typer.echo(calendar_in_a_line(found))
        for year, count in sorted(years.items()):
            made_up = sum(day.year == year for day in found.workdays)
            typer.echo(f"{year}: {count} holidays, {made_up} days with hours of their own")
        if not _is_confirmed(found, today):
            typer.echo(
                f"warning: it is confirmed only until {found.confirmed_until}, which is past; bring it up to date"
            )

    run(work, as_json=as_json)


@app.command()
def show(named: Named, *, as_json: AsJson = False) -> None:
    """Show a calendar as it enters the history of complaints: hours, holidays, make-up workdays."""

    async def work(settings: Settings) -> None:
        found = load_calendar(named, today=_today(settings))
        if as_json:
            print_json({**_summary(found), "calendar": found})
        else:
            _print(found)

    run(work, as_json=as_json)


@app.command()
def amend(
    named: Named, *, as_user: As, reason: Reason, dry_run: DryRun = False, only: Only = None, as_json: AsJson = False
) -> None:
    """Bring an amended calendar to every complaint that counts by the calendar of its name.

    New complaints get it too: the policies in force that were published with that calendar are published again with
    this one. Due times move as it says; with --dry-run each open complaint is asked which would, and nothing happens.
    The real run can be interrupted and repeated.
    """

    async def work(settings: Settings) -> int:
        today = _today(settings)
        references = references_of(only)
        amended = load_calendar(named, today=today)
        async with open_database(settings) as engine:
            actor = await entitled_actor(engine, as_user)
            template = command_of(AmendCalendar, calendar=amended, reason=reason, actor=actor)
            policies = await known_policies(engine)
            if not dry_run and references is None:
                for publication in await publish_calendar(engine, amended, by=as_user, note=reason, today=today):
                    say(f"New complaints under {publication.label} count by it from now on.")
            return await roll_out(
                engine,
                await open_desk(settings),
                Scope(
                    only=references,
                    not_under=[label for label, policy in policies.items() if policy.calendar != amended.name],
                ),
                template=template,
                label=f"{amended.name}@{amended.version}",
                policy_of=lambda complaint: policies.get(complaint.policy),
                is_dry=dry_run,
                as_json=as_json,
            )

    run(work, as_json=as_json)


def _summary(found: Calendar) -> dict[str, object]:
    return {
        "name": found.name,
        "version": found.version,
        "timezone": found.timezone,
        "confirmed_until": found.confirmed_until,
    }


def _is_confirmed(found: Calendar, today: date) -> bool:
    return found.confirmed_until is None or found.confirmed_until >= today


def _print(found: Calendar) -> None:
    typer.echo(calendar_in_a_line(found))
    typer.echo("")
    hours = table("Hours", "weekday", "from-to")
    for weekday, windows in found.hours.items():
        add_row(hours, weekday, windows)
    exceptions = table("Exceptions", "date", "what")
    days = {**found.holidays, **{day: windows or "free" for day, windows in found.workdays.items()}}
    for day, what in sorted(days.items()):
        unsure = found.confirmed_until is not None and day > found.confirmed_until
        text = what if isinstance(what, str) else f"working {', '.join(what)}"
        add_row(exceptions, f"{day} {day:%a}", f"{text}{' (not confirmed)' if unsure else ''}")
    stdout().print(hours)
    typer.echo("")
    stdout().print(exceptions)


def _today(settings: Settings) -> date:
    return datetime.now(ZoneInfo(settings.time_zone)).date()
