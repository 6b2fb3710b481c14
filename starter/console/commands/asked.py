"""What a command asks of a person, read from the contract: its own fields by kind, without what the door knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import AwareDatetime, StringConstraints, TypeAdapter
from pydantic.fields import FieldInfo

from workflows.contract.base import TEXT_MAX_CHARACTERS
from workflows.contract.commands import Command, TaskOrder
from workflows.contract.commands.kinship import NAMED_IN
from workflows.contract.parties import Party
from workflows.contract.redress import Redress
from workflows.contract.views import ComplaintView

FROM_THE_DOOR = {*Command.model_fields, "candidates", "candidates_of", "calendars"}
"""What nobody is asked: who they are is known, and whom a case can be given to the directory knows."""

_NEVER_ASKED = {("answer_survey", "round")}
"""The present solution is meant; an earlier one only by a survey's link."""


class Kind(StrEnum):
    """How something is asked for."""

    TEXT = "text"
    LINE = "line"
    NUMBER = "number"
    SCORE = "score"
    WORD = "word"
    YES_NO = "yes_no"
    PARTY = "party"
    PARTIES = "parties"
    PERSON = "person"
    ANYBODY = "anybody"
    ATTENDANCE = "attendance"
    DEPARTMENTS = "departments"
    REFERENCE = "reference"
    INSTANT = "instant"
    LENGTH = "length"
    REDRESS = "redress"
    TASKS = "tasks"
    CLOCK = "clock"
    MOTION = "motion"
    TASK = "task"
    SEAT = "seat"


_BY_NAME: dict[tuple[str, str], Kind] = {
    **{(command.name, field): Kind.REFERENCE for command, field in NAMED_IN.items()},
    ("extend", "clock"): Kind.CLOCK,
    ("vote", "motion"): Kind.MOTION,
    ("vote", "on_behalf_of"): Kind.SEAT,
    ("decide_meeting", "motion"): Kind.MOTION,
    ("complete_task", "task"): Kind.TASK,
    ("declare_interest", "subject"): Kind.PERSON,
    ("declare_major_event", "spokesperson"): Kind.ANYBODY,
    ("confirm", "score"): Kind.SCORE,
    ("answer_survey", "score"): Kind.SCORE,
}
"""Where the type does not tell."""

_BY_TYPE: dict[Any, Kind] = {
    bool: Kind.YES_NO,
    int: Kind.NUMBER,
    AwareDatetime: Kind.INSTANT,
    timedelta: Kind.LENGTH,
    Party: Kind.PARTY,
}
_BY_PART: dict[Any, Kind] = {Party: Kind.PARTIES, Redress: Kind.REDRESS, TaskOrder: Kind.TASKS}


class Question(NamedTuple):
    """One field that is asked for.

    `type` is its plain type, `checks` decides what may be entered; `most` and `least` are characters, items, or the
    bounds of a number or length, as the kind has it.
    """

    command: str
    name: str
    kind: Kind
    type: Any
    checks: TypeAdapter[Any]
    is_required: bool
    default: Any
    most: Any
    least: Any

    def text(self, part: str) -> str:
        """The key of its `label` or `help`."""
        return f"commands.of.{self.command}.fields.{self.name}.{part}"


def questions(model: type[Command], view: ComplaintView | None = None) -> tuple[Question, ...]:
    """What has to be asked, in order; of a complaint that is in view, without what it knows already."""
    known = _known(model.name, view)
    return tuple(
        _question(model, name, field)
        for name, field in model.model_fields.items()
        if name not in FROM_THE_DOOR and (model.name, name) not in _NEVER_ASKED and name not in known
    )


def _known(command: str, view: ComplaintView | None) -> frozenset[str]:
    """Who was there, and what they said, is recorded once."""
    meeting = view.meeting if view else None
    if command == "decide_meeting" and meeting and (meeting.present is not None or meeting.fallback):
        return frozenset({"present", "minutes"})
    return frozenset()


def _question(model: type[Command], name: str, field: FieldInfo) -> Question:
    bare, constraints = _bare(field.annotation)
    every = [*constraints, *field.metadata]
    kind = _BY_NAME.get((model.name, name)) or _kind(bare, every)
    return Question(
        command=model.name,
        name=name,
        kind=kind,
        type=bare,
        checks=_checks(field),
        is_required=field.is_required() and kind is not Kind.ATTENDANCE,
        default=None if field.is_required() else field.default,
        most=_bound(every, "max_length", MaxLen, Le),
        least=_bound(every, "min_length", MinLen, Ge),
    )


def _checks(field: FieldInfo) -> TypeAdapter[Any]:
    whole: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return TypeAdapter(whole)


def _bare(annotation: Any) -> tuple[Any, list[Any]]:
    """The type without `None` and without what is annotated, and that."""
    constraints: list[Any] = []
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *metadata = get_args(annotation)
            constraints += [part for each in metadata for part in (each, *getattr(each, "metadata", ()))]
        elif type(None) in get_args(annotation):
            annotation = next(each for each in get_args(annotation) if each is not type(None))
        else:
            return annotation, constraints


def _kind(bare: Any, constraints: list[Any]) -> Kind:
    if get_origin(bare) is tuple:
        part, of_part = _bare(get_args(bare)[0])
        return _BY_PART.get(part) or (Kind.DEPARTMENTS if _pattern(of_part) else Kind.ATTENDANCE)
    if isinstance(bare, type) and issubclass(bare, StrEnum):
        return Kind.WORD
    if bare is str:
        return Kind.TEXT if _bound(constraints, "max_length", MaxLen, Le) == TEXT_MAX_CHARACTERS else Kind.LINE
    return _BY_TYPE[bare]


def _pattern(constraints: list[Any]) -> str | None:
    return next((found for each in constraints if (found := getattr(each, "pattern", None))), None)


def _bound(constraints: list[Any], of_text: str, *kinds: type) -> Any:
    """The first bound there is: of a text, of a list, or of a number."""

    def bounds() -> Iterator[Any]:
        for each in constraints:
            if isinstance(each, StringConstraints):
                yield getattr(each, of_text)
            for kind, name in zip(kinds, (of_text, "le" if of_text == "max_length" else "ge"), strict=True):
                if isinstance(each, kind):
                    yield getattr(each, name)

    return next((found for found in bounds() if found is not None), None)
