"""`amends list`: complaints from the read model."""

from __future__ import annotations

from typing import Annotated

import typer

from infra.settings import Settings
from starter.cli.doors import open_database
from starter.cli.options import AsJson
from starter.cli.running import run
from starter.cli.terminal import add_row, print_json, stdout, table
from starter.read_model import ComplaintRow, ReadModel, Wanted
from workflows.contract.vocabulary import Channel, Severity, Status

app = typer.Typer(add_completion=False)


@app.command()
def list_complaints(
    *,
    status: Annotated[Status | None, typer.Option(help="Where they stand.")] = None,
    department: Annotated[str | None, typer.Option(help="Who holds them.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who answers for them.")] = None,
    severity: Annotated[Severity | None, typer.Option(help="How bad they are.")] = None,
    channel: Annotated[Channel | None, typer.Option(help="How they came in.")] = None,
    breached: Annotated[
        bool | None, typer.Option("--breached/--not-breached", help="Whether a time limit has passed.")
    ] = None,
    text: Annotated[str | None, typer.Option(help="Words that all must occur, Chinese or English.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List complaints, newest first."""
    wanted = Wanted(
        status=status,
        department=department,
        owner=owner,
        severity=severity,
        channel=channel,
        breached=breached,
        text=text,
    )

    async def work(settings: Settings) -> None:
        async with open_database(settings) as engine:
            rows = await ReadModel(engine).complaints(wanted, limit)
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
