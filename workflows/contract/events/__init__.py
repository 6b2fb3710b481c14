"""What happened to a complaint: one model per fact, told apart by `type`, numbered and dated in a journal entry."""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field

from workflows.contract.base import Instant, Model
from workflows.contract.events.attention import ClockBreached, ClockExpired, Escalated, RungReached
from workflows.contract.events.dialogue import ComplainantReminded, Informed, Resumed, SurveyAnswered, Waiting
from workflows.contract.events.ending import Archived, Closed, DeclaredOutOfScope, Filed, Reopened, Withdrawn
from workflows.contract.events.file import CommandRefused, Noted
from workflows.contract.events.meeting import MeetingCalled, MeetingDecided, MeetingLapsed
from workflows.contract.events.ownership import Accepted, Assigned, Classified, Reassigned
from workflows.contract.events.rules import CalendarAmended, ClockExtended, Moved, PolicyAdopted
from workflows.contract.events.solution import ApprovalGranted, Approved, Executed, Proposed, Refused
from workflows.contract.parties import Actor

Event = Annotated[
    Filed
    | Classified
    | Assigned
    | Reassigned
    | Accepted
    | Informed
    | MeetingCalled
    | MeetingDecided
    | MeetingLapsed
    | Proposed
    | ApprovalGranted
    | Approved
    | Refused
    | Waiting
    | ComplainantReminded
    | Resumed
    | Executed
    | SurveyAnswered
    | Reopened
    | Withdrawn
    | DeclaredOutOfScope
    | Escalated
    | RungReached
    | ClockBreached
    | ClockExpired
    | ClockExtended
    | PolicyAdopted
    | CalendarAmended
    | Noted
    | CommandRefused
    | Closed
    | Archived,
    Field(discriminator="type"),
]

EVENT_TYPES: tuple[str, ...] = tuple(event.model_fields["type"].default for event in get_args(get_args(Event)[0]))
"""Every event by name, in the order of `EventType`."""


class Entry(Model):
    """One line of a complaint's journal: the event, its number (from 1, without gaps), when and at whose request.

    What a time limit brought about took effect when that ran out (`effective_at`), however late it was noticed (`at`).
    """

    sequence: Annotated[int, Field(ge=1)]
    at: Instant
    effective_at: Instant | None = Field(default=None, description="Where that is not `at`.")
    actor: Actor
    command_id: str
    event: Event


__all__ = [
    "EVENT_TYPES",
    "Accepted",
    "ApprovalGranted",
    "Approved",
    "Archived",
    "Assigned",
    "CalendarAmended",
    "Classified",
    "ClockBreached",
    "ClockExpired",
    "ClockExtended",
    "Closed",
    "CommandRefused",
    "ComplainantReminded",
    "DeclaredOutOfScope",
    "Entry",
    "Escalated",
    "Event",
    "Executed",
    "Filed",
    "Informed",
    "MeetingCalled",
    "MeetingDecided",
    "MeetingLapsed",
    "Moved",
    "Noted",
    "PolicyAdopted",
    "Proposed",
    "Reassigned",
    "Refused",
    "Reopened",
    "Resumed",
    "RungReached",
    "SurveyAnswered",
    "Waiting",
    "Withdrawn",
]
