"""The state of one complaint: everything decisions depend on, as one frozen, serialisable value."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import chain
from typing import TypeVar

from pydantic import Field

from workflows.contract.assessment import Responsible
from workflows.contract.base import Instant, Line, Model, Name, Slug, Text
from workflows.contract.calendar import Calendar
from workflows.contract.classification import Classification
from workflows.contract.clock_rule import ClockRule
from workflows.contract.consent import Consent, Delegation
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Filed
from workflows.contract.kinship import Kin
from workflows.contract.meeting import USUAL_DURATION, Motion, PutOff, Seat, Task
from workflows.contract.parties import Owner
from workflows.contract.policy import Policy
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import Channel, EventType, Language, Level, Outcome, Severity, Status, WaitingFor
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
        return next(rule for rule in chain(self.policy.clocks, self.retired) if rule.name == clock)


class Proposal(Model):
    """A solution on its way through approval and execution. `handlers` owned the case since it was put up, but no
    longer do, or proposed what it amends: they may not approve it any more than its owner may. `called_on` is how far
    silence has taken a step beyond those it asks.
    """

    round: int
    by: Name
    solution: Text
    redress: tuple[Redress, ...]
    consents: tuple[Consent, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    called_on: dict[Slug, Level] = Field(default={})
    handlers: tuple[Name, ...] = ()

    @property
    def spoken(self) -> frozenset[str]:
        """Whose say is used up: who consented, and for whom somebody did."""
        on_behalf = (consent.on_behalf_of for consent in self.consents if consent.on_behalf_of)
        return frozenset((*(consent.by for consent in self.consents), *on_behalf))


class Lowering(Model):
    """Who made a case less grave than it was, and how grave it was."""

    by: Name
    severity: Severity


class Meeting(Model):
    """A cross-department meeting. `revision` counts what was told of it, once something has been, `told_call` is
    the call of which people know the time. `asked` and `told_at` are the numbers of the events that asked for a time
    and that told one; `ended_at` that of its end.

    `present` is None until it is recorded who came. `fallback` alone decides once two calls had no quorum.
    """

    number: int
    call: int = 1
    chair: Name
    departments: tuple[Slug, ...]
    seats: tuple[Seat, ...]
    agenda: Text
    duration: timedelta = USUAL_DURATION
    wished: Instant | None = None
    asked: int | None = None
    starts_at: Instant | None = None
    because: Line | None = None
    revision: int | None = None
    told: tuple[Name, ...] = ()
    told_at: int | None = None
    told_call: int = 0
    present: tuple[Name, ...] | None = None
    minutes: Text | None = None
    motions: tuple[Motion, ...] = ()
    fallback: Name | None = None
    decision: Line | None = None
    ended_at: int | None = None

    @property
    def ends_at(self) -> datetime | None:
        """When it is over, if it has a time."""
        return self.starts_at + self.duration if self.starts_at else None

    @property
    def next_revision(self) -> int:
        """Of what is told next."""
        return 0 if self.revision is None else self.revision + 1


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
    last_meeting: Meeting | None = Field(default=None, description="That has ended, until another one is called.")
    tasks: tuple[Task, ...] = ()
    tasks_given: int = 0
    closing: PutOff | None = Field(default=None, description="How it will end once its tasks are done.")
    wait: Wait | None = None
    rounds: int = 0
    meetings: int = 0
    reopened: int = 0
    executed_by: Name | None = Field(default=None, description="Who carried the present solution out.")
    hold: Line | None = Field(default=None, description="Why the file must be preserved, while it must.")
    kin: Kin = Kin()
    lowered: tuple[Lowering, ...] = ()
    refused: tuple[Name, ...] = Field(default=(), description="Whose proposals were refused since it was opened.")
    conflicts: tuple[Name, ...] = Field(default=(), description="Whom an interest of theirs bars from the case.")
    clocks: tuple[Clock, ...] = ()
    life: Clock | None = None
    happened: dict[EventType, Instant] = Field(default={})

    def person_at(self, level: Level) -> str:
        """Who is told on a rung of the ladder; a department without a lead is answered for by its head. Whom an
        interest bars is passed over for those above them, or if all of these are barred for the next below.
        """
        responsible = self.procedure.departments.get(self.owner.department) if self.procedure else None
        if self.procedure is None or level is Level.OWNER or responsible is None:
            return self.owner.subject
        rungs = (responsible.lead or responsible.head, responsible.head, self.procedure.executive)
        place = level.rank - Level.LEAD.rank
        free = (subject for subject in (*rungs[place:], *rungs[:place][::-1]) if subject not in self.conflicts)
        return next(free, self.procedure.executive)


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


def meeting_in(case: Case) -> Meeting:
    """The open meeting.

    Raises:
        AmendsError: `no_meeting`.
    """
    if case.meeting is None:
        raise AmendsError(ErrorCode.NO_MEETING, "no meeting is open; call one first")
    return case.meeting


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
