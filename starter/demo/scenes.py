"""What the demonstration plays: complaints, the path each takes, and what its people say on the way."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import cycle
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from infra.documents import read_document
from workflows.contract.base import Line, Model, Slug, Text
from workflows.contract.filing import Complainant, FileComplaint
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import Channel, Language, Nature, Severity

COMPLAINTS_FILE = Path(__file__).with_name("complaints.yaml")
PHRASES_FILE = Path(__file__).with_name("phrases.yaml")

SOURCE = "demo"


class PathName(StrEnum):
    """Every way a complaint can go, in the order they are dealt out: the usual one, the longest one, the rest."""

    STRAIGHT = "straight"
    UNTOUCHED = "untouched"
    MEETING = "meeting"
    REFUSED = "refused"
    REASSIGNED = "reassigned"
    ESCALATED = "escalated"
    QUESTION = "question"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    OUT_OF_SCOPE = "out_of_scope"
    DUPLICATE = "duplicate"
    UNSURE = "unsure"
    TWO_APPROVALS = "two_approvals"
    SILENT_SURVEY = "silent_survey"
    SILENT_WAIT = "silent_wait"


class Words(Model):
    """What staff and complainant say and decide about one complaint, whatever path it takes."""

    solution: Text
    redress: tuple[Redress, ...]
    large_redress: tuple[Redress, ...]
    result: Text
    question: Line
    answer: Text
    refusal: Line
    objection: Text
    second_solution: Text
    second_redress: tuple[Redress, ...]
    second_result: Text
    thanks: Text
    departments: Annotated[tuple[Slug, ...], Field(min_length=1)]
    agenda: Text
    minutes: Text
    decision: Line
    move_to: Slug
    move_reason: Line
    escalation: Line
    withdrawal: Line
    scope_reason: Line
    referral: Line
    nature: Nature
    severity: Severity
    classification_reason: Line


class _Phrases(Model):
    """The words for complaints that bring none of their own."""

    zh: Words
    en: Words


class _Written(Model):
    """One complaint of complaints.yaml; `handling` holds its own words."""

    key: Line
    path: PathName
    channel: Channel
    language: Language
    complainant: Complainant
    product: Line | None
    subject: Line | None
    text: Text
    remedy_sought: Line | None
    handling: Annotated[dict[str, Any], Field(default_factory=dict)]


class _Script(Model):
    complaints: tuple[_Written, ...]


class Scene(NamedTuple):
    """One complaint, the path it takes and the words of all who act on it."""

    path: PathName
    complaint: FileComplaint
    words: Words

    @property
    def reference(self) -> str:
        """The complaint's reference."""
        return self.complaint.reference


def written_scenes(run: str) -> tuple[Scene, ...]:
    """The complaints written for the demonstration. `run` enters their source keys, so that each run has its own."""
    phrases = _phrases()
    return tuple(
        Scene(
            path=written.path,
            complaint=FileComplaint(
                source=SOURCE,
                source_key=f"{run}/{written.key}",
                **written.model_dump(exclude={"key", "path", "handling"}),
            ),
            words=Words.model_validate(phrases[written.language].model_dump() | written.handling),
        )
        for written in read_document(COMPLAINTS_FILE, _Script).complaints
    )


def scenes_of(complaints: Sequence[FileComplaint], run: str) -> tuple[Scene, ...]:
    """Complaints from elsewhere, with the paths dealt out in turn. They count as received now: what they are dated
    would have broken every limit before anybody could act.
    """
    phrases = _phrases()
    return tuple(
        Scene(
            path=path,
            complaint=complaint.model_copy(
                update={"source": SOURCE, "source_key": f"{run}/{number}", "received_at": None}
            ),
            words=phrases[complaint.language],
        )
        for number, (complaint, path) in enumerate(zip(complaints, cycle(PathName), strict=False), start=1)
    )


def _phrases() -> dict[Language, Words]:
    phrases = read_document(PHRASES_FILE, _Phrases)
    return {Language.ZH: phrases.zh, Language.EN: phrases.en}
