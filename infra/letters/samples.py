"""Every letter as its readers get it, about a complaint that is made up: people see what is sent in their name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import TemplateNotFound
from pydantic import Field

from infra.db.tables import Audience
from infra.documents import read_document
from infra.letters.writer import Letter, LetterWriter, OnFile, Reader
from workflows.contract.base import Model
from workflows.contract.effects import Notice
from workflows.contract.vocabulary import Language

_FILE = Path(__file__).parent / "samples.yaml"
_DOMAIN = "example"


class Sample(NamedTuple):
    """A notice, whom it tells, and the letter in each language; none where there is no template."""

    notice: Notice
    audience: Audience
    letters: dict[Language, Letter | None]


class _Complaint(Model):
    reference: str
    received_at: datetime
    subject: dict[Language, str]
    complainant: dict[Language, str]
    reader: dict[Language, str]


class _Facts(Model):
    audience: Audience
    zh: dict[str, str] = Field(default={})
    en: dict[str, str] = Field(default={})

    def of(self, language: Language) -> dict[str, str]:
        """Those in a language."""
        return {Language.ZH: self.zh, Language.EN: self.en}[language]


class _Samples(Model):
    complaint: _Complaint
    notices: dict[Notice, _Facts]


def samples(zone: tzinfo) -> Iterator[Sample]:
    """All notices: first those to complainants, then those to staff. Moments are shown as clocks in `zone` do."""
    made_up, writer = _made_up(), LetterWriter(_DOMAIN, zone)
    for audience in Audience:
        for notice, facts in made_up.notices.items():
            if facts.audience is audience:
                letters = {each: _letter(writer, made_up.complaint, notice, facts, each) for each in Language}
                yield Sample(notice, audience, letters)


@cache
def _made_up() -> _Samples:
    return read_document(_FILE, _Samples)


def _letter(
    writer: LetterWriter, complaint: _Complaint, notice: Notice, facts: _Facts, language: Language
) -> Letter | None:
    is_staff = facts.audience is Audience.STAFF
    about = OnFile(
        reference=complaint.reference,
        language=language,
        subject=complaint.subject[language],
        received_at=complaint.received_at,
        name=complaint.complainant[language],
        email=None,
    )
    reader = Reader(
        audience=facts.audience,
        subject="zhou.qi" if is_staff else None,
        name=(complaint.reader if is_staff else complaint.complainant)[language],
        email=None,
        language=language,
    )
    try:
        return writer.write(about, notice, 1, reader, facts.of(language))
    except TemplateNotFound:
        return None
