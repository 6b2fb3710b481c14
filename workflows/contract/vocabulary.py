"""The closed word lists of complaint handling (after ISO 10002): one word for one thing, used everywhere."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a complaint stands. `CLOSED` may be reopened until the reopening window ends; `ARCHIVED` is final."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    INVESTIGATING = "investigating"
    WAITING = "waiting"
    APPROVING = "approving"
    EXECUTING = "executing"
    CONFIRMING = "confirming"
    CLOSED = "closed"
    ARCHIVED = "archived"


class EventType(StrEnum):
    """Everything that can happen to a complaint, by name; policies name clocks' starts and stops with these."""

    FILED = "filed"
    CLASSIFIED = "classified"
    ASSIGNED = "assigned"
    REASSIGNED = "reassigned"
    ACCEPTED = "accepted"
    INFORMED = "informed"
    MEETING_CALLED = "meeting_called"
    MEETING_DECIDED = "meeting_decided"
    MEETING_LAPSED = "meeting_lapsed"
    PROPOSED = "proposed"
    APPROVAL_GRANTED = "approval_granted"
    APPROVED = "approved"
    REFUSED = "refused"
    WAITING = "waiting"
    COMPLAINANT_REMINDED = "complainant_reminded"
    RESUMED = "resumed"
    EXECUTED = "executed"
    SURVEY_ANSWERED = "survey_answered"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    DECLARED_OUT_OF_SCOPE = "declared_out_of_scope"
    ESCALATED = "escalated"
    RUNG_REACHED = "rung_reached"
    CLOCK_BREACHED = "clock_breached"
    CLOCK_EXPIRED = "clock_expired"
    CLOCK_EXTENDED = "clock_extended"
    POLICY_ADOPTED = "policy_adopted"
    CALENDAR_AMENDED = "calendar_amended"
    NOTED = "noted"
    COMMAND_REFUSED = "command_refused"
    CLOSED = "closed"
    ARCHIVED = "archived"


class Outcome(StrEnum):
    """How a complaint ended."""

    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    OUT_OF_SCOPE = "out_of_scope"
    UNANSWERED = "unanswered"


class Channel(StrEnum):
    """The door a complaint came through."""

    HOTLINE = "hotline"
    WEB = "web"
    APP = "app"
    EMAIL = "email"
    LETTER = "letter"
    SOCIAL = "social"
    MARKETPLACE = "marketplace"
    REGULATOR = "regulator"


class Language(StrEnum):
    """The languages Amends speaks with complainants and staff."""

    ZH = "zh"
    EN = "en"


class Nature(StrEnum):
    """What a complaint is about."""

    SERVICE = "service"
    QUALITY = "quality"
    POLICY = "policy"
    LOGISTICS = "logistics"
    PRICE = "price"
    OTHER = "other"


class Severity(StrEnum):
    """How much harm is done or threatened, in rising order."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for the mildest, 3 for the worst."""
        return list(Severity).index(self)


class Sentiment(StrEnum):
    """The complainant's tone; polarity is nearly constant on complaints, anger is what differs."""

    CALM = "calm"
    UPSET = "upset"
    ANGRY = "angry"


class Role(StrEnum):
    """What a person may be in Amends. A person can hold several roles."""

    AGENT = "agent"
    LEAD = "lead"
    HEAD = "head"
    EXECUTIVE = "executive"
    AUDITOR = "auditor"
    COMPLAINANT = "complainant"
    SYSTEM = "system"


class Relation(StrEnum):
    """What somebody is to a case. `LEAD` and `HEAD` are those of the department that holds it."""

    STAFF = "staff"
    OWNER = "owner"
    MEMBER = "member"
    LEAD = "lead"
    HEAD = "head"
    HEAD_OF_ANY = "head_of_any"
    EXECUTIVE = "executive"
    INVITED = "invited"
    CHAIR = "chair"
    TASK_OWNER = "task_owner"
    COMPLAINANT = "complainant"
    SYSTEM = "system"


class Level(StrEnum):
    """The rungs of the ladder, in rising order: who has been told that a complaint needs attention."""

    OWNER = "owner"
    LEAD = "lead"
    HEAD = "head"
    EXECUTIVE = "executive"

    @property
    def rank(self) -> int:
        """0 for the owner, 3 for the executives."""
        return list(Level).index(self)

    def next(self) -> Level:
        """One rung up; the executives have nobody above them."""
        return list(Level)[min(self.rank + 1, Level.EXECUTIVE.rank)]


class WaitingFor(StrEnum):
    """Who a waiting complaint waits for."""

    COMPLAINANT = "complainant"
    THIRD_PARTY = "third_party"


class RedressKind(StrEnum):
    """What the complainant gets."""

    REFUND = "refund"
    REPLACEMENT = "replacement"
    REPAIR = "repair"
    VOUCHER = "voucher"
    APOLOGY = "apology"
    INFORMATION = "information"
