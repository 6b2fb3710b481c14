"""Commands that keep something with the file of a complaint."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workflows.contract.base import Line, Text
from workflows.contract.commands.base import Command
from workflows.contract.document import DocumentUri, MediaType, Sha256


class AddNote(Command):
    """Something worth knowing later."""

    name = "note"
    text: Text


class Attach(Command):
    """A document that belongs to the case and is kept elsewhere."""

    name = "attach"
    file_name: Line
    media_type: MediaType
    size_bytes: Annotated[int, Field(ge=0)]
    sha256: Sha256
    uri: DocumentUri


class LegalHold(Command):
    """The file must be preserved: the complaint may still close, but is not archived or merged."""

    name = "legal_hold"
    reason: Line


class LiftHold(Command):
    """The file need not be preserved any longer."""

    name = "lift_hold"
    reason: Line


COMMANDS: tuple[type[Command], ...] = (AddNote, Attach, LegalHold, LiftHold)
