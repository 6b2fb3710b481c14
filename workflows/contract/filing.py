"""What a channel hands in: the complaint as it was received, which starts the workflow."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from workflows.contract.base import STORABLE, Instant, Line, Model, Name, Text
from workflows.contract.reference import reference_for
from workflows.contract.vocabulary import Channel, Language

EmailAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254), STORABLE]
"""Deliberately lax: only the receiving server knows whether an address is real."""


class Complainant(Model):
    """Who complains and how to reach them. Anonymous complaints leave everything out."""

    name: Name | None = None
    email: EmailAddress | None = None
    phone: Annotated[str, StringConstraints(max_length=40), STORABLE] | None = None


EARLIEST_YEAR = 1900
"""Before it no company that exists received a complaint; a date there is a slip of the keyboard."""


def _says_something(text: str) -> str:
    if not any(character.isalnum() for character in text):
        raise ValueError("must contain at least one word")
    return text


Narrative = Annotated[Text, AfterValidator(_says_something)]
"""What somebody complains about, in their words."""


class FileComplaint(Model):
    """The start of a complaint. `source` and `source_key` name it in the system it comes from: filing the same pair
    twice gives the same complaint.

    `received_at` is when the company received it, which may be before it is filed here (a letter, an outage); every
    clock counts from it.
    """

    source: Name
    source_key: Name
    channel: Channel
    language: Language
    text: Narrative
    subject: Line | None = None
    complainant: Complainant = Complainant()
    remedy_sought: Line | None = None
    product: Line | None = None
    received_at: Instant | None = Field(default=None, description="Defaults to the moment the workflow starts.")

    @property
    def reference(self) -> str:
        """The complaint's reference, the same for every filing of the same source and key."""
        return reference_for(self.source, self.source_key)

    @field_validator("received_at")
    @classmethod
    def _was_received_in_our_time(cls, received_at: datetime | None) -> datetime | None:
        if received_at is not None and received_at.year < EARLIEST_YEAR:
            raise ValueError(f"must not lie before the year {EARLIEST_YEAR}")
        return received_at


class Start(Model):
    """The argument of the complaint workflow: the complaint, or what its previous run carried over.

    Other systems send `{"complaint": {...}}`; `carried` is Amends' own, versioned by `state.py`.
    """

    complaint: FileComplaint | None = None
    carried: dict[str, Any] | None = None
