"""The classifier that goes by rules: it weighs the lexicon's terms, and shows which ones it found."""

from __future__ import annotations

from activities.classification.lexicon import Found, Lexicon, Sign, Strength, load_lexicon
from activities.classification.reading import Reading, read
from activities.classification.severity import LARGE_AMOUNT, names_large_amount, severity_of
from workflows.contract.classification import Classification, Evidence
from workflows.contract.vocabulary import Nature, Sentiment, Severity

NAME = "rules-1"

_WEIGHTS = {Strength.DECISIVE: 3.0, Strength.STRONG: 1.5, Strength.WEAK: 0.5}
_HALF_SURE_WEIGHT = 1.5
"""The weight at which an unrivalled nature is as likely right as wrong."""

_RIVAL_SHARE = 0.5
"""How much of a rival's weight counts against the winner."""

_CONFIDENCE_MAX = 0.95
_CONFIDENCE_OF_NOTHING = 0.2
_TWO_NATURES_WEIGHT = 6.0
_TWO_NATURES_SHARE = 0.6
"""Two natures with two decisive terms each, neither of which outweighs the other, are two complaints in one."""

_EXCLAMATIONS_OF_ANGER = 3
_EVIDENCE_MAX_WORDS = 12


class RuleClassifier:
    """Chinese and English, also mixed. Deterministic; never raises, whatever the text."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self._lexicon = lexicon or load_lexicon()

    @property
    def name(self) -> str:
        """Recorded with each classification; the number rises with every change of rules or lexicon."""
        return NAME

    def classify(self, text: str) -> Classification:
        """The classification of a text with the terms that led to it."""
        reading = read(text)
        found = self._lexicon.search(reading)
        weights = dict.fromkeys(Nature, 0.0)
        for each in found:
            if isinstance(each.label, Nature) and each.strength is not None:
                weights[each.label] += _WEIGHTS[each.strength]
        signs = frozenset(each.label for each in found if isinstance(each.label, Sign))
        if Sign.HARM in signs:  # whoever was hurt was hurt by a product or a meal more often than by anything else
            weights[Nature.QUALITY] += _WEIGHTS[Strength.STRONG]
        large_amount = names_large_amount(reading.plain)
        severity = severity_of(signs, large_amount=large_amount)
        return Classification(
            nature=max(weights, key=lambda nature: weights[nature]) if any(weights.values()) else Nature.OTHER,
            severity=severity,
            sentiment=_sentiment(signs, reading),
            urgent=not signs.isdisjoint({Sign.URGENT, Sign.HARM}),
            in_scope=_in_scope(signs, weights),
            needs_meeting=_needs_meeting(signs, weights, severity),
            confidence=_confidence(weights),
            evidence=_evidence(found, weights, large_amount=large_amount),
            classifier=NAME,
        )


def _evidence(found: list[Found], weights: dict[Nature, float], *, large_amount: bool) -> tuple[Evidence, ...]:
    """The terms found, never the complainant's own words; the heaviest nature first, then the signs."""
    by_weight = sorted(Nature, key=lambda nature: -weights[nature])
    words: dict[Nature | Sign, list[str]] = {label: [] for label in (*by_weight, *Sign)}
    for each in found:
        words[each.label].append(each.term.written)
    return (
        *(
            Evidence(label=label.value, words=tuple(terms[:_EVIDENCE_MAX_WORDS]))
            for label, terms in words.items()
            if terms
        ),
        *((Evidence(label="amount", words=(f"≥ {LARGE_AMOUNT}",)),) if large_amount else ()),
    )


def _confidence(weights: dict[Nature, float]) -> float:
    best, rival = sorted(weights.values(), reverse=True)[:2]
    if best == 0:
        return _CONFIDENCE_OF_NOTHING
    return round(min(_CONFIDENCE_MAX, best / (best + _HALF_SURE_WEIGHT) * (1 - _RIVAL_SHARE * rival / best)), 2)


def _sentiment(signs: frozenset[Sign], reading: Reading) -> Sentiment:
    loud = reading.plain.count("!") >= _EXCLAMATIONS_OF_ANGER
    if Sign.ANGRY in signs or loud:
        return Sentiment.ANGRY
    return Sentiment.UPSET if Sign.UPSET in signs or "!" in reading.plain else Sentiment.CALM


def _in_scope(signs: frozenset[Sign], weights: dict[Nature, float]) -> bool:
    """Doubtful only on clear signs: it names somebody else's company, or asks a question and complains of nothing."""
    grievance = max(weights[nature] for nature in Nature if nature is not Nature.OTHER)
    merely_asks = Sign.QUESTION in signs and grievance < _WEIGHTS[Strength.DECISIVE] and Sign.UPSET not in signs
    return not (Sign.ELSEWHERE in signs or merely_asks)


def _needs_meeting(signs: frozenset[Sign], weights: dict[Nature, float], severity: Severity) -> bool:
    best, second = sorted(weights.values(), reverse=True)[:2]
    mixed = second >= max(_TWO_NATURES_WEIGHT, best * _TWO_NATURES_SHARE)
    return severity.rank >= Severity.HIGH.rank and (mixed or Sign.PASSED_AROUND in signs)
