"""How a command of the shell changes the directory: for whom, and what it says of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import ValidationError

from infra.settings import Settings
from starter.cli.doors import open_database
from starter.cli.giving import AUTHENTICATED_BY
from starter.cli.running import run
from starter.cli.staff_text import print_changes
from starter.directory import Changes, Directory
from starter.staff import actor_of
from workflows.contract.base import Model
from workflows.contract.errors import invalid_input
from workflows.contract.parties import Actor

Made = TypeVar("Made", bound=Model)


def change_directory(
    change: Callable[[Settings, Directory, Actor], Awaitable[Changes]],
    *,
    as_user: str,
    as_json: bool,
    is_dry: bool = False,
) -> None:
    """Carry out a command that changes the directory, and say what it changed."""

    async def work(settings: Settings) -> None:
        async with open_database(settings) as engine:
            by = await actor_of(engine, as_user, authenticated_by=AUTHENTICATED_BY)
            changes = await change(settings, Directory(engine), by)
        print_changes(changes, as_json=as_json, are_planned=is_dry)

    run(work, as_json=as_json)


def made(model: type[Made], fields: dict[str, Any]) -> Made:
    """A model out of what was typed.

    Raises:
        AmendsError: `invalid_input`, naming the field.
    """
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise invalid_input(error) from error
