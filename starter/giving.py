"""Gives a complaint a command on behalf of whoever a door let in: made complete, given, and answered by its receipt."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from starter.access.caller import Caller
from starter.client import AmendsClient
from starter.read_model import ReadModel
from starter.seeing import visible
from starter.staff import check_names
from workflows.contract.commands import Command
from workflows.contract.commands.base import OWN_IDS
from workflows.contract.commands.kinship import NAMED_IN
from workflows.contract.errors import AmendsError, ErrorCode, invalid_input
from workflows.contract.parties import Actor
from workflows.contract.views import Receipt

_ARCHIVED_LONG_AGO = "the complaint was archived and Temporal has forgotten it; file a new one that refers to it"


async def ready_command(
    engine: AsyncEngine,
    model: type[Command],
    own_fields: Mapping[str, Any],
    actor: Actor,
    *,
    command_id: str = "",
    seen_sequence: int | None = None,
) -> Command:
    """The command as it can be given: with its actor, and with what the directory says of the people it names.

    Raises:
        AmendsError: `invalid_input`, `unknown_staff`, `unknown_department`; `unreachable`.
    """
    if command_id.startswith(OWN_IDS):
        raise AmendsError(
            ErrorCode.INVALID_INPUT, f"ids that begin with {OWN_IDS} are Amends' own; choose another", "command_id"
        )
    fields = {**own_fields, "actor": actor, "command_id": command_id, "seen_sequence": seen_sequence}
    try:
        command = model.model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError as error:
        raise invalid_input(error) from error
    return await check_names(engine, command)


async def see_named(
    engine: AsyncEngine, desk: AmendsClient, caller: Caller, command: Command, *, see_all: Collection[str]
) -> None:
    """See to it that another complaint which the command names is one that its giver may see.

    Without it a link would carry into a complaint, and back, what its giver is not to know of it.

    Raises:
        AmendsError: what `visible` raises, of the field that names it.
    """
    field = NAMED_IN.get(type(command))
    if field is None:
        return
    try:
        await visible(engine, desk, caller, getattr(command, field), see_all=see_all)
    except AmendsError as error:
        raise error.about(field) from error


async def give(engine: AsyncEngine, desk: AmendsClient, reference: str, command: Command) -> Receipt:
    """The receipt of a complaint that is known by its written reference.

    Raises:
        AmendsError: what `AmendsClient.command` raises; `archived` also where Temporal has forgotten the complaint.
    """
    try:
        return await desk.command(reference, command)
    except AmendsError as error:
        if error.code is ErrorCode.UNKNOWN_REFERENCE and await ReadModel(engine).complaint(reference):
            raise AmendsError(ErrorCode.ARCHIVED, _ARCHIVED_LONG_AGO) from error
        raise
