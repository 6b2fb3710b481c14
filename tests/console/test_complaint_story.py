"""Every event is told in a sentence, with all that there is to know of it, in both languages, and Amends' reasons."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from infra.policies import load_policy
from starter.console.complaint.details import DETAILS
from starter.console.complaint.event_looks import KINDS, LOOKS
from starter.console.complaint.names import Names
from starter.console.complaint.pieces import Piece, plain
from starter.console.complaint.reasons import reason_in_words
from starter.console.complaint.story import tell
from starter.console.complaint.wording import Wording
from starter.console.texts import texts
from starter.read_model import EventRow
from tests.core import builders as b
from workflows.contract.assignment import AssignmentRule, AssignTo, Candidate
from workflows.contract.calendar import Calendar
from workflows.contract.destination import destination
from workflows.contract.events import Event
from workflows.contract.limits import Target
from workflows.contract.parties import SYSTEM, Actor
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import EventType, Language, Nature, Role
from workflows.core.assignment import Vacancy, choose

EVENTS: dict[str, type[BaseModel]] = {
    event.model_fields["type"].default: event for event in get_args(get_args(Event)[0])
}
NAMES = Names({"zhou.qi": "周琦"}, {"service": {"zh": "客服部", "en": "Service"}})
AGENT = Actor(
    subject="zhou.qi",
    roles=(Role.AGENT,),
    department="service",
    authenticated_by="api_key",
    stands_in_for=({"subject": "lin.wan", "roles": (Role.HEAD,), "department": "service"},),
)
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
WHOLE: dict[Any, Any] = {Policy: load_policy("default"), Calendar: b.CALENDAR, Target: "PT48H"}
NAMED = {
    "email": "a@b.example",
    "currency": "CNY",
    "uri": "https://files.example/a.pdf",
    "media_type": "application/pdf",
    "sha256": "5e" * 32,
}
PLAIN: dict[str, Any] = {
    "str": "service",  # a name, a slug and a line
    "int": 1,
    "bool": True,
    "float": 0.5,
    "datetime": AT,
    "AwareDatetime": AT,
    "Decimal": "12.50",
    "timedelta": "PT2H",
}


def wording(language: Language = Language.EN) -> Wording:
    """Somebody who reads that language."""
    return Wording(language, "Asia/Shanghai", NAMES, reader="zhou.qi")


def samples(model: type[BaseModel], *, full: bool) -> dict[str, Any]:
    """The fields of a message: all of them, or those that it must have."""
    wanted = {name: field for name, field in model.model_fields.items() if full or field.is_required()}
    return {name: sample(name, field, full=full) for name, field in wanted.items()}


def sample(name: str, field: FieldInfo, *, full: bool) -> Any:
    """A value of a field."""
    if name in NAMED:
        return NAMED[name]
    return value_of(field.annotation, field.default, full=full)


def value_of(annotation: Any, default: Any = None, *, full: bool) -> Any:
    """A value of a type."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if annotation in WHOLE:
        return WHOLE[annotation]
    if origin is None:
        return _plain(annotation, full=full)
    if origin is Literal:
        return default if isinstance(default, str) else parts[0]
    if origin in (tuple, dict):
        inner = [value_of(part, full=full) for part in parts if part is not ...]
        return dict([inner]) if origin is dict else tuple(inner)
    if origin is not Annotated and type(None) in parts and not full:
        return None
    return value_of(parts[0], full=full)


def _plain(annotation: Any, *, full: bool) -> Any:
    if issubclass(annotation, BaseModel):
        return samples(annotation, full=full)
    return next(iter(annotation)) if issubclass(annotation, StrEnum) else PLAIN[annotation.__name__]


