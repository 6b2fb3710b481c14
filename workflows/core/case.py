"""The state of one complaint: everything decisions depend on, as one frozen, serialisable value."""

from __future__ import annotations

from typing import TypeVar

from pydantic import Field

from workflows.contract.assessment import Responsible
from workflows.contract.base import Instant, Line, Model, Name, Slug, Text
from workflows.contract.calendar import Calendar
from workflows.contract.classification import Classification
from workflows.contract.clock_rule import ClockRule
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Filed
from workflows.contract.parties import Owner
from workflows.contract.policy import Policy
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import Channel, EventType, Language, Level, Outcome, Status, WaitingFor
from workflows.core.ledger import Clock

Part = TypeVar("Part")

INTAKE = Owner(subject="intake", department="intake")
"""Who answers for a complaint in the moments before it has been assessed."""


class Procedure(Model):
    """What was recorded when the complaint was assessed and applies until a recorded command changes it. `retired` are
    the rules of stopped clocks that a later policy no longer has.
    """

    policy: Policy
    version: Line
    calendar: Calendar | None = None
    departments: dict[Slug, Responsible]
    executive: Name
    retired: tuple[ClockRule, ...] = ()

    def rule(self, clock: str) -> ClockRule:
        """The rule of a clock of the case."""
        return next(rule for rule in (*self.policy.clocks, *self.retired) if rule.name == clock)


class Proposal(Model):
    """A solution on its way through approval and execution. `handlers` owned the case since it was put up, but no
    longer do: they may not approve it any more than its owner may.
    """

    round: int
    by: Name
    solution: Text
    redress: tuple[Redress, ...]
    approvals: tuple[Name, ...] = ()
    handlers: tuple[Name, ...] = ()


class Meeting(Model):
    """A cross-department meeting that has been called and not yet decided."""

    number: int
    departments: tuple[Slug, ...]


class Wait(Model):
    """What a waiting complaint waits for and where it goes on."""

    waiting_for: WaitingFor
    resume_to: Status
    question: Line | None = None


class Case(Model):
    """One complaint. It always has exactly one owner; `sequence` is the number of its last event.

    `changed_at` is when that was recorded, `settled_at` when it took effect. `life` books its whole time as a clock
    without a limit, and `happened` when each kind of event last took effect: a clock of a later policy starts there.
    """

    reference: Line
    channel: Channel
    language: Language
    received_at: Instant
    sequence: int
    changed_at: Instant
    settled_at: Instant
    status: Status = Status.RECEIVED
    outcome: Outcome | None = None
    owner: Owner = INTAKE
    procedure: Procedure | None = None
    classification: Classification | None = None
    level: Level = Level.OWNER
    proposal: Proposal | None = None
    meeting: Meeting | None = None
    wait: Wait | None = None
    rounds: int = 0
    meetings: int = 0
    reopened: int = 0
    conflicts: tuple[Name, ...] = Field(default=(), description="Whom an interest of theirs bars from the case.")
    clocks: tuple[Clock, ...] = ()
    life: Clock | None = None
    happened: dict[EventType, Instant] = Field(default={})

    def person_at(self, level: Level) -> str:
        """Who is told on a rung of the ladder; a department without a lead is answered for by its head."""
        responsible = self.procedure.departments.get(self.owner.department) if self.procedure else None
        if self.procedure is None or level is Level.OWNER or responsible is None:
            return self.owner.subject
        if level is Level.EXECUTIVE:
            return self.procedure.executive
        return (responsible.lead if level is Level.LEAD else None) or responsible.head


def opened(entry: Entry) -> Case:
    """The case that the first entry of a journal begins.

    Raises:
        ValueError: the entry is not `filed`.
    """
    if not isinstance(entry.event, Filed):
        raise ValueError(f"a journal begins with filed, not {entry.event.type}")  # noqa: TRY004 - the value is wrong
    complaint = entry.event.complaint
    return Case(
        reference=complaint.reference,
        channel=complaint.channel,
        language=complaint.language,
        received_at=entry.event.received_at,
        sequence=entry.sequence,
        changed_at=entry.at,
        settled_at=entry.at,
        happened={EventType.FILED: entry.event.received_at},
    )


def proposal_in(case: Case) -> Proposal:
    """The present proposal.

    Raises:
        AmendsError: `wrong_status` when there is none.
    """
    if case.proposal is None:
        raise AmendsError(ErrorCode.WRONG_STATUS, "there is no proposal")
    return case.proposal


def procedure_in(case: Case) -> Procedure:
    """The procedure of an assessed complaint.

    Raises:
        AmendsError: `wrong_status` before the assessment.
    """
    return _assessed(case.procedure)


def classification_in(case: Case) -> Classification:
    """The classification of an assessed complaint.

    Raises:
        AmendsError: `wrong_status` before the assessment.
    """
    return _assessed(case.classification)


def _assessed(part: Part | None) -> Part:
    if part is None:
        raise AmendsError(ErrorCode.WRONG_STATUS, "the complaint has not been assessed yet; try again in a moment")
    return part
