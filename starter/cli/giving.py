"""Gives a complaint a command of the shell on behalf of whoever that says it is, and shows the receipt."""

from __future__ import annotations

from collections.abc import Awaitable
from uuid import uuid4

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.settings import Settings
from starter import giving
from starter.choosing import Choosing
from starter.cli.acts.room import Asked
from starter.cli.doors import open_database, open_desk
from starter.cli.options import COMPLAINANT
from starter.cli.running import run
from starter.cli.terminal import print_json, say
from starter.staff import actor_of
from workflows.contract.commands import Command
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor
from workflows.contract.reference import parse_reference
from workflows.contract.views import Receipt
from workflows.contract.vocabulary import Role

AUTHENTICATED_BY = "shell"


def give(reference: str, asked: Asked, *, as_user: str, command_id: str | None, as_json: bool) -> None:
    """Carry out a command of the shell: look the actor up, check the names it uses, give it, print the receipt."""

    async def work(settings: Settings) -> None:
        known_as = parse_reference(reference)
        async with open_database(settings) as engine:
            command = await ready_command(engine, asked, as_user=as_user, command_id=command_id or str(uuid4()))
            command = await Choosing(engine, settings.policy).completed(known_as, command)
            giving_it = giving.give(engine, await open_desk(settings), known_as, command)
            receipt = await explained(giving_it, command)
        print_receipt(receipt, as_json=as_json)

    run(work, as_json=as_json)


async def ready_command(engine: AsyncEngine, asked: Asked, *, as_user: str, command_id: str = "") -> Command:
    """The command as it can be given: with its actor, and with what the directory says of the people it names.

    Raises:
        AmendsError: `invalid_input`, `unknown_staff`, `unknown_department`; `unreachable`.
    """
    own_fields = asked.fields()
    actor = await _actor(engine, as_user)
    return await giving.ready_command(engine, asked.model, own_fields, actor, command_id=command_id)


async def explained(receipt: Awaitable[Receipt], command: Command) -> Receipt:
    """The receipt of a command. When no answer comes, says with which id the command can be repeated."""
    try:
        return await receipt
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
