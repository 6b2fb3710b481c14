"""What a complaint has to do with others: links, the one it was merged into, the major event it belongs to or leads."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from workflows.contract.approval_rule import ApprovalStep
from workflows.contract.base import LIST_MAX_ITEMS, Line, Name, Slug, Sparse, Text
from workflows.contract.consent import Consent
from workflows.contract.errors import ErrorCode
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import Kinship, Outcome, Severity

KIN_MAX = 2000
"""How many complaints one can take along: children of a major event, or merged ones. Their references and answers take
some 100 kB of the case, which travels whole from run to run."""

CONSENTS_MAX = 2000
"""Far more than any matrix asks for; a bound, because a decision comes from outside."""

SPLIT_SOURCE = "amends.split"
"""The source of complaints that were a part of another."""


def split_key(reference: str, sequence: int) -> str:
    """The source key of the part that event `sequence` of a complaint split off: a repeat gives the same complaint."""
    return f"{reference}-{sequence}"


class Link(Sparse):
    """Another complaint that has to do with this one. `inward`: it is the other one that stands in this relation."""

    reference: Line
    relation: Kinship
    inward: bool = False
    by: Name


class Request(Sparse):
    """What another complaint was asked and has not answered yet: `sequence` is the number of the event that asked."""

    reference: Line
    sequence: int
    by: Name
    reason: Line


class Decision(Sparse):
    """An approved proposal, as it is handed to other complaints: who answers for it, and for how grave a case."""

    round: int
    by: Name
    severity: Severity
    solution: Text
    redress: Annotated[tuple[Redress, ...], Field(max_length=LIST_MAX_ITEMS)] = ()
    consents: Annotated[tuple[Consent, ...], Field(max_length=CONSENTS_MAX)]
    steps: Annotated[tuple[ApprovalStep, ...], Field(max_length=LIST_MAX_ITEMS)] = Field(
        default=(), description="What was asked of those who approved it; nothing, without."
    )


class Standpoint(StrEnum):
    """Where a child stands towards the decision of its major event."""

    JOINED = "joined"
    DECIDED = "decided"
    OWN_WAY = "own_way"


class Child(Sparse):
    """A complaint that belongs to a major event, and the refusal it last answered with, if any."""

    reference: Line
    standpoint: Standpoint = Standpoint.JOINED
    code: ErrorCode | None = None


class MajorEvent(Sparse):
    """What the leading complaint knows of its event. `statement` is what complainants were told last."""

    title: Line
    departments: Annotated[tuple[Slug, ...], Field(max_length=LIST_MAX_ITEMS)]
    plan: Text
    spokesperson: Name | None = None
    statement: Text | None = None
    decision: Decision | None = None
    children: Annotated[tuple[Child, ...], Field(max_length=KIN_MAX)] = ()


class Kin(Sparse):
    """All of it. A merged complaint follows its `survivor`: `asked` is the survey that asks its complainant about the
    result of that one, `told` says that they know a result, and `ended` how the survivor ended; reopened, it has `left`
    it. Of a child's event, `heard` is the round of the decision that it last answered to.
    """

    links: Annotated[tuple[Link, ...], Field(max_length=LIST_MAX_ITEMS)] = ()
    merging: Request | None = None
    survivor: Line | None = None
    asked: int | None = None
    told: bool = False
    ended: Outcome | None = None
    left: Line | None = None
    absorbed: Annotated[tuple[Line, ...], Field(max_length=KIN_MAX)] = ()
    joining: Request | None = None
    parent: Line | None = None
    heard: int = 0
    event: MajorEvent | None = None

    @property
    def follows(self) -> bool:
        """It was merged, and its complainant has not been told yet how that ended."""
        return self.survivor is not None and self.ended is None
