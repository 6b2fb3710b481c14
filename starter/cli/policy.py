"""`amends policy`: what a policy says, whether it may be put in force, and putting it in force."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from infra.db import directory, policy_store
from infra.db.transaction import transact
from infra.policies import shipped_policies
from infra.rule_sets import RuleSet, load_rule_set
from infra.settings import Settings
from starter.cli.doors import open_database
from starter.cli.giving import AUTHENTICATED_BY
from starter.cli.options import AsJson
from starter.cli.policy_diff import print_differences
from starter.cli.policy_migrate import migrate
from starter.cli.policy_text import (
    print_findings,
    print_policy,
    print_publications,
    print_published,
)
from starter.cli.running import run
from starter.cli.terminal import print_json, say
from starter.policy.approval_words import approval_in_words
from starter.policy.differences import differences
from starter.policy.findings import findings
from starter.policy.publishing import check_may_change_rules, check_publishable, publish
from starter.policy.sources import in_force, rule_set_of
from starter.policy.words import in_words
from starter.staff import actor_of
from workflows.contract.errors import AmendsError, ErrorCode

app = typer.Typer(add_completion=False, no_args_is_help=True)
app.command("migrate")(migrate)

Named = Annotated[
    str, typer.Argument(metavar="FILE|NAME", help="A YAML file, a shipped policy, or a published NAME@VERSION.")
]
Calendar = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|NAME", help="The calendar it counts by.", show_default="the one of its name, beside it or shipped"
    ),
]


@app.callback()
def policy() -> None:
    """Check, compare, publish and roll out policies, the written procedures."""


@app.command()
def check(named: Named, *, calendar: Calendar = None, as_json: AsJson = False) -> None:
    """Validate a policy, say what it means, and warn of what a person should look at."""

    async def work(settings: Settings) -> None:
        now = datetime.now(UTC)
        rules = await _rules(settings, named, calendar)
        found = findings(rules, now, _today(settings), await _departments(settings))
        if as_json:
            print_json({**_summary(rules), **_in_words(rules), "findings": found})
        else:
            print_policy(rules)
            print_findings(found)

    run(work, as_json=as_json)


@app.command("publish")
def publish_policy(
    named: Named,
    *,
    as_user: Annotated[str, typer.Option("--as", metavar="USER", help="Who publishes: a head or an executive.")],
    calendar: Calendar = None,
    note: Annotated[str | None, typer.Option(help="Why; it is kept with the publication.")] = None,
    accept_unconfirmed: Annotated[
        bool, typer.Option("--accept-unconfirmed", help="Also with sources that nobody read in the primary text.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a policy in force for new complaints, under the name it bears.

    Complaints opened from then on by workers whose AMENDS_POLICY is that name get it, within seconds. Open complaints
    keep the version they have; `amends policy migrate` brings them over. What is published never changes: publishing
    the same again does nothing and says so.
    """

    async def work(settings: Settings) -> None:
        today = _today(settings)
        async with open_database(settings) as engine:
            check_may_change_rules(await actor_of(engine, as_user, authenticated_by=AUTHENTICATED_BY))
            rules = await _rules(settings, named, calendar)
            check_publishable(rules, today, accept_unconfirmed=accept_unconfirmed)
            published = await publish(engine, rules, by=as_user, note=note, today=today)
        if as_json:
            in_force = published.in_force and published.in_force.label
            row = published.publication.model_dump(mode="json", exclude={"policy", "calendar"})
            print_json({"is_new": published.is_new, "publication": row, "in_force": in_force})
        else:
            print_published(published, today)

    run(work, as_json=as_json)


@app.command()
def show(
    named: Annotated[str, typer.Argument(metavar="NAME[@VERSION]", help="What is in force, or that version of it.")],
    as_json: AsJson = False,
) -> None:
    """Show the policy that new complaints get under a name, or one published version."""

    async def work(settings: Settings) -> None:
        rules, publication = await in_force(named, partial(open_database, settings), _today(settings))
        if as_json:
            origin = publication.model_dump(mode="json", exclude={"policy", "calendar"}) if publication else None
            document = {"policy": rules.policy, "calendar": rules.calendar}
            print_json({**_summary(rules), **_in_words(rules), "publication": origin, "document": document})
        else:
            print_policy(rules, publication)

    run(work, as_json=as_json)


@app.command("list")
def list_policies(as_json: AsJson = False) -> None:
    """List what was published, the last first, and what is shipped."""

    async def work(settings: Settings) -> None:
        async with open_database(settings) as engine:
            rows = await transact(engine, policy_store.publications)
        shipped = [load_rule_set(name) for name in shipped_policies()]
        if as_json:
            print_json({"published": rows, "shipped": [_summary(rules) for rules in shipped]})
        else:
            print_publications(rows, shipped, _today(settings))

    run(work, as_json=as_json)


@app.command()
def diff(before: Named, after: Named, *, as_json: AsJson = False) -> None:
    """Say how two policies differ, clock by clock and field by field."""

    async def work(settings: Settings) -> None:
        old, new = [await _rules(settings, named, None) for named in (before, after)]
        found = differences(old, new)
        if as_json:
            print_json({"before": old.label, "after": new.label, "differences": found})
        else:
            print_differences(old.label, new.label, found)

    run(work, as_json=as_json)


async def _rules(settings: Settings, named: str, calendar: str | None) -> RuleSet:
    today = _today(settings)
    if calendar is not None:
        return load_rule_set(named, calendar=calendar, today=today)
    return await rule_set_of(named, partial(open_database, settings), today)


async def _departments(settings: Settings) -> list[str] | None:
    """The departments of the directory; none when it cannot be asked, which is said."""
    try:
        async with open_database(settings) as engine:
            return list(await transact(engine, directory.responsible))
    except AmendsError as error:
        if error.code not in (ErrorCode.UNREACHABLE, ErrorCode.SETUP):
            raise
        say("The database cannot be asked, so departments were not checked.")
        return None


def _summary(rules: RuleSet) -> dict[str, object]:
    policy, calendar = rules
    return {
        "name": policy.name,
        "version": policy.version,
        "title": policy.title,
        "valid_from": policy.valid_from,
        "valid_to": policy.valid_to,
        "calendar": calendar and f"{calendar.name}@{calendar.version}",
    }


def _in_words(rules: RuleSet) -> dict[str, object]:
    return {
        "clocks": [in_words(clock) for clock in rules.policy.clocks],
        "approval": [approval_in_words(rule) for rule in rules.policy.approval],
    }


def _today(settings: Settings) -> date:
    return datetime.now(ZoneInfo(settings.time_zone)).date()
