"""What was kept with the file."""

from __future__ import annotations

from typing import Literal

from workflows.contract.base import Line, Model, Text
from workflows.contract.document import DocumentUri, MediaType, Sha256
from workflows.contract.errors import ErrorCode


class Noted(Model):
    """Somebody wrote down something worth knowing."""

    type: Literal["noted"] = "noted"
    text: Text


class Attached(Model):
    """A document that is kept elsewhere belongs to the case."""

    type: Literal["attached"] = "attached"
    file_name: Line
    media_type: MediaType
    size_bytes: int
    sha256: Sha256
    uri: DocumentUri


class HoldPlaced(Model):
    """The file must be preserved; until that is lifted it is neither archived nor merged."""

    type: Literal["hold_placed"] = "hold_placed"
    reason: Line


class HoldLifted(Model):
    """The file need not be preserved any longer."""

    type: Literal["hold_lifted"] = "hold_lifted"
    reason: Line


class CommandRefused(Model):
    """A signal asked for something that is not allowed. (A refused update is answered instead and leaves no trace.)."""

    type: Literal["command_refused"] = "command_refused"
    command: Line
    code: ErrorCode
    message: Line
