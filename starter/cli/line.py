"""The line somebody typed, to be shown again as one to copy."""

from __future__ import annotations

import shlex
from collections.abc import MutableMapping, Sequence
from typing import Any

import typer

_KEY = f"{__name__}.arguments"


def remember_line(meta: MutableMapping[str, Any], arguments: Sequence[str]) -> None:
    """Keep the arguments of the whole line in the `meta` that the contexts of all commands in it share."""
    meta[_KEY] = tuple(arguments)


def line_with(ctx: typer.Context, *more: str) -> str:
    """The line with options added, quoted for the shell."""
    return shlex.join(["amends", *ctx.meta[_KEY], *more])
