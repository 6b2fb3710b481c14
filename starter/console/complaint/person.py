"""Who complains and how to reach them, what about, and what they want; and by what it is known elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from starter.console.complaint.pieces import Line, Row, Section, facts, link, row, theirs
from starter.console.complaint.wording import Wording
from starter.read_model import ComplaintFile


def complainant(file: ComplaintFile, wording: Wording) -> Iterator[Section]:
    """The section. Anonymous complaints say so."""
    rows = list(_rows(file, wording))
    section = Section(
        name="complainant", title=wording.say("complaint.complainant.title"), key="o", pieces=list(facts(rows))
    )
    if not (file.complainant_name or file.complainant_email or file.complainant_phone):
        section["note"] = wording.say("complaint.complainant.anonymous")
    yield section


def _rows(file: ComplaintFile, wording: Wording) -> Iterator[Row]:
    say = wording.say
    yield from row(say("complaint.complainant.name"), _theirs(file.complainant_name))
    yield from row(say("complaint.complainant.email"), _reached("mailto:", file.complainant_email))
    yield from row(say("complaint.complainant.phone"), _reached("tel:", file.complainant_phone))
    yield from row(say("complaint.complainant.language"), wording.word("language", file.language))
    yield from row(say("complaint.complainant.product"), _theirs(file.product))
    yield from row(say("complaint.complainant.remedy"), _theirs(file.remedy_sought))
    source = wording.say("complaint.complainant.known_as", source=file.source, number=file.source_key)
    yield from row(say("complaint.complainant.source"), source)
    yield from row(say("complaint.complainant.policy"), file.policy)


def _theirs(text: str | None) -> Line:
    return theirs(text) if text else []


def _reached(scheme: str, address: str | None) -> Line:
    """An address that leads to writing or calling."""
    return link(address, scheme + quote(address, safe="@+")) if address else []
