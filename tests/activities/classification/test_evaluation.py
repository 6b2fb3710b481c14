"""How well the rules do on complaints written for the project: a floor that no change of the lexicon may break."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from activities.classification.rules import RuleClassifier
from infra.documents import read_document
from workflows.contract.base import Model, Text
from workflows.contract.classification import Classification
from workflows.contract.vocabulary import Language, Nature, Severity

THRESHOLD = 0.5
"""The policies' `min_confidence`: below it a person decides."""


class Example(Model):
    """A complaint and what a person says of it."""

    language: Language
    nature: Nature
    severity: Severity
    text: Text
    in_scope: bool = True
    needs_meeting: bool = False
    blind: bool = False


class Examples(Model):
    """The file of examples."""

    complaints: tuple[Example, ...]


EXAMPLES = read_document(Path(__file__).with_name("evaluation.yaml"), Examples).complaints
CLASSIFIER = RuleClassifier()


def judged(*, language: Language, blind: bool) -> list[tuple[Example, Classification]]:
    chosen = [each for each in EXAMPLES if each.language is language and each.blind is blind]
    assert chosen
    return [(each, CLASSIFIER.classify(each.text)) for each in chosen]


def macro_f1(pairs: Sequence[tuple[str, str]], labels: Iterable[str]) -> float:
    """The mean over labels of F1, so that a rare label counts as much as a common one. Pairs are (right, given)."""
    scores = []
    for label in labels:
        hits = sum(right == given == label for right, given in pairs)
        wrong = sum((right == label) != (given == label) for right, given in pairs)
        scores.append(2 * hits / (2 * hits + wrong) if hits else 0.0)
    return sum(scores) / len(scores)


@pytest.mark.parametrize(
    ("language", "blind", "nature_floor", "severity_floor"),
    [
        (Language.ZH, False, 0.90, 0.90),
        (Language.EN, False, 0.90, 0.90),
        (Language.ZH, True, 0.40, 0.55),
        (Language.EN, True, 0.50, 0.60),
    ],
)
def test_the_score_stays_above_its_floor(
    language: Language, blind: bool, nature_floor: float, severity_floor: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """Macro-F1 of nature and severity; shown at every run."""
    rows = judged(language=language, blind=blind)
    nature = macro_f1([(right.nature, given.nature) for right, given in rows], Nature)
    severity = macro_f1([(right.severity, given.severity) for right, given in rows], Severity)
    kind = "blind" if blind else "known"
    with capsys.disabled():
        print(f"\nclassifier {language} {kind} ({len(rows)}): nature {nature:.2f}, severity {severity:.2f} ", end="")  # noqa: T201 - the score is to be seen
    assert nature >= nature_floor
    assert severity >= severity_floor


def test_confidence_means_something() -> None:
    """Of what the rules are sure of, far more is right than of what goes to a person."""
    rows = [row for language in Language for row in judged(language=language, blind=True)]
    sure = [right.nature is given.nature for right, given in rows if given.confidence >= THRESHOLD]
    unsure = [right.nature is given.nature for right, given in rows if given.confidence < THRESHOLD]
    assert sum(sure) / len(sure) >= 0.65
    assert sum(unsure) / len(unsure) <= 0.35


def test_out_of_scope_is_noticed_without_crying_wolf() -> None:
    """What belongs to another company or is a mere question, and nothing else."""
    wrong = [each.text for each in EXAMPLES if CLASSIFIER.classify(each.text).in_scope is not each.in_scope]
    assert wrong == []


def test_meetings_are_for_the_few() -> None:
    """Those that need several departments get one; of the others hardly any."""
    given = [(each.needs_meeting, CLASSIFIER.classify(each.text).needs_meeting) for each in EXAMPLES]
    assert all(got for needed, got in given if needed)
    assert sum(got for needed, got in given if not needed) <= 0.03 * len(given)


def test_the_examples_are_enough_and_differ() -> None:
    """At least sixty in each language, every nature in each, no text twice."""
    for language in Language:
        chosen = [each for each in EXAMPLES if each.language is language]
        assert len(chosen) >= 60
        assert {each.nature for each in chosen} == set(Nature)
    assert len({each.text for each in EXAMPLES}) == len(EXAMPLES)
