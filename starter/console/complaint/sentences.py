"""What happened, as a sentence: the texts say how, and this module which of them and what names in them stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from string import Formatter
from typing import Any

from starter.console.complaint.pieces import Line, words
from starter.console.complaint.reasons import reason_in_words
from starter.console.complaint.wording import Wording
from starter.console.texts import texts
from workflows.contract import events as fact
from workflows.contract.effects import MeetingStatus
from workflows.contract.limits import Days, Months, Weeks
from workflows.contract.parties import Actor, Owner
from workflows.contract.vocabulary import Choice, Kinship, Language, Level, Outcome, Role, WaitingFor

VOCABULARIES: dict[type[StrEnum], str] = {
    Level: "level",
    Outcome: "outcome",
    Kinship: "kinship",
    Choice: "choice",
    WaitingFor: "waiting_for",
}

PEOPLE = frozenset(
    {"by", "to", "tell", "subject", "chair", "owner", "seat", "spokesperson", "on_behalf_of", "fallback"}
)
CASES = frozenset({"reference", "into", "parent", "survivor", "decided_by"})
DEPARTMENTS = frozenset({"departments"})
_SEVERAL_PEOPLE = frozenset({"invited", "told", "left"})

Variants = Iterator[str]


def sentence(event: Any, actor: Actor, wording: Wording) -> Line:
    """One event in a sentence."""
    key = _key(event, actor)
    values = {name: _value(name, event, actor, wording) for name in names_in(key)}
    return wording.phrase(key, **values)


def names_in(key: str) -> tuple[str, ...]:
    """What a sentence leaves open."""
    return tuple(name for _, name, _, _ in Formatter().parse(texts()[key][Language.EN]) if name)


def _key(event: Any, actor: Actor) -> str:
    base = f"events.sentence.{event.type}"
    variant = _VARIANTS.get(type(event), _by_whom)(event, actor)
    return f"{base}_{variant}" if variant and f"{base}_{variant}" in texts() else base


def _by_whom(_: Any, actor: Actor) -> str:
    """Some sentences are others when Amends itself is their subject, or the complainant."""
    if Role.SYSTEM in actor.roles:
        return "by_itself"
    return "by_complainant" if Role.COMPLAINANT in actor.roles else ""


def _value(name: str, event: Any, actor: Actor, wording: Wording) -> str | Line:
    if name == "who":
        return wording.who(actor)
    own = _OWN.get(name)
    return own(event, wording) if own else worded(name, getattr(event, name), wording)


def worded(name: str, value: Any, wording: Wording) -> str | Line:
    """A field of an event, by its name and its type."""
    match value:
        case datetime():
            return wording.moments.short(value)
        case StrEnum():
            return _worded_word(value, wording)
        case Owner():
            return wording.owner(value)
        case str():
            return _worded_name(name, value, wording)
        case tuple():
            return _worded_names(name, value, wording)
        case _:
            return str(value)


def _worded_word(value: StrEnum, wording: Wording) -> str:
    vocabulary = VOCABULARIES.get(type(value))
    return wording.word(vocabulary, value) if vocabulary else wording.say(f"refusals.{value.value}")


def _worded_name(name: str, value: str, wording: Wording) -> str | Line:
    if name in PEOPLE:
        return wording.person(value)
    if name in CASES:
        return wording.case(value)
    if name == "clock":
        return wording.clock(value)
    if name == "command":
        return wording.command(value)
    return reason_in_words(value, wording) if name in ("reason", "because") else words(value)


def _worded_names(name: str, values: tuple[Any, ...], wording: Wording) -> Line:
    if name in DEPARTMENTS:
        return wording.departments(values)
    if name in _SEVERAL_PEOPLE:
        return wording.people(values)
    if name == "still_counting":
        return wording.several(wording.clock(each) for each in values)
    return wording.several(str(each) for each in values)


def _rung_after(event: fact.RungReached, _: Wording) -> str:
    """How long after the limit, of a rung such as `2:00:00 after`."""
    return event.rung.removesuffix(_AFTER)


def _target(event: fact.ClockExtended, wording: Wording) -> str:
    if isinstance(event.to, Days | Weeks | Months):
        number = next(iter(event.to.model_dump().values()))
        return wording.say(f"complaint.target.{type(event.to).__name__.lower()}", count=number)
    return wording.length(event.to, in_hours=True)


_OWN: dict[str, Callable[[Any, Wording], str | Line]] = {
    "channel": lambda event, wording: wording.word("channel", event.complaint.channel),
    "nature": lambda event, wording: wording.word("nature", event.classification.nature),
    "severity": lambda event, wording: wording.word("severity", event.classification.severity),
    "confidence": lambda event, wording: wording.percent(event.classification.confidence),
    "percent": lambda event, wording: wording.percent(event.percent / 100),
    "quorum_percent": lambda event, wording: wording.percent(event.quorum_percent / 100),
    "after_limit": _rung_after,
    "target": _target,
    "next_steps": lambda event, wording: wording.several(wording.known("complaint.step", each) for each in event.next),
    "step": lambda event, wording: wording.known("complaint.step", event.step),
}

_AFTER = " after"


def _rung(event: fact.RungReached, _: Actor) -> str:
    kind = "after" if event.rung.endswith(_AFTER) else ""
    return f"{kind}_again".strip("_") if event.repetition else kind


def _linked_from(event: fact.LinkedFrom, _: Actor) -> str:
    return event.relation.value


_VARIANTS: dict[type[Any], Callable[[Any, Actor], str]] = {
    fact.Classified: lambda event, actor: "corrected" if event.reason else _by_whom(event, actor),
    fact.MeetingScheduled: lambda event, _: "" if event.status is MeetingStatus.CALLED else event.status.value,
    fact.VoteCast: lambda event, _: "" if event.by == event.seat else "for_another",
    fact.Proposed: lambda event, _: "by_event" if event.decided_by else "",
    fact.ApprovalGranted: lambda event, _: "for_another" if event.on_behalf_of else "",
    fact.Refused: lambda event, _: "for_another" if event.on_behalf_of else "",
    fact.Resumed: lambda event, actor: "with_answer" if event.answer else _by_whom(event, actor),
    fact.SurveyAnswered: lambda event, _: "" if event.solved else "not_solved",
    fact.CalledBack: lambda event, _: "" if event.solved else "not_solved",
    fact.RungReached: _rung,
    fact.LinkedFrom: _linked_from,
    fact.MergeRefused: lambda event, _: "here" if event.here else "",
    fact.JoinRefused: lambda event, _: "here" if event.here else "",
    fact.Followed: lambda event, _: "ended" if event.outcome else "",
    fact.ChildAnswered: lambda event, _: "refused" if event.code else "applied" if event.applied else "",
}
