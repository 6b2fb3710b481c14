"""`amends bulk FILTERS COMMAND --as USER`: one command for many complaints."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.acts.room import Asked
from starter.cli.acts.rooms import ROOMS
from starter.cli.filters import (
    ByBreach,
    ByChannel,
    ByDepartment,
    ByNature,
    ByOwner,
    ByParent,
    ByPolicy,
    BySeverity,
    ByStatus,
    ByText,
    Selection,
)
from starter.cli.options import As, AsJson
from starter.wanted import Wanted

app = typer.Typer(add_completion=False, no_args_is_help=True)

Listed = Annotated[
    str | None,
    typer.Option("--reference", metavar="FILE|-", help="Those in this list, one reference a line; - for stdin."),
]
Go = Annotated[bool, typer.Option("--go", help="Give the command; without it, nothing happens.")]
Run = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="A run that is repeated under its name goes on, and gives no complaint the command twice.",
        show_default="new",
    ),
]


@app.callback()
def bulk(
    ctx: typer.Context,
    *,
    status: ByStatus = None,
    department: ByDepartment = None,
    owner: ByOwner = None,
    nature: ByNature = None,
    severity: BySeverity = None,
    channel: ByChannel = None,
    breached: ByBreach = None,
    policy: ByPolicy = None,
    parent: ByParent = None,
    text: ByText = None,
    listed: Listed = None,
) -> None:
    """Give one command to many complaints: a dry run first, then with --go.

    At least one filter is needed; those given must all hold. Archived complaints are left out unless --status or
    --reference names them. The dry run asks each complaint whether the command is allowed now, and prints the line
    that gives it. Every complaint answers with a receipt or a refusal of its own. Ctrl-C ends a run after those in
    flight; repeated under its name, it goes on.

    Exit codes: 0 all accepted, 3 some refused, 5 some did not answer: repeat the run.
    """
    wanted = Wanted(
        status=status,
        department=department,
        owner=owner,
        nature=nature,
        severity=severity,
        channel=channel,
        breached=breached,
        policy=policy,
        parent=parent,
        text=text,
    )
    ctx.obj = Selection(wanted, listed)


def _give(
    ctx: typer.Context, asked: Asked, *, as_user: As, go: Go = False, run: Run = None, as_json: AsJson = False
) -> None:
    from starter.cli.giving_many import give_many  # noqa: PLC0415 - help and Tab need not load database and Temporal

    give_many(ctx, asked, as_user=as_user, go=go, run_name=run, as_json=as_json)


for room in ROOMS:
    room.offer(app, _give)
