"""What others may see of a complaint: receipts, the summary that tables hold, and the full view a query answers."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from pydantic import Field

from workflows.contract.base import Instant, Line, Model, Name, Slug, Text
from workflows.contract.classification import Classification
from workflows.contract.clock_rule import ClockKind
from workflows.contract.limits import Counts, Target
from workflows.contract.parties import Owner
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import Channel, Language, Level, Nature, Outcome, Severity, Status, WaitingFor


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


class ProposalView(Model):
    """The present proposal and who has approved it."""

    round: int
    by: Name
    solution: Text
    redress: tuple[Redress, ...]
    approvals: tuple[Name, ...]


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
    meeting: tuple[Slug, ...] | None
    reopened: int
    calendar: Line | None
    timezone: Line | None
    confirmed_until: date | None
    clocks: tuple[ClockView, ...]
