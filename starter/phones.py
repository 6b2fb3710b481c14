"""Phone numbers as people write them: with blanks, dashes or brackets, with and without the country."""

from __future__ import annotations

import re
import unicodedata

SIGNIFICANT = 10
"""The last so many digits tell numbers apart: they leave out countries, zeros for abroad and long distance, and the 1
with which every Chinese mobile number begins.
"""

FEWEST, MOST = 7, 15
"""So many digits has a number that somebody can be called at; the most is the world's own rule (E.164)."""

_WITH_COUNTRY = re.compile(r"\+\d[\d ().-]+\d")
_WRITTEN = re.compile(r"\+?[\d().\-/]+")


def significant_digits(phone: str) -> str:
    """What a number has in common with itself written otherwise; nothing, if it is not long enough for a number."""
    digits = "".join(character for character in unicodedata.normalize("NFKC", phone) if character in "0123456789")
    return digits.lstrip("0")[-SIGNIFICANT:] if FEWEST <= len(digits) <= MOST else ""


def joined(text: str) -> str:
    """A text in which each number that begins with its country is one word, of its significant digits."""
    return _WITH_COUNTRY.sub(lambda found: significant_digits(found[0]) or found[0], text)


def spellings(word: str) -> tuple[str, ...]:
    """A word and, where it may be a phone number, what it has in common with the same number written otherwise."""
    digits = significant_digits(word) if _WRITTEN.fullmatch(word) else ""
    return (word,) if digits in ("", word) else (word, digits)
