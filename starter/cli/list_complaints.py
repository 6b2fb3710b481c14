"""`amends list`: complaints from the read model."""

from __future__ import annotations

from typing import Annotated

import typer

from infra.settings import Settings
from starter.cli.doors import open_database
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
)
from starter.cli.options import AsJson
from starter.cli.running import run
from starter.cli.terminal import add_row, print_json, stdout, table
from starter.listing import Asked, Listing
from starter.read_model import ComplaintRow
from starter.wanted import Wanted

app = typer.Typer(add_completion=False)


@app.command()
def list_complaints(
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
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List complaints, newest first."""
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

    async def work(settings: Settings) -> None:
        async with open_database(settings) as engine:
            rows = await Listing(engine).page(Asked(wanted, limit))
        if as_json:
            print_json(rows)
        else:
            _print(rows, limit)

    run(work, as_json=as_json)


def _print(rows: list[ComplaintRow], limit: int) -> None:
    if not rows:
        typer.echo("No complaint matches.")
        return
    shown = table(
        None, "reference", "received", "status", "severity", "department / owner", "due", "breached", "subject"
    )
    for row in rows:
        status = f"{row.status} ({row.outcome})" if row.outcome else row.status
        held_by = f"{row.department} / {row.owner}"
        add_row(
            shown, row.reference, row.received_at, status, row.severity, held_by, row.due_at, row.breached, row.subject
        )
    stdout().print(shown)
    if len(rows) == limit:
        typer.echo(f"The newest {limit}; more with --limit.")
