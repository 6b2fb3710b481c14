"""A text as the lexicon reads it: Chinese without blanks, English as words between blanks with stops at clause ends."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

PREFIX_CHARACTERS = 3
"""Words are also looked up by their first characters, for terms that take any ending."""

STOP = "|"

_BLANKS = re.compile(r"\s+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_WORD_OR_STOP = re.compile(r"[a-z0-9]+(?:'[a-z]+)*|[.,;:!?()\n]+")


@dataclass(frozen=True)
class Reading:
    """One text in the two forms that terms are looked for in. A form without its script is empty.

    Attributes:
        plain: normalised (full-width forms, case), otherwise as written; for amounts and punctuation.
        chinese: `plain` without blanks.
        english: words of `plain` without apostrophes, one blank on each side, `|` where a clause ends.
        keys: what terms are indexed by, see `chinese_keys` and `english_keys`.
    """

    plain: str
    chinese: str
    english: str
    keys: frozenset[str]


def read(text: str) -> Reading:
    """The forms of any text, however odd."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    chinese = _BLANKS.sub("", plain) if _HAN.search(plain) else ""
    words = [word.replace("'", "") if word[0].isalnum() else STOP for word in _WORD_OR_STOP.findall(plain)]
    return Reading(
        plain=plain,
        chinese=chinese,
        english=f" {' '.join(words)} " if words else "",
        keys=frozenset(
            {*chinese, *map(str.__add__, chinese, chinese[1:]), *words, *(prefix_key(word) for word in words)}
        ),
    )


def prefix_key(word: str) -> str:
    """The key shared by all English words that begin alike."""
    return f"{word[:PREFIX_CHARACTERS]}*"
