"""What is kept with the file of a complaint without moving it: notes, documents, and that it must be preserved."""

from __future__ import annotations

from datetime import datetime

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Event
from workflows.contract.parties import Actor
from workflows.core.case import Case
from workflows.core.ending import is_overdue_for_the_archive
from workflows.core.room import Changes, Conditions, Decisions, Effects


def _note(_case: Case, command: ask.AddNote, _now: datetime) -> tuple[Event, ...]:
    return (fact.Noted(text=command.text),)


def _attach(_case: Case, command: ask.Attach, _now: datetime) -> tuple[Event, ...]:
    return (
        fact.Attached(
            file_name=command.file_name,
            media_type=command.media_type,
            size_bytes=command.size_bytes,
            sha256=command.sha256,
            uri=command.uri,
        ),
    )


def _place_hold(_case: Case, command: ask.LegalHold, _now: datetime) -> tuple[Event, ...]:
    return (fact.HoldPlaced(reason=command.reason),)


def _lift_hold(case: Case, command: ask.LiftHold, _now: datetime) -> tuple[Event, ...]:
    """What was to be archived meanwhile is archived now."""
    lifted = fact.HoldLifted(reason=command.reason)
    free = case.model_copy(update={"hold": None})
    return (lifted, fact.Archived()) if is_overdue_for_the_archive(free) else (lifted,)


def _check_not_held(case: Case, _actor: Actor) -> None:
    if case.hold:
        raise AmendsError(ErrorCode.ALREADY_THERE, f"the file is on legal hold already: {case.hold}")


def _check_held(case: Case, _actor: Actor) -> None:
    if case.hold is None:
        raise AmendsError(ErrorCode.ALREADY_THERE, "the file is not on legal hold")


CONDITIONS: Conditions = {"legal_hold": _check_not_held, "lift_hold": _check_held}
DECISIONS: Decisions = {
    "note": _note,
    "attach": _attach,
    "legal_hold": _place_hold,
    "lift_hold": _lift_hold,
}
CHANGES: Changes = {
    fact.HoldPlaced: lambda _, event: {"hold": event.reason},
    fact.HoldLifted: lambda *_: {"hold": None},
}
EFFECTS: Effects = {}
