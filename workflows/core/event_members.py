"""Who belongs to a major event, as the leading complaint and its children know."""

from __future__ import annotations

from typing import Any

from workflows.contract import events as fact
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Event
from workflows.contract.kinship import Child
from workflows.contract.replies import Answer
from workflows.core.case import Case
from workflows.core.kin import with_kin
from workflows.core.stages import ASSESSED


def as_member(case: Case, parent: str) -> tuple[Event, ...]:
    """Nothing, if this is a child of that event. The parent may speak before its answer to the request to join has been
    heard here: then that is its answer.
    """
    if case.kin.parent == parent:
        return ()
    if case.kin.joining and case.kin.joining.reference == parent and case.status in ASSESSED:
        return (fact.JoinedEvent(parent=parent),)
    raise AmendsError(ErrorCode.WRONG_STATUS, f"it does not belong to the event of {parent}")


def answered(answer: Answer, *, applied: bool = False) -> fact.ChildAnswered:
    """What the journal of the leading complaint says of a child's answer."""
    return fact.ChildAnswered(
        reference=answer.reference, command=answer.command, applied=applied, code=answer.code, message=answer.message
    )


def child_of(case: Case, reference: str) -> Child | None:
    """A child of the event that this complaint leads."""
    children = case.kin.event.children if case.kin.event else ()
    return next((child for child in children if child.reference == reference), None)


def of_event(case: Case, **changes: Any) -> dict[str, Any]:
    """The case's field that holds the event it leads, changed; none, if it leads none."""
    return with_kin(case, event=case.kin.event.model_copy(update=changes)) if case.kin.event else {}


def references(case: Case) -> tuple[str, ...]:
    """The children of the event that this complaint leads."""
    return tuple(child.reference for child in case.kin.event.children) if case.kin.event else ()