def rows(language: Language, *, full: bool, actor: Actor) -> Iterator[tuple[str, str, list[Piece]]]:
    """Each event with its sentence and its pieces."""
    for number, (name, event) in enumerate(EVENTS.items(), start=1):
        data = TypeAdapter(event).validate_python(samples(event, full=full)).model_dump(mode="json")
        row = EventRow(sequence=number, at=AT, type=name, actor=actor, command_id="", data=data)
        (told,) = tell([row], wording(language))
        yield name, plain(told["text"]), list(told["pieces"])


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("actor", [AGENT, SYSTEM], ids=["staff", "amends"])
def test_every_event_is_a_sentence_that_is_not_its_name(language: Language, full: bool, actor: Actor) -> None:
    for name, said, pieces in rows(language, full=full, actor=actor):
        assert said != texts().say(language, f"vocabulary.event.{name}"), name
        assert "{" not in said, name
        assert not _MISSING.search(said + json.dumps(pieces)), name


def test_every_event_shows_what_is_to_be_known_of_it() -> None:
    for name, _, pieces in rows(Language.EN, full=True, actor=AGENT):
        assert bool(pieces) is (name in DETAILS), name


def test_every_event_has_a_look_and_a_kind_that_it_is_filtered_by() -> None:
    assert LOOKS.keys() == set(EventType)
    assert {look.kind for look in LOOKS.values()} == set(KINDS)


def test_who_did_something_is_told_with_role_and_department_and_for_whom_they_stand_in() -> None:
    row = EventRow(sequence=1, at=AT, type="noted", actor=AGENT, command_id="", data={"type": "noted", "text": "x"})
    (told,) = tell([row], wording())
    assert plain(told["text"]) == "周琦 made a note."
    assert plain(told["by"]) == "Agent · Service · stands in for lin.wan · by an API key"


def test_what_an_older_release_recorded_in_another_form_is_told_by_its_name() -> None:
    row = EventRow(sequence=1, at=AT, type="noted", actor=AGENT, command_id="", data={"type": "noted", "words": "x"})
    (told,) = tell([row], wording())
    assert plain(told["text"]) == "Note"


def test_why_another_complaint_refused_is_told_in_the_readers_language() -> None:
    refused = {"code": "archived", "message": "the complaint is archived; file a new one that refers to it"}
    data = {"type": "merge_refused", "into": "FH7T-6KE7-9R8A", "by": "zhou.qi", **refused}
    row = EventRow(sequence=1, at=AT, type="merge_refused", actor=SYSTEM, command_id="", data=data)
    told = json.dumps(tell([row], wording(Language.ZH)), ensure_ascii=False)
    assert "投诉已归档；请另立新案并注明此案" in told


@pytest.mark.parametrize("changes", [{}, {"confidence": 0.1}, {"in_scope": False}])
def test_why_a_department_is_concerned_is_told_in_the_readers_language(changes: dict[str, Any]) -> None:
    because = destination(b.policy(), b.classification(**changes)).because
    assert not _is_english(plain(reason_in_words(because, wording(Language.ZH))))


@pytest.mark.parametrize("skills", [(), (Nature.SERVICE,)])
def test_why_somebody_got_the_case_is_told_in_the_readers_language(skills: tuple[Nature, ...]) -> None:
    people = [Candidate(subject="zhou.qi", languages=(Language.ZH,), load=3, skills=skills)]
    vacancy = Vacancy("R", Nature.SERVICE, Language.ZH, AssignmentRule(to=AssignTo.PERSON), frozenset(), None, None, {})
    chosen = choose(people, vacancy, AT)
    said = plain(reason_in_words(f"service complaints belong to service; {chosen.because}", wording(Language.ZH)))
    assert not _is_english(said)
    assert "周琦" in said


def test_whose_working_hours_a_meeting_keeps_to_is_told_in_the_readers_language() -> None:
    because = "the first time in the working hours of zhou.qi, he.jun (china), shen.yi (at any hour)"
    said = plain(reason_in_words(because, wording(Language.ZH)))
    assert said == "最早的共同工作时间：周琦、he.jun（china）、shen.yi（不限时间）"


def test_a_reason_that_a_person_wrote_stays_as_it_is() -> None:
    written = "it may not be ours; or is it? <b>"
    assert reason_in_words(written, wording(Language.ZH)) == [{"text": written, "mark": "theirs"}]


_MISSING = re.compile(r"\b(events|complaint|vocabulary|commands)\.[a-z]")
"""A text that is not there shows as its key."""


def _is_english(said: str) -> bool:
    return any(word.isascii() and word.isalpha() for word in said.split())
