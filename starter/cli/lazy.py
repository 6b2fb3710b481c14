"""Commands whose modules are imported when they are run: `amends --help` need not load database and Temporal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer._click import Command, Context
from typer.core import TyperCommand, TyperGroup

from infra.loading import loading


@dataclass(frozen=True, slots=True)
class Lazy:
    """A command of the table: the module that holds its typer `app`, and its line in the overview."""

    module: str
    summary: str
    panel: str

    def load(self) -> Command:
        """The command itself."""
        with loading():
            app: typer.Typer = import_module(self.module).app
        return typer.main.get_command(app)


class LazyGroup(TyperGroup):
    """A group made of a table; its own commands stand for those of the table until one is run."""

    table: ClassVar[Mapping[str, Lazy]] = {}

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, lazy in self.table.items():
            self.add_command(TyperCommand(name, help=lazy.summary, rich_help_panel=lazy.panel))

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """The command that is named first, now with its module."""
        name, command, rest = super().resolve_command(ctx, args)
        lazy = self.table.get(name or "")
        return name, lazy.load() if lazy else command, rest
