"""What was kept with the file."""

from __future__ import annotations

from typing import Literal

from workflows.contract.base import Line, Model, Text
from workflows.contract.errors import ErrorCode


class Noted(Model):
    """Somebody wrote down something worth knowing."""

    type: Literal["noted"] = "noted"
    text: Text


class CommandRefused(Model):
    """A signal asked for something that is not allowed. (A refused update is answered instead and leaves no trace.)."""

    type: Literal["command_refused"] = "command_refused"
    command: Line
    code: ErrorCode
    message: Line
