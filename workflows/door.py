"""How commands come in: raw update and signal payloads become commands, refusals become answers with a code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TypeVar

from pydantic import ValidationError
from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from workflows.contract.base import Model
from workflows.contract.commands import COMMANDS, Command
from workflows.contract.errors import AmendsError, ErrorCode, invalid_input

Message = TypeVar("Message", bound=Model)

_SHOWN_CHARACTERS = 20
"""Of a name that is none."""


def read_command(name: str, payloads: Sequence[RawValue], command_id: str) -> Command:
    """The command called `name`, with `command_id` if its sender gave it none.

    Raises:
        AmendsError: `unknown_command`, or `invalid_input` with the field at fault. (A typed handler would let the SDK
            drop an unreadable signal with no more than a line in the worker's log.)
    """
    model = COMMANDS.get(name)
    if model is None:
        close = get_close_matches(name[:_SHOWN_CHARACTERS], COMMANDS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(COMMANDS)}"
        raise AmendsError(ErrorCode.UNKNOWN_COMMAND, f"there is no command {name[:_SHOWN_CHARACTERS]!r}; {hint}")
    if len(payloads) != 1:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"{name} takes exactly one argument, got {len(payloads)}")
    command = read_argument(name, payloads[0], model)
    return command if command.command_id else command.model_copy(update={"command_id": command_id})


def read_argument(name: str, argument: RawValue, model: type[Message]) -> Message:
    """The argument of the command or start called `name`.

    Raises:
        AmendsError: `invalid_input`, whatever the sender's bytes are: nothing else may escape, because the engine would
            take it for a fault of ours and try again for ever.
    """
    try:
        message = workflow.payload_converter().from_payload(argument.payload, model)
    except ValidationError as error:
        raise invalid_input(error) from error
    except Exception as error:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"the argument of {name} is not readable JSON") from error
    if not isinstance(message, model):  # bytes and null have encodings of their own, which ask for no model
        raise AmendsError(ErrorCode.INVALID_INPUT, f"the argument of {name} is not a JSON object")
    return message


def as_query_failure(error: AmendsError) -> ApplicationError:
    """A refusal as the answer to a query. Of that nothing but the message arrives, so code and field are in it too."""
    said = {"code": error.code.value, "field": error.field, "message": error.message}
    return ApplicationError(json.dumps(said, ensure_ascii=False), type=error.code.value, non_retryable=True)


def as_application_error(error: AmendsError) -> ApplicationError:
    """A refusal as Temporal carries it: the code as type, the field as detail. Repeating it would not help."""
    return ApplicationError(error.message, error.field, type=error.code.value, non_retryable=True)
