"""Commands about what a complaint has to do with others, and those that one complaint gives another.

The latter are given by Amends itself, never by people: a door that did would do half of something. Each may come
again long after it was carried out, and is then refused with `already_there`, which its sender takes for a yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import Field, model_validator

from workflows.contract.base import LIST_MAX_ITEMS, Line, Name, Slug, Text
from workflows.contract.commands.base import Command
from workflows.contract.filing import Narrative
from workflows.contract.kinship import Decision
from workflows.contract.vocabulary import Kinship, Outcome


class LinkTo(Command):
    """This complaint has to do with another; both will show it."""

    name = "link"
    reference: Line
    relation: Kinship = Kinship.RELATED
    reason: Line


class Merge(Command):
    """This complaint is a duplicate: it is handled together with another, the survivor, and follows it."""

    name = "merge"
    into: Line = Field(description="Reference of the survivor, which must be open.")
    reason: Line


class Split(Command):
    """A part of this complaint is another matter, which becomes a complaint of its own."""

    name = "split"
    text: Narrative = Field(description="The part, in the complainant's words.")
    subject: Line | None = None
    reason: Line


class DeclareMajorEvent(Command):
    """Many complaints have one cause: this one leads them. The departments named are told at once."""

    name = "declare_major_event"
    title: Line
    departments: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=LIST_MAX_ITEMS)]
    plan: Text = Field(description="Who tells whom what, and when: the one communication plan.")
    spokesperson: Name | None = Field(default=None, description="Who alone speaks to the outside.")
    statement: Text | None = Field(default=None, description="What complainants are told, also those who join later.")


class JoinEvent(Command):
    """This complaint has the cause of a major event, and joins the complaint that leads it."""

    name = "join_event"
    parent: Line = Field(description="Reference of the leading complaint.")
    reason: Line


class LeaveEvent(Command):
    """This complaint has another cause after all."""

    name = "leave_event"
    reason: Line


class Broadcast(Command):
    """Tell the complainants of all complaints of the major event the same."""

    name = "broadcast"
    text: Text


class LinkFrom(Command):
    """Another complaint was linked with this one."""

    name = "link_from"
    reference: Line
    relation: Kinship
    by: Name


class Absorb(Command):
    """Another complaint is to be merged into this one."""

    name = "absorb"
    reference: Line


class LetGo(Command):
    """Another complaint does not follow this one any more, or has left its event."""

    name = "let_go"
    reference: Line


class Follow(Command):
    """What became of the survivor that this complaint was merged into: its result, or how it ended."""

    name = "follow"
    survivor: Line
    result: Text | None = None
    outcome: Outcome | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.result is None) == (self.outcome is None):
            raise ValueError("exactly one of result and outcome must be given")
        return self


class AdoptChild(Command):
    """Another complaint wants to join the major event that this one leads."""

    name = "adopt_child"
    reference: Line


class PassOn(Command):
    """What the complainants of a major event are told."""

    name = "pass_on"
    parent: Line
    text: Text


class ApplyDecision(Command):
    """The proposal of the leading complaint was approved, for all of its event."""

    name = "apply_decision"
    parent: Line
    decision: Decision


BY_AMENDS: tuple[type[Command], ...] = (LinkFrom, Absorb, LetGo, Follow, AdoptChild, PassOn, ApplyDecision)
"""Those that one complaint gives another."""

NAMED_IN: Mapping[type[Command], str] = MappingProxyType({LinkTo: "reference", Merge: "into", JoinEvent: "parent"})
"""The fields in which people name another complaint, by their commands: doors see to it that they may see that one."""

COMMANDS: tuple[type[Command], ...] = (
    LinkTo,
    Merge,
    Split,
    DeclareMajorEvent,
    JoinEvent,
    LeaveEvent,
    Broadcast,
    *BY_AMENDS,
)
