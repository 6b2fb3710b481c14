"""How bad it is: points for the signs of harm and threat found in a text, and for the sums it names."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal

from activities.classification.lexicon import Sign
from workflows.contract.vocabulary import Severity

LARGE_AMOUNT = 10_000
"""From here on, in any of the currencies complaints are written in, a sum is a serious matter."""

AMOUNT_POINTS = 2
POINTS = {
    Sign.HARM: 6,
    Sign.HAZARD: 2,
    Sign.LEGAL: 2,
    Sign.REGULATOR: 2,
    Sign.MEDIA: 2,
    Sign.FRAUD: 2,
    Sign.VULNERABLE: 2,
    Sign.REPEATED: 1,
}
CRITICAL_POINTS = 6
HIGH_POINTS = 2

_WAN = re.compile(
    r"(?:(?<![\d.])\d{1,7}(?:\.\d{1,2})?|(?!千万)[一二两三四五六七八九十百千]{1,7})万"
    r"(?!火急|[人次粉播赞个位名条步字里公点转])"  # readers, clicks and kilometres are no money
)
"""Ten thousands, as Chinese counts large sums; 千万 alone is an adverb."""

_FIGURE = r"(\d{1,3}(?:,\d{3}){1,3}|\d{1,9})(?:\.\d{1,2})?"
_BEFORE = re.compile(rf"(?:[¥$€£]|rmb|usd|eur|gbp)\s?{_FIGURE}")
_AFTER = re.compile(rf"(?<![\d,.]){_FIGURE}\s?(?:元|块|dollars?|pounds?|euros?|yuan|rmb)")
_GROUPED = re.compile(r"(?<![\d,.])(\d{1,3}(?:,\d{3}){1,3})(?![\d,])")


def severity_of(signs: Collection[Sign], *, large_amount: bool) -> Severity:
    """Harm to people is critical, as are three kinds of threat together; a single one is high."""
    points = sum(POINTS.get(sign, 0) for sign in signs) + (AMOUNT_POINTS if large_amount else 0)
    if points >= CRITICAL_POINTS:
        return Severity.CRITICAL
    if points >= HIGH_POINTS:
        return Severity.HIGH
    return Severity.LOW if Sign.MILD in signs and points == 0 and Sign.ANGRY not in signs else Severity.NORMAL


def names_large_amount(plain: str) -> bool:
    """Whether a normalised text names a sum of `LARGE_AMOUNT` or more."""
    if _WAN.search(plain):
        return True
    figures = (figure for form in (_BEFORE, _AFTER, _GROUPED) for figure in form.findall(plain))
    return any(Decimal(figure.replace(",", "")) >= LARGE_AMOUNT for figure in figures)
