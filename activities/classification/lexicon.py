"""The lexicon: terms for each nature and each sign of severity, read from YAML and indexed for fast look-up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Self

from pydantic import model_validator

from activities.classification.reading import Reading
from activities.classification.term import Term, can_be_found
from infra.documents import read_document
from workflows.contract.base import Line, Model
from workflows.contract.vocabulary import Language, Nature

_FOLDER = Path(__file__).parent


class Strength(StrEnum):
    """How much a term says about the nature of a complaint."""

    DECISIVE = "decisive"
    STRONG = "strong"
    WEAK = "weak"


class Sign(StrEnum):
    """What raises or lowers severity, sentiment and urgency, or makes it doubtful that the complaint is ours."""

    HARM = "harm"
    HAZARD = "hazard"
    LEGAL = "legal"
    REGULATOR = "regulator"
    MEDIA = "media"
    FRAUD = "fraud"
    VULNERABLE = "vulnerable"
    REPEATED = "repeated"
    MILD = "mild"
    ANGRY = "angry"
    UPSET = "upset"
    URGENT = "urgent"
    ELSEWHERE = "elsewhere"
    QUESTION = "question"
    PASSED_AROUND = "passed_around"


class LexiconDocument(Model):
    """One language's terms as they are written in YAML."""

    natures: dict[Nature, dict[Strength, tuple[Line, ...]]]
    signs: dict[Sign, tuple[Line, ...]]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [label for label in (*Nature, *Sign) if label not in self.natures and label not in self.signs]
        if missing:
            raise ValueError(f"there are no terms for {missing[0]}")
        for label, terms in self.labelled():
            repeated = [term for term in terms if terms.count(term) > 1]
            if repeated:
                raise ValueError(f"{repeated[0]} is there twice for {label}")
        return self

    def labelled(self) -> Iterator[tuple[Nature | Sign, list[str]]]:
        """All terms of each label."""
        for nature, by_strength in self.natures.items():
            yield nature, [term for terms in by_strength.values() for term in terms]
        for sign, terms in self.signs.items():
            yield sign, list(terms)


class Found(NamedTuple):
    """A term that a text contains; `strength` only where it speaks for a nature. Sorts in the lexicon's order."""

    ordinal: int
    term: Term
    label: Nature | Sign
    strength: Strength | None


class Lexicon:
    """The terms of all languages, indexed by their keys, so that a text is compared with few of them."""

    def __init__(self, documents: Iterable[tuple[Language, LexiconDocument]]) -> None:
        self._index: defaultdict[str, list[Found]] = defaultdict(list)
        self._size = 0
        for language, document in documents:
            for nature, by_strength in document.natures.items():
                for strength, terms in by_strength.items():
                    self._add(language, terms, nature, strength)
            for sign, terms in document.signs.items():
                self._add(language, terms, sign, None)

    def _add(self, language: Language, terms: Iterable[str], label: Nature | Sign, strength: Strength | None) -> None:
        for written in terms:
            if not can_be_found(language, written):
                raise ValueError(f"{written!r} of {label} can never be found: see the head of its file for what can")
            term = Term.of(language, written)
            self._index[term.key].append(Found(self._size, term, label, strength))
            self._size += 1

    def search(self, reading: Reading) -> list[Found]:
        """Every term in the text, in the lexicon's order; signs only where they are not denied."""
        candidates = (found for key in self._index.keys() & reading.keys for found in self._index[key])
        return sorted(
            found
            for found in candidates
            if (found.term.is_meant(reading) if isinstance(found.label, Sign) else found.term.is_in(reading))
        )


def load_lexicon() -> Lexicon:
    """The lexicon that comes with Amends."""
    return Lexicon(
        (language, read_document(_FOLDER / f"lexicon_{language.value}.yaml", LexiconDocument)) for language in Language
    )
