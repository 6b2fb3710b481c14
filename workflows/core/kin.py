"""What the rooms about other complaints share: how these are spoken to, and which of their answers mean yes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workflows.contract import events as fact
from workflows.contract.commands import Command
from workflows.contract.effects import Effect, Notice, Notify, Relay
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry
from workflows.contract.reference import parse_reference
from workflows.contract.replies import Answer
from workflows.core.case import Case


def with_kin(case: Case, **changes: Any) -> dict[str, Any]:
    """The case's field that holds all of it, changed."""
    return {"kin": case.kin.model_copy(update=changes)}


def relay(entry: Entry, to: Iterable[str], command: Command) -> tuple[Effect, ...]:
    """The effect that gives `command` to these complaints; none, if there are none."""
    references = tuple(to)
    if not references:
        return ()
    fields = command.model_dump(mode="json", exclude={"actor", "command_id"}, exclude_none=True)
    return (Relay(sequence=entry.sequence, to=references, command=command.name, fields=fields),)


def other(case: Case, typed: str, field: str) -> str:
    """The reference of another complaint, as somebody typed it.

    Raises:
        AmendsError: `reference_mistyped`, or `invalid_input` if it is this complaint's own.
    """
    try:
        reference = parse_reference(typed)
    except AmendsError as error:
        raise error.about(field) from error
    if reference == case.reference:
        raise AmendsError(ErrorCode.INVALID_INPUT, "that is this complaint itself; name another one", field)
    return reference


def is_yes(answer: Answer) -> bool:
    """It was carried out, now or before."""
    return answer.code in (None, ErrorCode.ALREADY_THERE)


def refusal(answer: Answer) -> tuple[ErrorCode, str]:
    """Code and message of an answer that is no yes."""
    return answer.code or ErrorCode.NO_ANSWER, answer.message or "no reason was given"


def tell_who_asked(
    entry: Entry, event: fact.LinkRefused | fact.MergeRefused | fact.JoinRefused, wanted: str, reference: str
) -> tuple[Effect, ...]:
    """The letter to whoever wanted something of another complaint, which was refused."""
    facts = {"wanted": wanted, "reference": reference, "code": event.code.value, "message": event.message}
    return (Notify(sequence=entry.sequence, notice=Notice.KINSHIP_REFUSED, to=event.by, facts=facts),)
