"""What is kept with the file of a complaint."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from starter.cli.acts.options import Reason
from starter.cli.acts.room import Fields, Room
from starter.intake.copies import described
from workflows.contract import commands as ask

room = Room("Its file")


@room.command(ask.AddNote)
def note(text: Annotated[str, typer.Option(help="Something worth knowing later.")]) -> None:
    """Write something down in the journal."""


@room.command(ask.Attach)
def attach(
    *,
    uri: Annotated[str, typer.Option(help="Where it is kept, such as s3://letters/2026/letter.pdf.")],
    copy: Annotated[Path | None, typer.Option(help="A copy at hand, which tells what follows.")] = None,
    file_name: Annotated[str | None, typer.Option(help="What people call it.", show_default="the copy's")] = None,
    media_type: Annotated[str | None, typer.Option(help="Such as application/pdf.", show_default="the copy's")] = None,
    size_bytes: Annotated[int | None, typer.Option(min=0, help="How long it is.", show_default="the copy's")] = None,
    sha256: Annotated[str | None, typer.Option(help="Its SHA-256.", show_default="the copy's")] = None,
) -> Fields:
    """Say that a document, which is kept elsewhere, belongs to the case."""
    given = {"file_name": file_name, "media_type": media_type, "size_bytes": size_bytes, "sha256": sha256}
    of_copy = described(copy) if copy else {}
    return {"uri": uri, **of_copy, **{name: value for name, value in given.items() if value is not None}}


@room.command(ask.LegalHold)
def legal_hold(reason: Reason) -> None:
    """Preserve the file: it may close, but is not archived or merged until the hold is lifted."""


@room.command(ask.LiftHold)
def lift_hold(reason: Reason) -> None:
    """End a legal hold. What was to be archived meanwhile is archived now."""
