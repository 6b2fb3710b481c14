"""`amends act REF COMMAND --as USER`: every command of the contract, with options of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.acts.room import Asked
from starter.cli.acts.rooms import ROOMS
from starter.cli.options import As, AsJson, Reference

app = typer.Typer(add_completion=False, no_args_is_help=True)

CommandId = Annotated[
    str | None, typer.Option(help="Makes a repeat harmless: the same id acts once.", show_default="new")
]


@app.callback()
def act(ctx: typer.Context, reference: Reference) -> None:
    """Give a complaint a command, as a member of staff or its complainant.

    Whether it is allowed is decided by the complaint itself; a refusal says why and changes nothing (exit code 3).
    """
    ctx.obj = reference


def _give(
    ctx: typer.Context, asked: Asked, *, as_user: As, command_id: CommandId = None, as_json: AsJson = False
) -> None:
    from starter.cli.giving import give  # noqa: PLC0415 - help and Tab need not load database and Temporal

    give(ctx.obj, asked, as_user=as_user, command_id=command_id, as_json=as_json)


for room in ROOMS:
    room.offer(app, _give)
