"""What a complaint on file has in common with one that is being told: its complainant, its product, its words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starter.intake.language import guess_language
from starter.phones import significant_digits
from starter.read_model import ComplaintRow
from workflows.contract.vocabulary import Language, Status

SAME_MATTER_WITHIN = timedelta(days=90)
"""What was received longer ago is hardly reported a second time."""

ALIKE_OF_ONE_PERSON = {Language.ZH: 0.15, Language.EN: 0.3}
ALIKE_OF_OTHERS = {Language.ZH: 0.25, Language.EN: 0.5}
"""The share of terms that must occur in both: hardly one of a hundred pairs of complaints has it by chance."""

FEWEST_OF_ONE_PERSON, FEWEST_OF_OTHERS = 3, 8
"""With fewer terms, chance is too likely."""

TERMS_MOST = 60

_ENDED = frozenset({Status.CLOSED, Status.ARCHIVED})
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_LATIN = re.compile(r"[^\W\d_\u3400-\u4dbf\u4e00-\u9fff]{4,}|\d{4,}")


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a complaint while it is being told; empty is what is not known yet."""

    text: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True)
class Resembling:
    """A complaint on file with the beginning of its text. `alike` is the share of the told terms that occur in it."""

    row: ComplaintRow
    excerpt: str
    same_phone: bool
    same_email: bool
    same_name: bool
    same_product: bool
    alike: float
    same_matter: bool

    @property
    def same_person(self) -> bool:
        """It seems to be the complainant's own."""
        return self.same_phone or self.same_email or self.same_name

    @property
    def is_open(self) -> bool:
        """Somebody is still at work on it."""
        return self.row.status not in _ENDED


def resembling(row: Mapping[str, Any], told: Told, now: datetime) -> Resembling:
    """What a row has in common with what is told: a `ComplaintRow` with the complainant's `complainant_…`, the
    `excerpt` of its text, and how many of the told terms are `shared` by it.
    """
    phone, language, count = significant_digits(told.phone), guess_language(told.text), len(terms(told.text))
    same_phone = bool(phone) and significant_digits(row["complainant_phone"] or "") == phone
    same_email = _same(told.email, row["complainant_email"])
    same_name = _same(told.name, row["complainant_name"])
    same_product = _same(told.product, row["product"])
    alike = row["shared"] / count if count else 0.0
    if same_phone or same_email or same_name:
        is_enough = count >= FEWEST_OF_ONE_PERSON and alike >= ALIKE_OF_ONE_PERSON[language]
    else:
        is_enough = same_product and count >= FEWEST_OF_OTHERS and alike >= ALIKE_OF_OTHERS[language]
    return Resembling(
        row=ComplaintRow.model_validate({name: row[name] for name in ComplaintRow.model_fields}),
        excerpt=row["excerpt"],
        same_phone=same_phone,
        same_email=same_email,
        same_name=same_name,
        same_product=same_product,
        alike=alike,
        same_matter=is_enough and row["received_at"] > now - SAME_MATTER_WITHIN,
    )


def terms(text: str) -> tuple[str, ...]:
    """What a text is compared by: its first pairs of Chinese characters, longer words, and numbers; none twice."""
    lower = text.lower()
    runs = _HAN.findall(lower)
    pairs = [run[place : place + 2] for run in runs for place in range(len(run) - 1)]
    return tuple(dict.fromkeys([*pairs, *_LATIN.findall(lower)]))[:TERMS_MOST]


def plain(said: str | None) -> str:
    """Something said, whatever its case and blanks."""
    return "".join((said or "").casefold().split())


def _same(said: str, on_file: str | None) -> bool:
    return bool(plain(said)) and plain(said) == plain(on_file)
