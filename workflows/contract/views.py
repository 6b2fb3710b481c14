"""What others may see of a complaint: receipts, the summary that tables hold, and the full view a query answers."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from pydantic import Field

from workflows.contract.base import Instant, Line, Model, Name, Slug, Sparse, Text
from workflows.contract.classification import Classification
from workflows.contract.clock_rule import ClockKind
from workflows.contract.consent import Consent, Delegation
from workflows.contract.kinship import Kin
from workflows.contract.limits import Counts, Target
from workflows.contract.meeting import PutOff, Seat, Task, Vote
from workflows.contract.parties import Owner
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import (
    Channel,
    Choice,
    DutyKind,
    Language,
    Level,
    Nature,
    Outcome,
    Role,
    Severity,
    Status,
    WaitingFor,
)


class Filing(Model):
    """The answer to filing a complaint."""

    reference: Line
    workflow_id: Line
    duplicate: bool


class Receipt(Model):
    """The answer to a command that was carried out: the number of its last event and where the complaint stands."""

    reference: Line
    command_id: Line
    sequence: int
    at: Instant
    status: Status
    events: tuple[Slug, ...]


DUTIES_MAX = 200
"""More than fifty seats, their votes and fifty tasks together; each is part of every row, and of the history."""


class Duty(Sparse):
    """What somebody has to do now: the person called `subject`, or else whoever has one of the roles in the department
    (an executive in any), and in neither case any of `but_not`.

    `due_at` is the end of the time limit it stands under, `number` that of a task or motion, `about` what exactly.
    """

    duty: DutyKind
    subject: Name | None = None
    department: Slug | None = None
    roles: tuple[Role, ...] = ()
    but_not: tuple[Name, ...] = ()
    due_at: Instant | None = None
    number: int | None = None
    about: Line | None = None


class Summary(Model):
    """One complaint as a row: what people search, count and look at."""

    status: Status
    outcome: Outcome | None
    nature: Nature | None
    severity: Severity | None
    department: Slug
    owner: Name
    level: Level
    waiting_for: WaitingFor | None
    breached: bool
    due_at: Instant | None
    policy: Line | None
    sequence: int
    at: Instant
    parent: Line | None = Field(
        default=None,
        exclude_if=lambda reference: reference is None,
        description="The complaint that leads the major event it belongs to.",
    )
    duties: tuple[Duty, ...] = Field(
        default=(),
        max_length=DUTIES_MAX,
        exclude_if=lambda duties: not duties,
        description="Who has to do what now.",
    )


class SegmentKind(StrEnum):
    """How a stretch of a clock's time was booked."""

    COUNTED = "counted"
    PAUSED = "paused"
    OUTSIDE_HOURS = "outside_hours"
    HOLIDAY = "holiday"


class SegmentView(Model):
    """A stretch of time in a clock's ledger, booked once, against the department that held the case."""

    start: Instant
    end: Instant | None
    kind: SegmentKind
    reason: Line | None
    department: Slug


class ClockState(StrEnum):
    """What a clock is doing, or how it ended."""

    PENDING = "pending"
    RUNNING = "running"
    PAUSED = "paused"
    BREACHED = "breached"
    MET = "met"
    MET_LATE = "met_late"
    EXPIRED = "expired"
    WAIVED = "waived"


class ThresholdView(Model):
    """When so much of a clock was or will be used; None while it rests."""

    percent: int
    at: Instant | None


class ClockView(Model):
    """A clock with its ledger and the sums over it."""

    name: Slug
    round: int
    state: ClockState
    kind: ClockKind = ClockKind.OBLIGATION
    counts: Counts
    target: Target
    extended: int
    pausable: bool
    source: Line | None
    started_at: Instant
    due_at: Instant
    provisional: bool = Field(description="It is due on a date whose holidays have not been confirmed yet.")
    stopped_at: Instant | None
    breached_at: Instant | None
    used: timedelta
    paused: timedelta
    remaining: timedelta
    percent: float
    thresholds: tuple[ThresholdView, ...]
    by_department: dict[str, timedelta]
    ledger: tuple[SegmentView, ...]


class ApprovalStepView(Model):
    """One step of the present approval: whom it asks, and how many consents it lacks of so many."""

    step: Slug
    department: Slug
    roles: tuple[Role, ...]
    approvals: int
    needed: int
    is_open: bool = Field(description="Consent is waited for now; a later step of several may not be its turn yet.")
    called_on: Level | None = Field(default=None, description="The level that may decide as well, after silence.")
    clock: Slug | None = None


class ProposalView(Model):
    """The present proposal, who has approved it, and while others still have to, in which steps."""

    round: int
    by: Name
    solution: Text
    redress: tuple[Redress, ...]
    approvals: tuple[Name, ...] = Field(description="Who approved, in order; `consents` says by whose right.")
    consents: tuple[Consent, ...] = ()
    steps: tuple[ApprovalStepView, ...] = ()
    delegations: tuple[Delegation, ...] = ()


class MotionView(Model):
    """A motion and how the votes on it stand."""

    number: int
    text: Line
    by: Name
    votes: dict[Name, Vote] = Field(description="By the holder of the seat.")
    count: dict[Choice, int]
    is_carried: bool


class MeetingView(Model):
    """A cross-department meeting: whom it calls together, when and why then, and how far it has come."""

    number: int
    call: int
    revision: int | None = Field(description="Of what was told last; None while nothing has been.")
    chair: Name
    departments: tuple[Slug, ...]
    seats: tuple[Seat, ...]
    agenda: Text
    starts_at: Instant | None
    ends_at: Instant | None
    because: Line | None
    present: tuple[Name, ...] | None = Field(description="None until it is recorded who came.")
    represented: tuple[Slug, ...]
    quorum_percent: int
    is_quorate: bool
    minutes: Text | None
    motions: tuple[MotionView, ...]
    fallback: Name | None = Field(description="Who decides alone, after two calls without a quorum.")
    decision: Line | None = None


class ComplaintView(Model):
    """Everything a person with a right to see the case may know of it now, straight from the workflow."""

    reference: Line
    channel: Channel
    language: Language
    received_at: Instant
    summary: Summary
    owner: Owner
    classification: Classification | None
    proposal: ProposalView | None
    meeting: MeetingView | None
    last_meeting: MeetingView | None = Field(default=None, description="That has ended, until another one is called.")
    tasks: tuple[Task, ...] = ()
    closing: PutOff | None = Field(default=None, description="How it will end once its tasks are done.")
    reopened: int
    kin: Kin = Kin()
    conflicts: tuple[Name, ...] = Field(default=(), description="Whom an interest of theirs bars from the case.")
    hold: Line | None = Field(default=None, description="Why the file must be preserved, while it must.")
    calendar: Line | None
    timezone: Line | None
    confirmed_until: date | None
    clocks: tuple[ClockView, ...]
