"""Words that are looked for in complaints: part of a word counts, because Chinese has no blanks between them; case does
not. All of them must occur. Phone numbers are found however they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Self

from sqlalchemy import ColumnElement, Text, and_, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, array

from infra.db.tables import searchable
from starter.phones import joined, spellings

_TRIGRAM = re.compile(r"[^\W_]{3}")
_PAIR = 2
_ESCAPE = "/"


class Words(tuple[str, ...]):
    """Some words, as conditions on the references of complaints."""

    __slots__ = ()

    @classmethod
    def of(cls, text: str | None) -> Self:
        """Those of a text; none of a blank one."""
        return cls(joined(text or "").split())

    def found(self, reference: ColumnElement[str]) -> ColumnElement[bool]:
        """All of them occur: by the indexes, which take as long as there are complaints in which they do."""
        conditions = (or_(*(and_(*_found(each)) for each in spellings(word))) for word in self)
        return reference.in_(select(searchable.c.reference).where(*conditions))

    def read(self, reference: ColumnElement[str]) -> ColumnElement[bool]:
        """The same by reading one complaint after the other, which takes as long as there are complaints to read."""
        conditions = (or_(*map(_is_in, spellings(word))) for word in self)
        one = select(searchable.c.reference).where(searchable.c.reference == reference, *conditions)
        # The offset keeps PostgreSQL from finding all of them first.
        return one.offset(0).correlate_except(searchable).exists()


def _found(word: str) -> Iterator[ColumnElement[bool]]:
    """By trigrams where the word has any, else by its characters, side by side."""
    if _TRIGRAM.search(word):
        yield searchable.c.content.contains(func.lower(_escaped(word)), escape=_ESCAPE)
        return
    pairs = [word[place : place + _PAIR] for place in range(len(word) - 1)] or [word]
    parts = array([func.lower(pair, type_=Text) for pair in pairs])
    yield func.short_words(searchable.c.content, type_=ARRAY(Text)).contains(parts)
    yield _is_in(word)


def _is_in(word: str) -> ColumnElement[bool]:
    """Not LIKE, whose estimate would count a word twice that an index has found."""
    return func.strpos(searchable.c.content, func.lower(word, type_=Text)) > 0


def _escaped(word: str) -> str:
    for special in (_ESCAPE, "%", "_"):
        word = word.replace(special, _ESCAPE + special)
    return word
