"""Commands that keep something with the file of a complaint."""

from __future__ import annotations

from workflows.contract.base import Text
from workflows.contract.commands.base import Command


class AddNote(Command):
    """Something worth knowing later."""

    name = "note"
    text: Text


COMMANDS: tuple[type[Command], ...] = (AddNote,)
