from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.classification.rules import NAME, RuleClassifier
from workflows.contract.classification import Classification
from workflows.contract.vocabulary import Nature, Sentiment, Severity

CLASSIFIER = RuleClassifier()
ROOT = Path(__file__).parents[3]

MIXED = "The delivery never came, 客服态度恶劣, and I was charged twice! 我要找律师。"


def evidence(classification: Classification) -> dict[str, tuple[str, ...]]:
    return {each.label: each.words for each in classification.evidence}


@given(st.text(max_size=2_000))
@settings(max_examples=200, deadline=None)
def test_no_text_makes_it_fail(text: str) -> None:
    """Whatever a channel hands in: controls, emoji, half characters of any script."""
    given_back = CLASSIFIER.classify(text)
    assert 0 <= given_back.confidence <= 1
    assert given_back.classifier == NAME


@pytest.mark.parametrize("text", ["", " \n", "\x00", "\ud800", "…", "🤬" * 50_000, "投诉" * 25_000, "bad " * 12_500])
def test_odd_and_huge_texts_are_classified(text: str) -> None:
    """Half a surrogate and the longest text the contract allows."""
    assert CLASSIFIER.classify(text).severity in Severity


def test_the_evidence_says_why() -> None:
    """Each nature and sign with the lexicon's words for it, the heaviest nature first."""
    found = CLASSIFIER.classify("The kettle leaks and sparked, I have burns. My lawyer will write.")
    assert found.nature is Nature.QUALITY
    assert next(iter(evidence(found))) == "quality"
    assert "leak*" in evidence(found)["quality"]
    assert evidence(found)["harm"] == ("burns",)
    assert evidence(found)["legal"] == ("lawyer*",)


def test_the_evidence_never_quotes_the_complainant() -> None:
    """It is recorded in many places; the words are the lexicon's, not theirs."""
    found = CLASSIFIER.classify("王芳 13800138000 的快递没收到，wang@mail.example，花了 20000 元")
    shown = str(found.evidence)
    assert all(personal not in shown for personal in ("王芳", "13800138000", "wang", "20000 元"))
    assert "amount" in evidence(found)


def test_languages_may_be_mixed() -> None:
    """Terms of both are found in one text."""
    found = evidence(CLASSIFIER.classify(MIXED))
    assert "态度恶劣" in found["service"]
    assert "deliver*" in found["logistics"]
    assert "律师" in found["legal"]


@pytest.mark.parametrize(
    "text",
    ["快 递 没 收 到", "快递\n没收到", "ＤＥＬＩＶＥＲＹ never came", "DELIVERY NEVER CAME", "delivery didn’t arrive"],
)
def test_the_way_of_writing_does_not_matter(text: str) -> None:
    """Blanks, full-width forms, capitals and typographic apostrophes."""
    assert CLASSIFIER.classify(text).nature is Nature.LOGISTICS


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("客服一直不回复", Severity.NORMAL),
        ("客服一直不回复，我要起诉你们", Severity.HIGH),
        ("客服一直不回复，我并没有起诉的意思", Severity.NORMAL),
        ("The soup was cold.", Severity.NORMAL),
        ("The soup was cold. Nobody was injured.", Severity.NORMAL),
        ("The soup was scalding and my son was injured.", Severity.CRITICAL),
        ("I was not paid. My lawyer has the papers.", Severity.HIGH),
        ("My mother uses a wheelchair and was left outside.", Severity.HIGH),
        ("Fraud! I told the police and the ombudsman.", Severity.CRITICAL),
        ("I was overcharged $12,500.00.", Severity.HIGH),
        ("I was overcharged $125.00.", Severity.NORMAL),
        ("装修多收了我三万元", Severity.HIGH),
        ("这家店千万别去，态度恶劣", Severity.NORMAL),
        ("视频有三万人看过了，态度恶劣", Severity.NORMAL),
        ("Just letting you know, a small thing: the door squeaks.", Severity.LOW),
        ("Just letting you know: my solicitor will call.", Severity.HIGH),
    ],
)
def test_harm_and_threats_raise_severity(text: str, severity: Severity) -> None:
    """Unless they are denied; mild words lower it only when nothing else is said."""
    assert CLASSIFIER.classify(text).severity is severity


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("包裹昨天没到。", Sentiment.CALM),
        ("包裹昨天没到，很失望。", Sentiment.UPSET),
        ("包裹昨天没到，太过分了！", Sentiment.ANGRY),
        ("The parcel did not come.", Sentiment.CALM),
        ("The parcel did not come, I am disappointed.", Sentiment.UPSET),
        ("The parcel did not come!!!", Sentiment.ANGRY),
        ("The parcel did not come, this is outrageous.", Sentiment.ANGRY),
    ],
)
def test_anger_is_told_from_disappointment(text: str, sentiment: Sentiment) -> None:
    """By words and by exclamation marks."""
    assert CLASSIFIER.classify(text).sentiment is sentiment


def test_urgent_is_what_cannot_wait() -> None:
    """Words of urgency, and people hurt."""
    assert CLASSIFIER.classify("药已经断了，快递还没到").urgent
    assert CLASSIFIER.classify("the heater exploded").urgent
    assert not CLASSIFIER.classify("快递还没到").urgent


def test_nothing_known_is_for_a_person_to_decide() -> None:
    """Sure of nothing is said, not guessed."""
    found = CLASSIFIER.classify("Hmm.")
    assert (found.nature, found.evidence) == (Nature.OTHER, ())
    assert found.confidence < 0.5


def test_a_rival_nature_costs_confidence() -> None:
    """Two things at once are less certain than one."""
    one = CLASSIFIER.classify("The parcel never arrived.")
    two = CLASSIFIER.classify("The parcel never arrived and your staff were rude, then hung up.")
    assert two.confidence < one.confidence


def test_the_answer_does_not_depend_on_the_process() -> None:
    """The same under any hash seed: histories are compared years later."""
    program = (
        "from activities.classification.rules import RuleClassifier\n"
        f"print(RuleClassifier().classify({MIXED!r}).model_dump_json())"
    )
    answers = {
        subprocess.run(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            cwd=ROOT,
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(answers) == 1


@pytest.mark.parametrize("text", [(MIXED * 20)[:1_000], ("快递没收到，客服不理人。" * 40)[:340]])
def test_a_kilobyte_takes_about_a_millisecond(text: str) -> None:
    """The best of many runs, with room for slow machines."""

    def seconds() -> float:
        began = time.process_time()
        for _ in range(10):
            CLASSIFIER.classify(text)
        return (time.process_time() - began) / 10

    assert min(seconds() for _ in range(10)) < 0.002
