"""A small company with a small policy, and short ways to say "a complaint that has come this far"."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from workflows.contract.approval_rule import ApprovalRule
from workflows.contract.assessment import Assessment, Responsible
from workflows.contract.calendar import Calendar
from workflows.contract.classification import Classification
from workflows.contract.clock_rule import ClockRule, Extension, OnExpiry, OnReopen, Rung
from workflows.contract.filing import FileComplaint
from workflows.contract.parties import Actor, Party, StandIn, Standing
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Channel, Language, Level, Nature, Role, Sentiment, Severity

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

DEPARTMENTS = ("intake_desk", "service", "quality", "legal")
LADDER = (
    Rung(percent=50, tell=Level.OWNER),
    Rung(percent=75, tell=Level.LEAD),
    Rung(percent=100, tell=Level.HEAD),
    Rung(percent=150, tell=Level.EXECUTIVE),
)


def actor(subject: str, *roles: Role, department: str | None = None) -> Actor:
    """Somebody a door has let in."""
    return Actor(subject=subject, roles=roles, department=department, authenticated_by="test")


def staff(role: Role, department: str = "service", subject: str = "") -> Actor:
    """The person with `role` in `department`, called `service.agent` and so on."""
    return actor(subject or f"{department}.{role.value}", role, department=department)


AGENT, COLLEAGUE = staff(Role.AGENT), staff(Role.AGENT, subject="service.colleague")
LEAD, HEAD = staff(Role.LEAD), staff(Role.HEAD)
EXECUTIVE = actor("board.executive", Role.EXECUTIVE, department="board")
OTHER_EXECUTIVE = actor("board.second", Role.EXECUTIVE, department="board")
AUDITOR = actor("board.auditor", Role.AUDITOR, department="board")
COMPLAINANT = actor("complainant", Role.COMPLAINANT)
HEAD_AND_EXECUTIVE = actor("legal.head", Role.HEAD, Role.EXECUTIVE, department="legal")
"""In a small company one person heads a department and sits on the board."""

STAFF = (
    *(staff(role, where) for where in DEPARTMENTS[:3] for role in (Role.AGENT, Role.LEAD, Role.HEAD)),
    HEAD_AND_EXECUTIVE,
    COLLEAGUE,
    EXECUTIVE,
    OTHER_EXECUTIVE,
)
EVERYBODY = (*STAFF, AUDITOR, COMPLAINANT)


def party(person: Actor, *, absent_until: datetime | None = None) -> Party:
    """A person as a door completes the name of one: with what the directory says of them."""
    department = person.department or "board"
    standing = Standing(
        roles=person.roles, department=department, contractor=person.contractor, absent_until=absent_until
    )
    return Party(department=department, subject=person.subject, standing=standing)


def standing_in(person: Actor, *absent: Actor) -> Actor:
    """A person who decides for others while these are absent."""
    hats = tuple(
        StandIn(
            subject=each.subject, roles=each.roles, department=each.department or "board", contractor=each.contractor
        )
        for each in absent
    )
    return person.model_copy(update={"stands_in_for": hats})


def clock(name: str, start: str, stop: str, hours: float, **changes: Any) -> ClockRule:
    """A clock rule; `start` and `stop` are event names separated by blanks, a critical complaint has half the time."""
    target = dict.fromkeys(Severity, hours * HOUR) | {Severity.CRITICAL: hours * HOUR / 2}
    fields: dict[str, Any] = {"name": name, "start": tuple(start.split()), "stop": tuple(stop.split())}
    return ClockRule.model_validate(fields | {"target": target} | changes)


CALENDAR = Calendar.model_validate(
    {
        "name": "office",
        "timezone": "Europe/London",
        "offsets": (
            {"seconds": 0},
            {"since": "2026-03-29T01:00:00Z", "seconds": 3600},
            {"since": "2026-10-25T01:00:00Z", "seconds": 0},
        ),
        "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-12:00", "13:30-18:00")),
        "holidays": {date(2026, 3, 6): "Founders' Day"},
        "workdays": {date(2026, 3, 7): ("09:00-13:00",)},
    }
)
"""Office hours with a lunch break; the first Friday is free, and the Saturday after it is worked instead."""

LATER_CALENDAR = CALENDAR.model_copy(update={"holidays": {date(2026, 3, 3): "A day of mourning"}, "workdays": {}})
"""The same office after its calendar was amended."""

LONGER = Extension(
    to=dict.fromkeys(Severity, 480 * HOUR),
    roles=(Role.AGENT, Role.LEAD, Role.HEAD, Role.EXECUTIVE),
    requires="Somebody is ill.",
)

FIRST_REPLY = clock("first_reply", "filed", "accepted proposed waiting", 24, ladder=LADDER)
SOLUTION = clock("solution", "filed", "proposed", 24, pausable=True, on_reopen=OnReopen.RESTART, ladder=LADDER)
STATUTORY = clock("statutory", "filed", "closed", 240, on_reopen=OnReopen.CONTINUE, ladder=LADDER, extensions=(LONGER,))
RESOLUTION = clock("resolution", "filed", "executed", 120, pausable=True, on_reopen=OnReopen.CONTINUE, ladder=LADDER)
APPROVAL = clock("approval", "proposed", "approved refused", 8, ladder=LADDER[2:])
HANDOVER = clock("handover", "assigned reassigned", "accepted proposed", 4, pausable=True)
MEETING = clock(
    "meeting", "meeting_called", "meeting_decided", 24, on_expiry=OnExpiry.LAPSE_MEETING, ladder=LADDER[1:2]
)
WAITING = clock(
    "waiting", "waiting", "resumed", 168, on_expiry=OnExpiry.RESUME, ladder=LADDER[1:2], remind_complainant=(50,)
)
CONFIRMATION = clock("confirmation", "executed", "survey_answered reopened", 168, on_expiry=OnExpiry.CLOSE)
REOPENING_WINDOW = 30 * DAY
REOPENING = clock("reopening", "closed", "reopened", REOPENING_WINDOW / HOUR, on_expiry=OnExpiry.ARCHIVE)

OBLIGATIONS = (FIRST_REPLY, SOLUTION, STATUTORY, RESOLUTION, APPROVAL)
RIGHTS = (MEETING, WAITING, CONFIRMATION, REOPENING)

ONE_LEAD_OR_ABOVE = ApprovalRule(roles=(Role.LEAD, Role.HEAD, Role.EXECUTIVE))
TWO_FROM_1000 = ApprovalRule(min_amount=Decimal(1000), roles=(Role.HEAD, Role.EXECUTIVE), approvals=2)
TWO_FROM_HIGH = ApprovalRule(min_severity=Severity.HIGH, roles=(Role.HEAD, Role.EXECUTIVE), approvals=2)


def policy(*clocks: ClockRule, **changes: Any) -> Policy:
    """A procedure with these clocks, or all of the above. Service handles everything but quality and policy."""
    fields: dict[str, Any] = {
        "name": "test",
        "title": "A test's procedure",
        "calendar": CALENDAR.name,
        "clocks": clocks or (*OBLIGATIONS, *RIGHTS),
        "intake_department": "intake_desk",
        "routing": dict.fromkeys(Nature, "service") | {Nature.QUALITY: "quality", Nature.POLICY: "legal"},
        "approval": (TWO_FROM_HIGH, TWO_FROM_1000, ONE_LEAD_OR_ABOVE),
    }
    return Policy.model_validate(fields | changes)


def classification(**changes: Any) -> Classification:
    """A normal complaint about service, classified with confidence."""
    fields: dict[str, Any] = {
        "nature": Nature.SERVICE,
        "severity": Severity.NORMAL,
        "sentiment": Sentiment.UPSET,
        "urgent": False,
        "in_scope": True,
        "needs_meeting": False,
        "confidence": 0.9,
        "classifier": "rules-1",
    }
    return Classification.model_validate(fields | changes)


def assessment(procedure: Policy | None = None, calendar: Calendar | None = CALENDAR, **changes: Any) -> Assessment:
    """What is recorded when the complaint arrives; `changes` are the classification's."""
    return Assessment(
        classification=classification(**changes),
        policy=procedure or policy(),
        calendar=calendar,
        departments={name: Responsible(head=f"{name}.head", lead=f"{name}.lead") for name in DEPARTMENTS},
        executive=EXECUTIVE.subject,
    )


def filing(**changes: Any) -> FileComplaint:
    """A complaint as a channel hands it in."""
    fields: dict[str, Any] = {
        "source": "webform",
        "source_key": "1",
        "channel": Channel.WEB,
        "language": Language.EN,
        "text": "Nobody answered my three letters.",
    }
    return FileComplaint.model_validate(fields | changes)
