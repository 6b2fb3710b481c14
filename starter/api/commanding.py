"""Giving commands: `POST /api/v1/complaints/{reference}/commands/{command}`, an operation for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Annotated, Any
from uuid import uuid4

from fastapi import Body, Response
from pydantic import create_model

from starter import giving
from starter.access.caller import Caller, Scope
from starter.api.command_examples import EXAMPLES
from starter.api.door import Calling, Door, TheDoor
from starter.api.idempotency import HEADER as IDEMPOTENCY_KEY
from starter.api.idempotency import IdempotencyKey
from starter.api.preconditions import HEADER as IF_MATCH
from starter.api.preconditions import SeenSequence, etag
from starter.api.problems import ExplainedError, problem_responses
from starter.api.references import ONE, REFUSALS, Reference
from starter.api.routers import versioned
from starter.api.staleness import stale
from starter.api.waiting import Projected, Wait
from starter.choosing import Choosing
from starter.projection import projected
from starter.seeing import visible
from workflows.contract.base import Model
from workflows.contract.commands import BY_AMENDS, COMMANDS, Command
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.reference import parse_reference
from workflows.contract.views import Receipt

PATH = f"{ONE}/commands/"

_FOR_ALL_OF_THEM = ("adopt_policy", "amend_calendar", "amend_staff")
"""Given to all open complaints by rollouts, which see to it that what they hand over has been published or is in the
directory; a caller could hand over anything.
"""

OFFERED = {
    name: command for name, command in COMMANDS.items() if command not in BY_AMENDS and name not in _FOR_ALL_OF_THEM
}
"""The commands of this door by their names."""

FROM_THE_DOOR = {*Command.model_fields, "candidates", "candidates_of", "calendars"}
"""What a caller never says: who they are is known, and whom a case can be given to the directory knows."""

_REFUSALS = (
    *REFUSALS,
    ErrorCode.UNKNOWN_STAFF,
    ErrorCode.UNKNOWN_DEPARTMENT,
    ErrorCode.SEPARATION_OF_DUTIES,
    ErrorCode.CONFLICT_OF_INTEREST,
    ErrorCode.CONTRACTOR,
    ErrorCode.STALE,
    ErrorCode.WRONG_STATUS,
    ErrorCode.MEETING_OPEN,
    ErrorCode.NO_MEETING,
    ErrorCode.NO_QUORUM,
    ErrorCode.ALREADY_APPROVED,
    ErrorCode.ALREADY_VOTED,
    ErrorCode.ALREADY_THERE,
    ErrorCode.ABSENT,
    ErrorCode.TASKS_OPEN,
    ErrorCode.ON_HOLD,
    ErrorCode.TOO_MANY,
    ErrorCode.LIMIT_PASSED,
    ErrorCode.ARCHIVED,
    ErrorCode.NO_ANSWER,
)
"""What a complaint may say to a command."""

router = versioned("Commands")


class Given(Receipt):
    """The receipt of a command: it was carried out, and these are its events."""

    projected: Projected = None


async def _give(door: Door, caller: Caller, reference: str, command: Command) -> Receipt:
    try:
        return await giving.give(door.engine, door.desk, reference, command)
    except AmendsError as error:
        seen = command.seen_sequence
        if error.code is ErrorCode.STALE and seen is not None:
            may_read = Scope.READ in caller.scopes
            raise await stale(door.engine, door.desk, reference, seen, tells_changes=may_read) from error
        if error.code.is_silence:
            raise ExplainedError(error, {"command_id": command.command_id}) from error
        raise


@contextmanager
def _its_id_named_by_header() -> Iterator[None]:
    """A refusal of the command's id names the header that carries it."""
    try:
        yield
    except AmendsError as error:
        if error.field == "command_id":
            raise error.about(IDEMPOTENCY_KEY) from error
        raise


def _offer(name: str, model: type[Command]) -> None:
    """Make a command an operation with a body of its own."""
    body = _body_of(model)

    async def give(
        *,
        door: TheDoor,
        caller: Calling,
        response: Response,
        reference: Reference,
        said: Any,
        key: IdempotencyKey = None,
        seen: SeenSequence = None,
        wait: Wait = None,
    ) -> Given:
        caller.require(Scope.COMMAND)
        see_all = door.settings.see_all
        row = await visible(door.engine, door.desk, caller, reference, see_all=see_all)
        fields = {name: getattr(said, name) for name in said.model_fields_set}
        with _its_id_named_by_header():
            command = await giving.ready_command(
                door.engine, model, fields, caller.actor, command_id=key or str(uuid4()), seen_sequence=seen
            )
            await giving.see_named(door.engine, door.desk, caller, command, see_all=see_all)
            command = await Choosing(door.engine, door.settings.policy).completed(row.reference, command)
            receipt = await _give(door, caller, row.reference, command)
        response.headers["ETag"] = etag(receipt.sequence)
        given = Given.model_validate(receipt.model_dump())
        if wait:
            is_projected = await projected(door.engine, receipt.reference, receipt.sequence)
            given = given.model_copy(update={"projected": is_projected})
        return given

    give.__name__ = f"give_{name}"
    # FastAPI makes the schema of the body from these.
    give.__annotations__["said"] = Annotated[body, Body(openapi_examples={name: {"value": EXAMPLES[name]}})]
    if not any(field.is_required() for field in body.model_fields.values()):
        # The name of the command says all there is to say.
        give.__kwdefaults__ = {**(give.__kwdefaults__ or {}), "said": body()}
    router.add_api_route(
        PATH + name,
        give,
        methods=["POST"],
        response_model=Given,
        response_model_exclude_none=True,
        summary=name.replace("_", " ").capitalize(),
        description=_description(model),
        response_description="It was carried out.",
        responses={
            200: {"headers": {"ETag": {"description": "The complaint after it.", "schema": {"type": "string"}}}},
            **problem_responses(*_REFUSALS),
        },
    )


def _body_of(model: type[Command]) -> type[Model]:
    """What a caller says of a command: its own fields, without what the door knows."""
    own = {name: (field.annotation, field) for name, field in model.model_fields.items() if name not in FROM_THE_DOOR}
    body: type[Model] = create_model(f"{model.__name__}Body", __base__=Model, __doc__=model.__doc__, **own)  # type: ignore[call-overload] # the fields are those of a model
    return body


def _description(model: type[Command]) -> str:
    return (
        f"{model.__doc__}\n\nWhether the caller may do so now, the complaint decides. With an"
        f" `{IDEMPOTENCY_KEY}` it can be repeated without harm: it acts once, and a repeat gets the same receipt. With"
        f" `{IF_MATCH}` it is refused as `stale` when more has happened than the caller has seen."
    )


for _name, _model in OFFERED.items():
    _offer(_name, _model)


@router.post(PATH + "{command}", include_in_schema=False)
async def give_unknown(caller: Calling, reference: str, command: str) -> None:
    """Say what is wrong with a command that is none of the above."""
    caller.require(Scope.COMMAND)
    parse_reference(reference)
    close = get_close_matches(command, OFFERED, n=1)
    hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(OFFERED)}"
    kind = (
        "this command is not given to one complaint by a caller" if command in COMMANDS else "there is no such command"
    )
    raise AmendsError(ErrorCode.UNKNOWN_COMMAND, f"{kind}; {hint}", "command")
