"""What happened between a complaint and others."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from workflows.contract.base import Line, Model, Name, Slug, Text
from workflows.contract.errors import ErrorCode
from workflows.contract.kinship import Decision
from workflows.contract.vocabulary import Kinship, Outcome


class Linked(Model):
    """Somebody saw that it has to do with another complaint."""

    type: Literal["linked"] = "linked"
    reference: Line
    relation: Kinship
    by: Name
    reason: Line


class LinkedFrom(Model):
    """It was linked with another complaint, there: it is that one which stands in this relation."""

    type: Literal["linked_from"] = "linked_from"
    reference: Line
    relation: Kinship
    by: Name


class LinkRefused(Model):
    """The complaint it was linked with does not show the link. If there is no such complaint, the link is gone."""

    type: Literal["link_refused"] = "link_refused"
    reference: Line
    by: Name = Field(description="Who linked them.")
    code: ErrorCode
    message: Line


class MergeRequested(Model):
    """Somebody wants it handled together with another complaint, which is asked. Until then it goes on as before."""

    type: Literal["merge_requested"] = "merge_requested"
    into: Line
    by: Name
    reason: Line


class MergeRefused(Model):
    """It goes on by itself: the other complaint refused, or (`here`) this one had moved on when the answer came."""

    type: Literal["merge_refused"] = "merge_refused"
    into: Line
    by: Name = Field(description="Who asked for it.")
    code: ErrorCode
    message: Line
    here: bool = False


class Absorbed(Model):
    """Another complaint is handled together with this one and follows it."""

    type: Literal["absorbed"] = "absorbed"
    reference: Line


class LetGone(Model):
    """Another complaint goes its own way again."""

    type: Literal["let_gone"] = "let_gone"
    reference: Line


class Merged(Model):
    """It is handled together with another complaint, the survivor, and follows it."""

    type: Literal["merged"] = "merged"
    into: Line
    reason: Line


class Followed(Model):
    """The survivor was carried out (`result`, asked about in survey `round`), or ended (`outcome`)."""

    type: Literal["followed"] = "followed"
    survivor: Line
    round: int | None = None
    result: Text | None = None
    outcome: Outcome | None = None


class SplitOff(Model):
    """A part of it became a complaint of its own."""

    type: Literal["split_off"] = "split_off"
    reference: Line = Field(description="Of the new complaint.")
    text: Text
    subject: Line | None
    by: Name
    reason: Line


class MajorEventDeclared(Model):
    """Many complaints have one cause, and this one leads them. `told` are those in charge of the departments."""

    type: Literal["major_event_declared"] = "major_event_declared"
    title: Line
    departments: tuple[Slug, ...]
    plan: Text
    spokesperson: Name | None
    statement: Text | None
    told: tuple[Name, ...]


class JoinRequested(Model):
    """Somebody wants it to join a major event, whose leading complaint is asked."""

    type: Literal["join_requested"] = "join_requested"
    parent: Line
    by: Name
    reason: Line


class JoinRefused(Model):
    """It belongs to no event: the leading complaint refused, or (`here`) this one had moved on."""

    type: Literal["join_refused"] = "join_refused"
    parent: Line
    by: Name = Field(description="Who asked for it.")
    code: ErrorCode
    message: Line
    here: bool = False


class JoinedEvent(Model):
    """It belongs to a major event."""

    type: Literal["joined_event"] = "joined_event"
    parent: Line


class LeftEvent(Model):
    """It does not belong to the event any more."""

    type: Literal["left_event"] = "left_event"
    parent: Line
    reason: Line


class ChildAdopted(Model):
    """Another complaint belongs to the major event that this one leads."""

    type: Literal["child_adopted"] = "child_adopted"
    reference: Line


class StatementMade(Model):
    """The complainants of the whole event were told the same."""

    type: Literal["statement_made"] = "statement_made"
    text: Text
    children: int


class DecisionApplied(Model):
    """The decision of its major event is carried out here, too: on the approval given there."""

    type: Literal["decision_applied"] = "decision_applied"
    parent: Line
    decision: Decision


class DecisionNotApplied(Model):
    """The decision of its major event does not fit: it has its own way to go, and its owner decides."""

    type: Literal["decision_not_applied"] = "decision_not_applied"
    parent: Line
    decision: Decision
    code: ErrorCode
    message: Line


class ChildAnswered(Model):
    """What a child answered to what it was given; without a code it was carried out."""

    type: Literal["child_answered"] = "child_answered"
    reference: Line
    command: Slug
    applied: bool = Field(default=False, description="It goes by the decision of the event.")
    code: ErrorCode | None = None
    message: Line | None = None
