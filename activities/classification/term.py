"""One entry of the lexicon and how it is looked for: indexed by a key, confirmed in the text, checked for a denial."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from activities.classification.reading import PREFIX_CHARACTERS, STOP, Reading, prefix_key
from workflows.contract.vocabulary import Language

_GAP = ".."
_CHINESE_GAP = r"[^。！？!?;；\n]{0,8}?"
_ENGLISH_GAP = r"(?:[a-z0-9]+ ){0,3}?"

_ENGLISH_WORD = re.compile(rf"[a-z0-9']+|[a-z0-9']{{{PREFIX_CHARACTERS},}}\*")

_CHINESE_DENIAL = re.compile(r"(?:没有?|未|并非|不是|不会|不想|不打算|无)$")
_ENGLISH_DENIALS = frozenset(
    ("no", "not", "never", "without", "nobody", "none", "nor", "isnt", "wasnt", "didnt", "wont", "dont")
)
_DENIAL_REACH_WORDS = 2
_DENIAL_REACH_CHARACTERS = 30


@dataclass(frozen=True)
class Term:
    """One entry.

    Attributes:
        written: as in the lexicon; this is what evidence shows.
        language: which form of a text it is looked for in.
        key: a text that contains the term has this among its keys.
        needle: characters that stand in a text that contains the term.
        pattern: what else must hold, for terms with gaps.
    """

    written: str
    language: Language
    key: str
    needle: str
    pattern: re.Pattern[str] | None = None

    @classmethod
    def of(cls, language: Language, written: str) -> Self:
        """The entry as it is written in the lexicon of a language."""
        return cls._chinese(written) if language is Language.ZH else cls._english(written)

    @classmethod
    def _chinese(cls, written: str) -> Self:
        first, *rest = written.split(_GAP)
        pattern = re.compile(_CHINESE_GAP.join(map(re.escape, (first, *rest)))) if rest else None
        return cls(written, Language.ZH, first[:2], first, pattern)

    @classmethod
    def _english(cls, written: str) -> Self:
        words = written.casefold().replace("'", "").split()
        longest = max((word for word in words if word != _GAP), key=len)
        key = prefix_key(longest) if longest.endswith("*") else longest
        if _GAP in words or any(word.endswith("*") for word in words[:-1]):
            pattern = "".join(_ENGLISH_GAP if word == _GAP else _as_pattern(word) for word in words)
            return cls(written, Language.EN, key, longest.removesuffix("*"), re.compile(f" {pattern}"))
        needle = f" {' '.join(words)} "
        return cls(written, Language.EN, key, needle.removesuffix("* "))

    def is_in(self, reading: Reading) -> bool:
        """Whether the text contains the term."""
        text = self._form(reading)
        return self.needle in text and (self.pattern is None or self.pattern.search(text) is not None)

    def is_meant(self, reading: Reading) -> bool:
        """Whether the text contains the term somewhere where it is not denied right before."""
        return any(not self._is_denied(reading, place) for place in self._places(reading))

    def _places(self, reading: Reading) -> Iterator[int]:
        text = self._form(reading)
        place = text.find(self.needle)
        if place >= 0 and self.pattern is not None:
            yield from (found.start() for found in self.pattern.finditer(text))
            return
        while place >= 0:
            yield place
            place = text.find(self.needle, place + 1)

    def _is_denied(self, reading: Reading, place: int) -> bool:
        before = self._form(reading)[max(0, place - _DENIAL_REACH_CHARACTERS) : place]
        if self.language is Language.ZH:
            return _CHINESE_DENIAL.search(before) is not None
        clause = before.rpartition(STOP)[2].split()
        return not _ENGLISH_DENIALS.isdisjoint(clause[-_DENIAL_REACH_WORDS:])

    def _form(self, reading: Reading) -> str:
        return reading.chinese if self.language is Language.ZH else reading.english


def can_be_found(language: Language, written: str) -> bool:
    """Whether a text can contain it: Chinese without blanks; English of plain words, with stems that can be indexed."""
    if language is Language.ZH:
        return not re.search(r"\s", written) and all(written.split(_GAP)) and written == written.casefold()
    words = [word for word in written.split() if word != _GAP]
    return bool(words) and all(_ENGLISH_WORD.fullmatch(word) for word in words)


def _as_pattern(word: str) -> str:
    return re.escape(word.removesuffix("*")) + ("[a-z0-9]* " if word.endswith("*") else " ")
