"""Gives a complaint a command on behalf of whoever the shell says it is, and shows the receipt."""

from __future__ import annotations

from uuid import uuid4

import typer
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.settings import Settings
from starter.choosing import Choosing
from starter.cli.acts.room import Asked
from starter.cli.doors import open_database, open_desk
from starter.cli.options import COMPLAINANT
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
_ARCHIVED_LONG_AGO = "the complaint was archived and Temporal has forgotten it; file a new one that refers to it"


def give(reference: str, asked: Asked, *, as_user: str, command_id: str | None, as_json: bool) -> None:
    """Carry out a command of the shell: look the actor up, check the names it uses, give it, print the receipt."""

    async def work(settings: Settings) -> None:
        known_as = parse_reference(reference)
        async with open_database(settings) as engine:
            command = await ready_command(engine, asked, as_user=as_user, command_id=command_id or str(uuid4()))
            command = await Choosing(engine, settings.policy).completed(known_as, command)
            try:
                receipt = await give_and_explain(await open_desk(settings), known_as, command)
            except AmendsError as error:
                if error.code is ErrorCode.UNKNOWN_REFERENCE and await ReadModel(engine).complaint(known_as):
                    raise AmendsError(ErrorCode.ARCHIVED, _ARCHIVED_LONG_AGO) from error
                raise
        print_receipt(receipt, as_json=as_json)

    run(work, as_json=as_json)


async def ready_command(engine: AsyncEngine, asked: Asked, *, as_user: str, command_id: str = "") -> Command:
    """The command as it can be given: with its actor, and with what the directory says of the people it names.

    Raises:
        AmendsError: `invalid_input`, `unknown_staff`, `unknown_department`; `unreachable`.
    """
    own_fields = asked.fields()
    fields = {**own_fields, "actor": await _actor(engine, as_user), "command_id": command_id}
    try:
        command = asked.model.model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError as error:
        raise invalid_input(error) from error
    return await check_names(engine, command)


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
        typer.echo(receipt_in_a_line(receipt))


def receipt_in_a_line(receipt: Receipt) -> str:
    """What the command led to, in words."""
    return f"{receipt.reference}: {', '.join(receipt.events)}. It is now {receipt.status}."


async def _actor(engine: AsyncEngine, subject: str) -> Actor:
    if subject == COMPLAINANT:
        return Actor(subject=COMPLAINANT, roles=(Role.COMPLAINANT,), authenticated_by=AUTHENTICATED_BY)
    return await actor_of(engine, subject, authenticated_by=AUTHENTICATED_BY)
