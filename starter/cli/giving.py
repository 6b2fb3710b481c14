"""Gives a complaint a command on behalf of whoever the shell says it is, and shows the receipt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import uuid4

import typer
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.settings import Settings
from starter.cli.doors import open_database, open_desk
from starter.cli.running import run
from starter.cli.terminal import print_json, say
from starter.client import AmendsClient
from starter.read_model import ReadModel
from starter.staff import actor_of, check_names
from workflows.contract.commands import Command
from workflows.contract.errors import AmendsError, ErrorCode, invalid_input
from workflows.contract.parties import Actor
from workflows.contract.reference import parse_reference
from workflows.contract.views import Receipt
from workflows.contract.vocabulary import Role

AUTHENTICATED_BY = "shell"
COMPLAINANT = "complainant"
_ARCHIVED_LONG_AGO = "the complaint was archived and Temporal has forgotten it; file a new one that refers to it"

As = Annotated[str, typer.Option("--as", metavar="USER", help=f"Who acts: somebody on the staff, or {COMPLAINANT}.")]
CommandId = Annotated[
    str | None, typer.Option(help="Makes a repeat harmless: the same id acts once.", show_default="new")
]


def give(
    reference: str,
    model: type[Command],
    fields: Callable[[], dict[str, Any]],
    *,
    as_user: str,
    command_id: str | None,
    as_json: bool,
) -> None:
    """Carry out a command of the shell: look the actor up, check the names it uses, give it, print the receipt.

    `fields` makes the command's own fields, and may raise AmendsError.
    """

    async def work(settings: Settings) -> None:
        known_as = parse_reference(reference)
        own_fields = fields()
        async with open_database(settings) as engine:
            actor = await _actor(engine, as_user)
            command = _command(model, {**own_fields, "actor": actor, "command_id": command_id or str(uuid4())})
            await check_names(engine, command)
            try:
                receipt = await give_and_explain(await open_desk(settings), known_as, command)
            except AmendsError as error:
                if error.code is ErrorCode.UNKNOWN_REFERENCE and await ReadModel(engine).complaint(known_as):
                    raise AmendsError(ErrorCode.ARCHIVED, _ARCHIVED_LONG_AGO) from error
                raise
        print_receipt(receipt, as_json=as_json)

    run(work, as_json=as_json)


async def give_and_explain(desk: AmendsClient, reference: str, command: Command) -> Receipt:
    """The receipt. When no answer came, says with which id the command can be repeated."""
    try:
        return await desk.command(reference, command)
    except AmendsError as error:
        if error.code is ErrorCode.NO_ANSWER:
            say(f"The command id is {command.command_id}: repeat the command with --command-id {command.command_id}")
        raise


def print_receipt(receipt: Receipt, *, as_json: bool) -> None:
    """What the command led to."""
    if as_json:
        print_json(receipt)
    else:
        typer.echo(f"{receipt.reference}: {', '.join(receipt.events)}. It is now {receipt.status}.")


async def _actor(engine: AsyncEngine, subject: str) -> Actor:
    if subject == COMPLAINANT:
        return Actor(subject=COMPLAINANT, roles=(Role.COMPLAINANT,), authenticated_by=AUTHENTICATED_BY)
    return await actor_of(engine, subject, authenticated_by=AUTHENTICATED_BY)


def _command(model: type[Command], fields: dict[str, Any]) -> Command:
    try:
        return model.model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError as error:
        raise invalid_input(error) from error
