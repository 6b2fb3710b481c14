"""Why something is refused, in the reader's language: Amends says it in English, which is what histories keep. Here its
sentences are recognised, and said in Chinese with the same values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import TypeAlias

from starter.console.texts import texts
from workflows.contract.vocabulary import Language, Level, Relation, Role, Severity, Status, TaskState

_SAID = "said"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NO_BLANK, _DIGITS, _ANYTHING = r"\S+", r"\d+", r".+"

Say: TypeAlias = Callable[[str, Language], str | None]
"""A value in the reader's language; none, if it is nothing of the kind."""


def why(message: str, language: Language) -> str | None:
    """What a refusal says, in the reader's language; none, if that cannot be said in it. The console's own refusals are
    said in it from the start.
    """
    if language is Language.EN:
        return message
    return _sentence(_SAID, message, language) or (message if _HAN.match(message) else None)


@dataclass(frozen=True)
class _Kind:
    """What a value is: how it is written, and how it is said."""

    written: str
    say: Say = lambda value, _: value


@dataclass(frozen=True)
class _Sentence:
    key: str
    pattern: re.Pattern[str]
    letters: int
    """How much of it is not values: of two that fit, the one with more is meant."""


@cache
def _sentences() -> Mapping[str, list[_Sentence]]:
    """All that are known, by what they are about."""
    known: dict[str, list[_Sentence]] = {}
    for key, languages in texts().items():
        room, _, rest = key.partition(".")
        if room == "why":
            known.setdefault(rest.partition(".")[0], []).append(_recogniser(key, languages[Language.EN]))
    return {group: sorted(found, key=lambda each: -each.letters) for group, found in known.items()}


def _recogniser(key: str, text: str) -> _Sentence:
    parts = list(Formatter().parse(text))
    pattern = "".join(
        re.escape(literal) + (f"(?P<{name}>{_kind(name).written})" if name else "") for literal, name, _, _ in parts
    )
    return _Sentence(key, re.compile(pattern, re.DOTALL), sum(len(literal) for literal, *_ in parts))


def _sentence(group: str, message: str, language: Language) -> str | None:
    for sentence in _sentences()[group]:
        if found := sentence.pattern.fullmatch(message):
            values = {name: _kind(name).say(value, language) for name, value in found.groupdict().items()}
            if None not in values.values():
                return texts().say(language, sentence.key, **values)
    return None


def _one(group: str) -> Say:
    """A part that is a sentence of its own."""
    return lambda value, language: _sentence(group, value, language)


def _any(group: str) -> Say:
    """A part that is such a sentence, or anything else."""
    return lambda value, language: _sentence(group, value, language) or value


def _several(group: str, between: str) -> Say:
    """Parts that are sentences of their own, one after the other."""

    def say(value: str, language: Language) -> str | None:
        if whole := _sentence(group, value, language):
            return whole
        for place in re.finditer(re.escape(between), value):
            first = _sentence(group, value[: place.start()], language)
            if first and (others := say(value[place.end() :], language)):
                return texts().say(language, "why.between", first=first, others=others)
        return None

    return say


def _word(*vocabularies: str) -> Say:
    """A word of the first of these that has it."""

    def say(value: str, language: Language) -> str | None:
        keys = (f"{vocabulary}.{value}" for vocabulary in vocabularies)
        return next((texts().say(language, key) for key in keys if key in texts()), None)

    return say


def _words(say: Say, between: str) -> Say:
    """Several words."""

    def say_all(value: str, language: Language) -> str | None:
        said = [say(word, language) for word in value.split(between)]
        known = [word for word in said if word]
        return texts().say(language, "why.or").join(known) if len(known) == len(said) else None

    return say_all


def _names(value: str, language: Language) -> str:
    names = re.split(r", | or ", value)
    return _sentence("names", value, language) or texts().say(language, "why.or").join(names)


def _choices(value: str, language: Language) -> str:
    return texts().say(language, "why.or").join(re.findall(r"'([^']*)'", value))


def _command(value: str, language: Language) -> str:
    key = f"commands.of.{value}.title"
    return texts().say(language, key) if key in texts() else value


def _of(*words: str) -> str:
    return rf"(?:{'|'.join(words)})"


def _list_of(*words: str, between: str = " or ") -> str:
    return rf"{_of(*words)}(?:{between}{_of(*words)})*"


_say_role = _word("vocabulary.role")
_say_relation = _word("vocabulary.role", "administration.relation")

# A kind that is written in one way only keeps a sentence from being taken for another.
_KINDS: Mapping[str, _Kind] = {
    "status": _Kind(_of(*Status), _word("vocabulary.status")),
    "statuses": _Kind(_list_of(*Status), _words(_word("vocabulary.status"), " or ")),
    "severity": _Kind(_of(*Severity), _word("vocabulary.severity")),
    "level": _Kind(_of(*Level), _word("vocabulary.level")),
    "task_state": _Kind(_of(*TaskState), _word("vocabulary.task_state")),
    "role": _Kind(_of(*Role), _say_role),
    "roles": _Kind(_list_of(*Role), _words(_say_role, " or ")),
    "held": _Kind(_list_of(*Role, between=" and "), _words(_say_role, " and ")),
    "relations": _Kind(_list_of(*Relation, *Role), _words(_say_relation, " or ")),
    "departments": _Kind(r"[a-z0-9_]+(?: or [a-z0-9_]+)*", _names),
    "command": _Kind(_NO_BLANK, _command),
    "reason": _Kind(_ANYTHING, _one(_SAID)),
    "because": _Kind(_ANYTHING, _one("because")),
    "rules": _Kind(_ANYTHING, _several("rules", ", or ")),
    "who": _Kind(_ANYTHING, _one("who")),
    "needed": _Kind(_ANYTHING, _several("needed", " or ")),
    "deputy": _Kind(_ANYTHING, _one("deputy")),
    "suggestion": _Kind(_ANYTHING, _one("suggestion")),
    "what": _Kind(_ANYTHING, _one("what")),
    "values": _Kind("'.+'", _choices),
    **dict.fromkeys(("names", "others"), _Kind(_ANYTHING, _names)),
    "begins": _Kind(_ANYTHING, _any("begins")),
    "source": _Kind(_ANYTHING, _any("source")),
    "field": _Kind(r"[a-z0-9_.]+"),
    **dict.fromkeys(("person", "other", "same", "department", "clock", "reference", "rule", "step"), _Kind(_NO_BLANK)),
    **dict.fromkeys(("number", "count", "seen", "yes", "no", "invited", "percent", "found"), _Kind(_DIGITS)),
}
_FREE = _Kind(_ANYTHING)


def _kind(name: str) -> _Kind:
    """By the whole name of a value, or its last word: two of one kind in a sentence have different names."""
    return _KINDS.get(name) or _KINDS.get(name.rpartition("_")[2], _FREE)
