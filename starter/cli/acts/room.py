"""What a room's module is made of: its heading in the help, and a subcommand for each of its commands."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import typer

from workflows.contract.commands import Command

Fields = dict[str, Any]
"""A command's own fields, without actor and command id; None stands for one that is not given."""

Options = TypeVar("Options", bound=Callable[..., Fields | None])


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as somebody typed it: `fields` makes its own fields, and may raise `AmendsError`."""

    model: type[Command]
    fields: Callable[[], Fields]


@dataclass(frozen=True, slots=True)
class Subcommand:
    """One command with its options: the parameters of a function, which returns the fields where those differ."""

    model: type[Command]
    options: Callable[..., Fields | None]

    @property
    def name(self) -> str:
        """As it is typed."""
        return self.model.name.replace("_", "-")

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """The options by name, with what typer has to know of them."""
        return dict(inspect.signature(self.options, eval_str=True).parameters)

    def asked(self, given: Fields) -> Asked:
        """The command with these options."""

        def fields() -> Fields:
            made = self.options(**given)
            return given if made is None else made

        return Asked(self.model, fields)


@dataclass(frozen=True, slots=True)
class Room:
    """The subcommands under one heading."""

    heading: str
    subcommands: list[Subcommand] = field(default_factory=list)

    def command(self, model: type[Command]) -> Callable[[Options], Options]:
        """Makes a function the subcommand of a command: see the package's docstring."""

        def add(options: Options) -> Options:
            self.subcommands.append(Subcommand(model, options))
            return options

        return add

    def offer(self, app: typer.Typer, give: Callable[..., None]) -> None:
        """Give `app` all subcommands.

        Args:
            app: its callback leaves in `ctx.obj` whom the command is for.
            give: takes the context and what is asked; its keyword-only parameters are options of every subcommand.
        """
        for subcommand in self.subcommands:
            callback = _callback(subcommand, give)
            app.command(subcommand.name, help=subcommand.options.__doc__, rich_help_panel=self.heading)(callback)


def _callback(subcommand: Subcommand, give: Callable[..., None]) -> Callable[..., None]:
    """A function as typer reads them: with the options of the subcommand and those of `give`."""
    context, _, *shared = inspect.signature(give, eval_str=True).parameters.values()
    own = subcommand.parameters

    def callback(**values: Any) -> None:
        ctx = values.pop(context.name)
        given = {name: values.pop(name) for name in own}
        give(ctx, subcommand.asked(given), **values)

    options = sorted([*own.values(), *shared], key=_is_optional)
    parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (context, *options)]
    # Typer reads a function's options from these two.
    callback.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # functions may have one
    callback.__annotations__ = {each.name: each.annotation for each in parameters}
    return callback


def _is_optional(option: inspect.Parameter) -> bool:
    return option.default is not inspect.Parameter.empty
