"""How two policies differ, as rows that people read: where, what was said before, and what after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from starter.console.administration.rules_in_words import RulesInWords
from starter.console.texts import texts
from starter.policy.differences import CLOCKS, DAYS, Difference
from workflows.contract.approval_rule import ApprovalRule
from workflows.contract.authority_rule import AuthorityRule
from workflows.contract.clock_rule import ClockRule, Extension, Rung
from workflows.contract.limits import Counts, Target
from workflows.contract.vocabulary import Language

_TARGET: TypeAdapter[Any] = TypeAdapter(Target)
_DURATION = TypeAdapter(timedelta)
_WORDS = ("severity", "nature")


class Differs(NamedTuple):
    """One difference: the part of the policy, the field in it, and each side's words; none where it says nothing."""

    part: str
    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def in_words(found: Iterable[Difference], words: RulesInWords, language: Language) -> Iterator[Differs]:
    """All differences in their order."""
    for difference in found:
        part, field = _place(difference.place, words, language)
        sides = (_side(difference.place, value, words, language) for value in (difference.before, difference.after))
        yield Differs(part, field, *sides)


def _place(place: str, words: RulesInWords, language: Language) -> tuple[str, str]:
    head, _, rest = place.partition(".")
    say = texts().say
    if head == CLOCKS:
        clock, _, field = rest.partition(".")
        return say(language, "administration.compare.clock", clock=words.clock_name(clock)), _field(field, language)
    if head == DAYS:
        return say(language, "administration.compare.calendar"), rest.replace(".", " · ")
    return say(language, "administration.compare.general"), _field(place, language)


def _field(field: str, language: Language) -> str:
    name, _, rest = field.partition(".")
    key = f"administration.field.{name}"
    said = texts().say(language, key) if key in texts() else name
    word = next((each for each in _WORDS if f"vocabulary.{each}.{rest}" in texts()), None)
    rest = texts().say(language, f"vocabulary.{word}.{rest}") if word else rest
    return f"{said} · {rest}" if rest else said


def _side(place: str, value: Any, words: RulesInWords, language: Language) -> tuple[str, ...]:
    if value is None:
        return ()
    parts = place.split(".")
    if parts[0] == CLOCKS:
        return _of_clock(parts[2:], value, words, language)
    match parts[0], value:
        case "approval", list():
            return tuple(words.approval(ApprovalRule.model_validate(each)) for each in value)
        case "authority", list():
            return tuple(words.authority(AuthorityRule.model_validate(each)) for each in value)
    return _plain(value, language)


def _of_clock(field: list[str], value: Any, words: RulesInWords, language: Language) -> tuple[str, ...]:
    match field:
        case []:
            clock = words.clock(ClockRule.model_validate(value))
            said = (clock.limit, *clock.sentences)
        case ["target", _]:
            said = (words.target(_target(value), Counts.BUSINESS_HOUR),)
        case ["ladder"]:
            said = tuple(words.rung(Rung.model_validate(each)) for each in value)
        case ["extensions"]:
            said = tuple(words.extension(Extension.model_validate(each), Counts.BUSINESS_HOUR) for each in value)
        case ["start" | "stop"]:
            said = tuple(_known(f"vocabulary.event.{each}", each, language) for each in value)
        case ["waives"]:
            said = tuple(map(words.clock_name, value))
        case [name] if isinstance(value, str):
            said = (_known(f"administration.value.{name}.{value}", value, language),)
        case _:
            said = _plain(value, language)
    return said


def _known(key: str, value: str, language: Language) -> str:
    return texts().say(language, key) if key in texts() else value


def _target(value: Any) -> Target:
    target: Target = _DURATION.validate_python(value) if isinstance(value, str) else _TARGET.validate_python(value)
    return target


def _plain(value: Any, language: Language) -> tuple[str, ...]:
    match value:
        case None:
            return ()
        case bool():
            return (
                texts().say(language, "administration.people.is_so" if value else "administration.people.is_not_so"),
            )
        case list():
            return tuple(" ".join(_plain(each, language)) for each in value)
        case dict():
            return tuple(f"{name}: {' '.join(_plain(each, language))}" for name, each in value.items())
        case _:
            return (str(value),)
