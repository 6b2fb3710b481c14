"""What a complaint is about, how bad it is and why the classifier thinks so."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workflows.contract.base import Line, Model, Name
from workflows.contract.vocabulary import Nature, Sentiment, Severity


class Evidence(Model):
    """Why the classifier thinks so: the words it found and what they count for."""

    label: Name
    words: tuple[Line, ...]


class Classification(Model):
    """First assessment: what it is about, how bad, is it ours, does it need several departments."""

    nature: Nature
    severity: Severity
    sentiment: Sentiment
    urgent: bool
    in_scope: bool
    needs_meeting: bool
    confidence: Annotated[float, Field(ge=0, le=1)]
    evidence: tuple[Evidence, ...] = ()
    classifier: Name = Field(description="Name and version of what decided, `rules-1` or a person's subject.")
