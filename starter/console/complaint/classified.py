"""What a complaint is about and why the classifier thinks so: with the words that led to it."""

from __future__ import annotations

from collections.abc import Iterator

from starter.console.complaint.pieces import Line, Piece, Row, Section, facts, row, theirs
from starter.console.complaint.wording import Wording
from starter.console.texts import texts
from workflows.contract.classification import Classification
from workflows.contract.views import ComplaintView

CORRECTED_BY = "classify"
"""The command that corrects it."""

_VOCABULARIES = ("nature", "severity", "sentiment")


def classification(view: ComplaintView, allowed: tuple[str, ...], wording: Wording) -> Iterator[Section]:
    """The section, once there is a classification; with a way to correct it for whoever may."""
    found = view.classification
    if found is None:
        return
    section = Section(
        name="classification",
        title=wording.say("complaint.classification.title"),
        pieces=[*facts(_labels(found, wording)), *findings(found, wording)],
        note=_by_whom(found, wording),
    )
    if CORRECTED_BY in allowed:
        section |= {"act": CORRECTED_BY, "act_says": wording.say("complaint.classification.correct")}
    yield section


def findings(found: Classification, wording: Wording) -> Iterator[Piece]:
    """How sure the classifier is, and the words that it found; or why a person decided so."""
    if found.classifier in wording.names.people:
        said = [theirs(word) for each in found.evidence for word in each.words]
        yield from facts(row(wording.say("events.field.reason"), wording.several(said)))
        return
    yield Piece(
        kind="meter",
        label=wording.say("complaint.classification.confidence"),
        share=found.confidence,
        says=wording.percent(found.confidence),
    )
    rows = [_evidence(each.label, each.words, wording) for each in found.evidence]
    yield from facts(rows, label=wording.say("complaint.classification.evidence"))


def words_in_short(found: Classification, wording: Wording) -> Line:
    """The words that led to it, on one line."""
    return wording.several(
        wording.phrase(
            "complaint.classification.words_of",
            words=wording.several(theirs(_term(word)) for word in each.words),
            label=_label(each.label, wording),
        )
        for each in found.evidence
    )


def _labels(found: Classification, wording: Wording) -> Iterator[Row]:
    for name in _VOCABULARIES:
        yield from row(wording.say(f"complaint.classification.{name}"), wording.word(name, getattr(found, name)))
    remarks = {"urgent": found.urgent, "out_of_scope": not found.in_scope, "needs_meeting": found.needs_meeting}
    said = [wording.say(f"complaint.classification.{name}") for name, holds in remarks.items() if holds]
    yield from row(wording.say("complaint.classification.besides"), wording.several(said))


def _evidence(label: str, found: tuple[str, ...], wording: Wording) -> Row:
    return Row(label=_label(label, wording), value=wording.several(theirs(_term(word)) for word in found))


def _term(word: str) -> str:
    """A term of the classifier; a star in it stands for any ending."""
    return word.replace("*", "…")


def _label(label: str, wording: Wording) -> str:
    """A nature, severity or mood, or what else the classifier looks for."""
    for vocabulary in _VOCABULARIES:
        if f"vocabulary.{vocabulary}.{label}" in texts():
            return wording.word(vocabulary, label)
    return wording.known("complaint.evidence", label)


def _by_whom(found: Classification, wording: Wording) -> str:
    """A person's name, or that of the classifier."""
    return wording.say("complaint.classification.by", classifier=wording.names.person(found.classifier))
