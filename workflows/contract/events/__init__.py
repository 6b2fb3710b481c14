"""What happened to a complaint: one model per fact, told apart by `type`, numbered and dated in a journal entry."""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field

from workflows.contract.base import Instant, Model
from workflows.contract.events.attention import ClockBreached, ClockExpired, DeEscalated, Escalated, RungReached
from workflows.contract.events.dialogue import (
    Acknowledged,
    Answered,
    Asked,
    CalledBack,
    ComplainantReminded,
    Informed,
    Resumed,
    SurveyAnswered,
    Waiting,
)
from workflows.contract.events.ending import (
    Archived,
    Closed,
    ClosingDeferred,
    DeclaredOutOfScope,
    Filed,
    Reopened,
    Withdrawn,
)
from workflows.contract.events.file import Attached, CommandRefused, HoldLifted, HoldPlaced, Noted
from workflows.contract.events.kinship import (
    Absorbed,
    ChildAdopted,
    ChildAnswered,
    DecisionApplied,
    DecisionNotApplied,
    Followed,
    JoinedEvent,
    JoinRefused,
    JoinRequested,
    LeftEvent,
    LetGone,
    Linked,
    LinkedFrom,
    LinkRefused,
    MajorEventDeclared,
    Merged,
    MergeRefused,
    MergeRequested,
    SplitOff,
    StatementMade,
)
from workflows.contract.events.meeting import (
    MeetingCalled,
    MeetingCancelled,
    MeetingDecided,
    MeetingFellBack,
    MeetingLapsed,
    MeetingRescheduled,
    MeetingScheduled,
    MinutesRecorded,
    MotionCarried,
    MotionLost,
    MotionMoved,
    QuorumMissed,
    TaskDone,
    TaskOverdue,
    TasksDropped,
    VoteCast,
)
from workflows.contract.events.ownership import Accepted, Assigned, Classified, InterestDeclared, Reassigned
from workflows.contract.events.rules import CalendarAmended, ClockExtended, Moved, PolicyAdopted, StaffAmended
from workflows.contract.events.solution import (
    ApprovalEscalated,
    ApprovalGranted,
    ApprovalStepPassed,
    Approved,
    Delegated,
    Executed,
    Proposed,
    Refused,
)
from workflows.contract.parties import Actor

Event = Annotated[
    Filed
    | Classified
    | Assigned
    | Reassigned
    | Accepted
    | InterestDeclared
    | Acknowledged
    | Informed
    | MeetingCalled
    | MeetingScheduled
    | MeetingRescheduled
    | MeetingCancelled
    | MinutesRecorded
    | QuorumMissed
    | MeetingFellBack
    | MotionMoved
    | VoteCast
    | MotionCarried
    | MotionLost
    | MeetingDecided
    | MeetingLapsed
    | TaskDone
    | TaskOverdue
    | TasksDropped
    | Proposed
    | Delegated
    | ApprovalGranted
    | ApprovalStepPassed
    | ApprovalEscalated
    | Approved
    | Refused
    | Asked
    | Answered
    | Waiting
    | ComplainantReminded
    | Resumed
    | Executed
    | SurveyAnswered
    | CalledBack
    | Reopened
    | Withdrawn
    | DeclaredOutOfScope
    | Escalated
    | DeEscalated
    | RungReached
    | ClockBreached
    | ClockExpired
    | ClockExtended
    | PolicyAdopted
    | CalendarAmended
    | StaffAmended
    | Noted
    | Attached
    | HoldPlaced
    | HoldLifted
    | CommandRefused
    | Linked
    | LinkedFrom
    | LinkRefused
    | MergeRequested
    | MergeRefused
    | Absorbed
    | LetGone
    | Merged
    | Followed
    | SplitOff
    | MajorEventDeclared
    | JoinRequested
    | JoinRefused
    | JoinedEvent
    | LeftEvent
    | ChildAdopted
    | StatementMade
    | DecisionApplied
    | DecisionNotApplied
    | ChildAnswered
    | ClosingDeferred
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
    "Absorbed",
    "Accepted",
    "Acknowledged",
    "Answered",
    "ApprovalEscalated",
    "ApprovalGranted",
    "ApprovalStepPassed",
    "Approved",
    "Archived",
    "Asked",
    "Assigned",
    "Attached",
    "CalendarAmended",
    "CalledBack",
    "ChildAdopted",
    "ChildAnswered",
    "Classified",
    "ClockBreached",
    "ClockExpired",
    "ClockExtended",
    "Closed",
    "ClosingDeferred",
    "CommandRefused",
    "ComplainantReminded",
    "DeEscalated",
    "DecisionApplied",
    "DecisionNotApplied",
    "DeclaredOutOfScope",
    "Delegated",
    "Entry",
    "Escalated",
    "Event",
    "Executed",
    "Filed",
    "Followed",
    "HoldLifted",
    "HoldPlaced",
    "Informed",
    "InterestDeclared",
    "JoinRefused",
    "JoinRequested",
    "JoinedEvent",
    "LeftEvent",
    "LetGone",
    "LinkRefused",
    "Linked",
    "LinkedFrom",
    "MajorEventDeclared",
    "MeetingCalled",
    "MeetingCancelled",
    "MeetingDecided",
    "MeetingFellBack",
    "MeetingLapsed",
    "MeetingRescheduled",
    "MeetingScheduled",
    "MergeRefused",
    "MergeRequested",
    "Merged",
    "MinutesRecorded",
    "MotionCarried",
    "MotionLost",
    "MotionMoved",
    "Moved",
    "Noted",
    "PolicyAdopted",
    "Proposed",
    "QuorumMissed",
    "Reassigned",
    "Refused",
    "Reopened",
    "Resumed",
    "RungReached",
    "SplitOff",
    "StaffAmended",
    "StatementMade",
    "SurveyAnswered",
    "TaskDone",
    "TaskOverdue",
    "TasksDropped",
    "VoteCast",
    "Waiting",
    "Withdrawn",
]
