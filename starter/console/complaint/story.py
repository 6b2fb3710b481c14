"""The journal as a story: each event a sentence with who, when and by what right, and what there is to know of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NotRequired, TypedDict

from pydantic import TypeAdapter, ValidationError

from starter.access.gate import DEVELOPMENT_TOKEN, OIDC
from starter.console.complaint.details import details
from starter.console.complaint.event_looks import look_of
from starter.console.complaint.pieces import Line, Piece, plain, words
from starter.console.complaint.sentences import sentence
from starter.console.complaint.wording import Wording
from starter.read_model import EventRow
from workflows.contract.events import Event
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Role

_BY_LOGGING_IN = (OIDC, DEVELOPMENT_TOKEN)

_EVENT: TypeAdapter[Any] = TypeAdapter(Event)


class Told(TypedDict):
    """One event, as the timeline shows it. `kind` is what it is filtered by."""

    number: int
    kind: str
    icon: str
    tone: str
    day: str
    at: str
    full: str
    what: str
    text: Line
    is_system: bool
    by: NotRequired[Line]
    pieces: list[Piece]


def tell(events: Iterable[EventRow], wording: Wording) -> list[Told]:
    """The events in their order."""
    return [_told(event, wording) for event in events]


def in_a_line(told: Told) -> str:
    """An event as it is read out when it happens."""
    return plain(told["text"])


def _told(row: EventRow, wording: Wording) -> Told:
    said, pieces = _content(row, wording)
    look, moments = look_of(row.type), wording.moments
    told = Told(
        number=row.sequence,
        kind=look.kind,
        icon=look.icon,
        tone=look.tone,
        day=moments.day(row.at),
        at=moments.clock(row.at),
        full=moments.full(row.at),
        what=wording.known("vocabulary.event", row.type),
        text=said,
        is_system=Role.SYSTEM in row.actor.roles,
        pieces=pieces,
    )
    if right := _right(row.actor, said, wording):
        told["by"] = right
    return told


def _content(row: EventRow, wording: Wording) -> tuple[Line, list[Piece]]:
    """What an older release recorded may have another form: then it is called by its name."""
    try:
        event = _EVENT.validate_python(row.data)
    except ValidationError:
        return words(wording.known("vocabulary.event", row.type)), []
    return sentence(event, row.actor, wording), list(details(event, wording))


def _right(actor: Actor, said: Line, wording: Wording) -> Line:
    """Who did it unless the sentence says so, in what role, for whom they stand in, and how the door knew them if not
    by logging in. Amends needs no right.
    """
    if Role.SYSTEM in actor.roles:
        return []
    who = wording.who(actor)
    parts: list[Line] = [] if who[0] in said else [who]
    if Role.COMPLAINANT not in actor.roles:
        parts.append(words(wording.either("role", actor.roles)))
    if actor.department:
        parts.append(words(wording.department(actor.department)))
    if actor.contractor:
        parts.append(words(wording.say("events.contractor")))
    if actor.stands_in_for:
        absent = wording.people(each.subject for each in actor.stands_in_for)
        parts.append(wording.phrase("events.stands_in_for", absent=absent))
    if actor.authenticated_by not in _BY_LOGGING_IN:
        parts.append(words(wording.known("events.known_by", actor.authenticated_by)))
    return [segment for number, part in enumerate(parts) for segment in (*(words(" · ") if number else ()), *part)]
