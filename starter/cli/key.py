"""`amends key`: API keys, for services and people where there is no identity provider."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from infra.settings import Settings
from starter.access.caller import Scope
from starter.access.keys import VALID_FOR, VALID_FOR_AT_MOST, ApiKey, ApiKeys, CreatedKey, NewKey
from starter.cli.changing import made
from starter.cli.completion import people
from starter.cli.doors import open_database
from starter.cli.giving import AUTHENTICATED_BY
from starter.cli.options import AsJson
from starter.cli.running import run
from starter.cli.terminal import add_row, print_json, say, stdout, table
from starter.staff import actor_of
from workflows.contract.errors import AmendsError, ErrorCode

app = typer.Typer(add_completion=False, no_args_is_help=True)

By = Annotated[
    str,
    typer.Option("--as", metavar="USER", autocompletion=people, help="Who asks: an executive, or whoever it is for."),
]


@app.callback()
def key() -> None:
    """Make, list and revoke API keys, for services and staff."""


@app.command(epilog="Such as: amends key create --service shop --source web --scope file --scope read --as xu.ming")
def create(
    *,
    as_user: By,
    service: Annotated[str | None, typer.Option(metavar="NAME", help="The system that is to use it.")] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(help="A source whose complaints that system files and sees; * for all. Repeatable."),
    ] = None,
    mine: Annotated[
        bool, typer.Option("--mine", help="A key that acts as whoever asks, instead of one for a service.")
    ] = False,
    scope: Annotated[list[Scope], typer.Option(help="What it is good for. Repeatable.")],
    days: Annotated[
        int, typer.Option(min=1, max=VALID_FOR_AT_MOST.days, help="For how long it opens.")
    ] = VALID_FOR.days,
    note: Annotated[str | None, typer.Option(help="What it is for, for whoever reads the list.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key, and print it: it cannot be shown again.

    A service with the scope command acts for complainants. Keys for services are made by executives.
    """

    async def work(settings: Settings) -> None:
        if mine == (service is not None):
            raise AmendsError(ErrorCode.INVALID_INPUT, "say either --service NAME or --mine")
        wanted = made(
            NewKey,
            {
                "staff": as_user if mine else None,
                "service": service,
                "sources": source or (),
                "scopes": scope,
                "valid_for": timedelta(days=days),
                "note": note,
            },
        )
        async with open_database(settings) as engine:
            by = await actor_of(engine, as_user, authenticated_by=AUTHENTICATED_BY)
            created = await ApiKeys(engine).create(wanted, by)
        print_json(created) if as_json else _print_created(created)

    run(work, as_json=as_json)


@app.command("list")
def list_keys(
    *,
    also_over: Annotated[bool, typer.Option("--all", help="Also those that are revoked or have expired.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the keys that open, the last made first."""

    async def work(settings: Settings) -> None:
        async with open_database(settings) as engine:
            keys = await ApiKeys(engine).listed(also_over=also_over)
        print_json(keys) if as_json else _print_keys(keys)

    run(work, as_json=as_json)


@app.command(epilog="Such as: amends key revoke 4f1c9a0be2d37788 --as xu.ming")
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="KEY_ID", help="As in the list; of amk_ID_SECRET, the ID.")],
    *,
    as_user: By,
    as_json: AsJson = False,
) -> None:
    """End a key: a moment later it opens nothing any more."""

    async def work(settings: Settings) -> None:
        async with open_database(settings) as engine:
            by = await actor_of(engine, as_user, authenticated_by=AUTHENTICATED_BY)
            revoked = await ApiKeys(engine).revoke(key_id, by)
        if as_json:
            print_json(revoked)
        else:
            typer.echo(f"{revoked.key_id} of {revoked.service or revoked.staff}: revoked by {revoked.revoked_by}")

    run(work, as_json=as_json)


def _print_created(created: CreatedKey) -> None:
    typer.echo(created.key)
    until = created.about.expires_at.date().isoformat()
    say(f"This is the only time that it is shown. It opens until {until}; `amends key revoke` ends it earlier.")


def _print_keys(keys: list[ApiKey]) -> None:
    if not keys:
        typer.echo("No key.")
        return
    shown = table(None, "key id", "of", "sources", "good for", "made by", "expires", "last used", "revoked", "note")
    for each in keys:
        who = each.service or each.staff
        revoked = each.revoked_at and f"by {each.revoked_by}"
        used = each.last_used_at
        good_for, until = each.scopes, each.expires_at
        add_row(shown, each.key_id, who, each.sources, good_for, each.created_by, until, used, revoked, each.note)
    stdout().print(shown)
