"""What has been entered into the form, and the complaint that it makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from starter.console.commands.reading import FaultError, read_instant
from starter.intake.language import guess_language
from starter.resembling import Told
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import EARLIEST_YEAR, FileComplaint
from workflows.contract.vocabulary import Channel, Language

SOURCE = "console"
"""Where complaints come from that have no number of their own."""

CONTACTS = ("phone", "name", "email")
WORDS = ("text", "subject", "product", "remedy_sought")
FIELDS = ("channel", "language", "received_at", "number", *CONTACTS, *WORDS)
"""What the form asks for, all of it text; `number` is the complaint's own, of a letter or a ticket."""

_ENTERED_AS = {"source_key": "number"}
_FAULTS = {
    "string_too_long": "filing.faults.too_long",
    "string_pattern_mismatch": "filing.faults.no_address",
    "missing": "filing.faults.missing",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field: a text of the console, and what it says of it."""

    name: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


class FaultsError(Exception):
    """What was entered makes no complaint yet."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(fault.name for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Entered:
    """The fields by their names, as they were typed."""

    fields: Mapping[str, str]
    anonymous: bool = False

    def said(self, name: str) -> str:
        """What is in a field, without blanks around it."""
        return self.fields.get(name, "").strip()

    @property
    def channel(self) -> Channel:
        """How it came in."""
        return Channel(self.said("channel") or Channel.HOTLINE)

    @property
    def guessed(self) -> Language:
        """The language that it seems to be in."""
        return guess_language(f"{self.said('subject')}\n{self.said('text')}")

    @property
    def told(self) -> Told:
        """What other complaints may resemble."""
        contacts = {} if self.anonymous else {name: self.said(name) for name in CONTACTS}
        return Told(text=self.said("text"), product=self.said("product"), **contacts)

    def complaint(self, key: str, zone: ZoneInfo) -> FileComplaint:
        """The complaint. With a number of its own it is named by its channel and that, so that it is filed once whoever
        files it; else by `key`, which is the form's.

        Raises:
            FaultsError: with each field that cannot be used.
        """
        number = self.said("number")
        filled = {name: self.said(name) for name in WORDS if self.said(name)}
        contacts = {} if self.anonymous else {name: self.said(name) for name in CONTACTS if self.said(name)}
        faults = [] if contacts or self.anonymous else [Fault(CONTACTS[0], "filing.faults.nobody")]
        received_at, wrong = self._received_at(zone)
        try:
            complaint = FileComplaint.model_validate(
                {
                    **filled,
                    "source": self.channel.value if number else SOURCE,
                    "source_key": number or key,
                    "channel": self.channel,
                    "language": self.said("language") or self.guessed,
                    "complainant": contacts,
                    "received_at": received_at,
                }
            )
        except ValidationError as error:
            faults += [_fault(detail) for detail in error.errors(include_url=False)]
        faults += wrong
        if faults:
            raise FaultsError(*sorted(faults, key=lambda fault: FIELDS.index(fault.name)))
        return complaint

    def _received_at(self, zone: ZoneInfo) -> tuple[datetime | None, list[Fault]]:
        try:
            return read_instant(self.said("received_at"), zone), []
        except FaultError as fault:
            return None, [Fault("received_at", f"commands.faults.{fault.name}")]

    def lines(self) -> Iterator[tuple[str, str]]:
        """Whatever was entered of the complaint itself, by the names of the fields, the text first."""
        for name in ("text", "subject", "product", "remedy_sought", "number", "received_at"):
            if self.said(name):
                yield name, self.said(name)
        for name in () if self.anonymous else CONTACTS:
            if self.said(name):
                yield name, self.said(name)


def refused_field(error: AmendsError) -> Fault | None:
    """The field that the desk refused, if it is one of the form."""
    if error.code is not ErrorCode.INVALID_INPUT or error.field != "received_at":
        return None
    return Fault("received_at", "filing.faults.in_the_future")


def _fault(detail: ErrorDetails) -> Fault:
    last = str(detail["loc"][-1])
    name, values = _ENTERED_AS.get(last, last), detail.get("ctx", {})
    if key := _FAULTS.get(detail["type"]):
        return Fault(name, key, {"most": values.get("max_length")})
    return Fault(name, *_of_value(name, detail["input"]))


def _of_value(name: str, value: Any) -> tuple[str, Mapping[str, object]]:
    """What our own checks say, which pydantic knows only as errors of values."""
    if "\0" in str(value):
        return "filing.faults.unusable", {}
    if name == "received_at":
        return "filing.faults.too_early", {"year": EARLIEST_YEAR}
    return "filing.faults.no_words", {}
