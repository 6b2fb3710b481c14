"""`amends policy migrate`: open complaints go on under another version, each by a recorded command of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.settings import Settings
from starter.cli.completion import people, references
from starter.cli.doors import open_database, open_desk
from starter.cli.giving import AUTHENTICATED_BY
from starter.cli.options import AsJson
from starter.cli.rollouts import roll_out
from starter.cli.running import run
from starter.policy.migration import command_of, migratable
from starter.policy.open_complaints import Scope
from starter.policy.publishing import check_may_change_rules
from starter.staff import actor_of
from workflows.contract.commands import AdoptPolicy
from workflows.contract.parties import Actor
from workflows.contract.reference import parse_reference

As = Annotated[
    str,
    typer.Option("--as", metavar="USER", autocompletion=people, help="Who decides it: a head or an executive."),
]
Reason = Annotated[str, typer.Option(help="Why; it is kept in every complaint's journal.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="REF", autocompletion=references, help="Only this complaint. Repeatable."),
]


def migrate(
    named: Annotated[str, typer.Argument(metavar="NAME[@VERSION]", help="What is in force, or that version of it.")],
    *,
    as_user: As,
    reason: Reason,
    dry_run: DryRun = False,
    below: Annotated[
        str | None,
        typer.Option("--from", metavar="NAME[@VERSION]", help="Only complaints that are under this policy."),
    ] = None,
    only: Only = None,
    as_json: AsJson = False,
) -> None:
    """Bring open complaints under another policy or version of it.

    Time used and pauses are kept; due times move as the new policy says. With --dry-run each complaint is asked which
    of its due times would move and which limits would be breached by it, and nothing happens. The real run can be
    interrupted and repeated: complaints that are under that version already are left alone.

    Exit code 1 says that some complaints refused or did not answer; all others are done.
    """

    async def work(settings: Settings) -> int:
        today = datetime.now(ZoneInfo(settings.time_zone)).date()
        references = references_of(only)
        async with open_database(settings) as engine:
            actor = await entitled_actor(engine, as_user)
            rules = await migratable(engine, named, today)
            template = command_of(AdoptPolicy, policy=rules.policy, calendar=rules.calendar, reason=reason, actor=actor)
            return await roll_out(
                engine,
                await open_desk(settings),
                Scope(beyond=rules.label, below=below, only=references),
                template=template,
                label=rules.label,
                policy_of=lambda _: rules.policy,
                is_dry=dry_run,
                as_json=as_json,
            )

    run(work, as_json=as_json)


def references_of(only: Sequence[str] | None) -> list[str] | None:
    """References as they were typed, checked.

    Raises:
        AmendsError: `reference_mistyped`.
    """
    return [parse_reference(each) for each in only] if only else None


async def entitled_actor(engine: AsyncEngine, as_user: str) -> Actor:
    """The actor who changes rules.

    Raises:
        AmendsError: `unknown_staff`, `not_permitted`.
    """
    actor = await actor_of(engine, as_user, authenticated_by=AUTHENTICATED_BY)
    check_may_change_rules(actor)
    return actor
