"""Options and arguments that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.completion import people, references

COMPLAINANT = "complainant"

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Reference = Annotated[
    str,
    typer.Argument(
        metavar="REF",
        autocompletion=references,
        help="The complaint's reference, such as 7K2M-9QXD-4TBC, in any case.",
    ),
]
As = Annotated[
    str,
    typer.Option(
        "--as", metavar="USER", autocompletion=people, help=f"Who acts: somebody on the staff, or {COMPLAINANT}."
    ),
]
