"""What happened to a complaint: one model per fact, told apart by `type`, numbered and dated in a journal entry."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from workflows.contract.base import Instant, Line, Model, Name, Slug, Text
from workflows.contract.calendar import Calendar
from workflows.contract.classification import Classification
from workflows.contract.errors import ErrorCode
from workflows.contract.filing import FileComplaint
from workflows.contract.limits import Target
from workflows.contract.parties import Actor, Owner
from workflows.contract.policy import Policy
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import Level, Outcome, WaitingFor


class Filed(Model):
    """The complaint was received and registered."""

    type: Literal["filed"] = "filed"
    complaint: FileComplaint
    received_at: Instant


class Classified(Model):
    """It was assessed, by the classifier or (corrected) by a person, under this version of the policy."""

    type: Literal["classified"] = "classified"
    classification: Classification
    policy: Line = Field(description="Name and version of the policy, `default@3f2a…`.")
    calendar: Line | None = Field(default=None, description="Name and version of the working calendar, if any.")
    reason: Line | None = None


class Assigned(Model):
    """A department and one person in it became responsible."""

    type: Literal["assigned"] = "assigned"
    owner: Owner
    because: Line


class Reassigned(Model):
    """Somebody gave the case to another owner."""

    type: Literal["reassigned"] = "reassigned"
    owner: Owner
    reason: Line


class Accepted(Model):
    """The owner took the case in hand."""

    type: Literal["accepted"] = "accepted"
    owner: Owner


class Informed(Model):
    """The complainant was told how far it has come."""

    type: Literal["informed"] = "informed"
    text: Text


class MeetingCalled(Model):
    """Departments were invited to decide together."""

    type: Literal["meeting_called"] = "meeting_called"
    number: int
    chair: Name
    departments: tuple[Slug, ...]
    invited: tuple[Name, ...]
    agenda: Text
    starts_at: Instant | None


class MeetingDecided(Model):
    """The meeting reached a decision."""

    type: Literal["meeting_decided"] = "meeting_decided"
    number: int
    present: tuple[Slug, ...]
    minutes: Text
    decision: Line


class MeetingLapsed(Model):
    """The meeting's time limit passed without a decision."""

    type: Literal["meeting_lapsed"] = "meeting_lapsed"
    number: int


class Proposed(Model):
    """A solution was put up for approval."""

    type: Literal["proposed"] = "proposed"
    round: int
    by: Name
    solution: Text
    redress: tuple[Redress, ...]


class ApprovalGranted(Model):
    """One person consented; `needed` more must."""

    type: Literal["approval_granted"] = "approval_granted"
    round: int
    by: Name
    needed: int
    comment: Line | None


class Approved(Model):
    """Everybody needed has consented."""

    type: Literal["approved"] = "approved"
    round: int


class Refused(Model):
    """The proposal went back to its owner."""

    type: Literal["refused"] = "refused"
    round: int
    by: Name
    reason: Line


class Waiting(Model):
    """Work stopped until somebody outside answers."""

    type: Literal["waiting"] = "waiting"
    waiting_for: WaitingFor
    question: Line
    still_counting: tuple[Slug, ...] = Field(default=(), description="Limits that do not pause, as of a law.")


class ComplainantReminded(Model):
    """The complainant was asked again, because so much of the waiting time is used."""

    type: Literal["complainant_reminded"] = "complainant_reminded"
    clock: Slug
    round: int
    percent: int
    question: Line | None
    due_at: Instant


class Resumed(Model):
    """Work went on, with the answer or because nobody answered in time."""

    type: Literal["resumed"] = "resumed"
    answer: Text | None


class Executed(Model):
    """The approved solution was carried out."""

    type: Literal["executed"] = "executed"
    round: int
    result: Text


class SurveyAnswered(Model):
    """The complainant said whether it is really solved."""

    type: Literal["survey_answered"] = "survey_answered"
    solved: bool
    score: int | None
    comment: Text | None


class Reopened(Model):
    """It was not solved; the same complaint goes on."""

    type: Literal["reopened"] = "reopened"
    count: int
    reason: Line


class Withdrawn(Model):
    """The complainant took the complaint back."""

    type: Literal["withdrawn"] = "withdrawn"
    reason: Line


class DeclaredOutOfScope(Model):
    """It is not ours to solve; the complainant was told who can."""

    type: Literal["declared_out_of_scope"] = "declared_out_of_scope"
    reason: Line
    referral: Line


class Escalated(Model):
    """A person, or the lapse of a meeting, called on a higher level."""

    type: Literal["escalated"] = "escalated"
    to: Level
    tell: Name
    reason: Line


class RungReached(Model):
    """So much of a clock is used that its ladder names somebody to tell. `due_at` is when; the entry's `at` is when it
    was noticed.
    """

    type: Literal["rung_reached"] = "rung_reached"
    clock: Slug
    round: int
    percent: int = Field(description="Of the target; 100 for a rung some time after the limit.")
    rung: Line = Field(description="Its place on the ladder: `75 %`, or `2:00:00 after` the limit.")
    repetition: int = Field(default=0, description="How often this rung had been reached before.")
    level: Level
    tell: Name
    due_at: Instant


class ClockBreached(Model):
    """A time limit passed. `due_at` is the date of the breach; the entry's `at` is when it was noticed."""

    type: Literal["clock_breached"] = "clock_breached"
    clock: Slug
    round: int
    due_at: Instant


class ClockExpired(Model):
    """A waiting time or a right ended as the policy says."""

    type: Literal["clock_expired"] = "clock_expired"
    clock: Slug
    round: int
    due_at: Instant


class ClockExtended(Model):
    """Somebody entitled lengthened a limit."""

    type: Literal["clock_extended"] = "clock_extended"
    clock: Slug
    round: int
    to: Target
    reason: Line
    due_before: Instant
    due_after: Instant


class Moved(Model):
    """What a change of the rules did to one live clock. A due time that has become past is breached with the change."""

    clock: Slug
    round: int
    due_before: Instant | None
    due_after: Instant | None


class PolicyAdopted(Model):
    """The complaint goes on under another version of the policy; time used and pauses are kept."""

    type: Literal["policy_adopted"] = "policy_adopted"
    before: Line
    after: Line
    policy: Policy
    calendar: Calendar | None
    reason: Line
    moved: tuple[Moved, ...]


class CalendarAmended(Model):
    """Holidays or working hours changed while the complaint was open."""

    type: Literal["calendar_amended"] = "calendar_amended"
    before: Line
    after: Line
    calendar: Calendar
    reason: Line
    moved: tuple[Moved, ...]


class Noted(Model):
    """Somebody wrote down something worth knowing."""

    type: Literal["noted"] = "noted"
    text: Text


class CommandRefused(Model):
    """A signal asked for something that is not allowed. (A refused update is answered instead and leaves no trace.)."""

    type: Literal["command_refused"] = "command_refused"
    command: Line
    code: ErrorCode
    message: Line


class Closed(Model):
    """Nothing is owed any more; it can be reopened until the policy's reopening window ends."""

    type: Literal["closed"] = "closed"
    outcome: Outcome
    reason: Line
    referral: Line | None = Field(default=None, description="Who can help, when it is out of scope.")


class Archived(Model):
    """The file is complete and kept."""

    type: Literal["archived"] = "archived"


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
