"""Options and arguments that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Reference = Annotated[
    str,
    typer.Argument(metavar="REF", help="The complaint's reference, such as 7K2M-9QXD-4TBC, in any case."),
]
