"""What any classifier must offer, whether it goes by rules, embeddings or a language model."""

from __future__ import annotations

from typing import Protocol

from workflows.contract.classification import Classification


class Classifier(Protocol):
    """Says what a text is about. The same text gives the same answer."""

    @property
    def name(self) -> str:
        """Name and version, as recorded with each classification."""

    def classify(self, text: str) -> Classification:
        """The classification of a complaint's text, with its evidence."""
