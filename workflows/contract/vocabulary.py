"""The closed word lists of complaint handling (after ISO 10002): one word for one thing, used everywhere."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property


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
    INTEREST_DECLARED = "interest_declared"
    ACKNOWLEDGED = "acknowledged"
    INFORMED = "informed"
    MEETING_CALLED = "meeting_called"
    MEETING_SCHEDULED = "meeting_scheduled"
    MEETING_RESCHEDULED = "meeting_rescheduled"
    MEETING_CANCELLED = "meeting_cancelled"
    MINUTES_RECORDED = "minutes_recorded"
    QUORUM_MISSED = "quorum_missed"
    MEETING_FELL_BACK = "meeting_fell_back"
    MOTION_MOVED = "motion_moved"
    VOTE_CAST = "vote_cast"
    MOTION_CARRIED = "motion_carried"
    MOTION_LOST = "motion_lost"
    MEETING_DECIDED = "meeting_decided"
    MEETING_LAPSED = "meeting_lapsed"
    TASK_DONE = "task_done"
    TASK_OVERDUE = "task_overdue"
    TASKS_DROPPED = "tasks_dropped"
    PROPOSED = "proposed"
    DELEGATED = "delegated"
    APPROVAL_GRANTED = "approval_granted"
    APPROVAL_STEP_PASSED = "approval_step_passed"
    APPROVAL_ESCALATED = "approval_escalated"
    APPROVED = "approved"
    REFUSED = "refused"
    ASKED = "asked"
    ANSWERED = "answered"
    WAITING = "waiting"
    COMPLAINANT_REMINDED = "complainant_reminded"
    RESUMED = "resumed"
    EXECUTED = "executed"
    SURVEY_ANSWERED = "survey_answered"
    CALLED_BACK = "called_back"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    DECLARED_OUT_OF_SCOPE = "declared_out_of_scope"
    ESCALATED = "escalated"
    DE_ESCALATED = "de_escalated"
    RUNG_REACHED = "rung_reached"
    CLOCK_BREACHED = "clock_breached"
    CLOCK_EXPIRED = "clock_expired"
    CLOCK_EXTENDED = "clock_extended"
    POLICY_ADOPTED = "policy_adopted"
    CALENDAR_AMENDED = "calendar_amended"
    STAFF_AMENDED = "staff_amended"
    NOTED = "noted"
    ATTACHED = "attached"
    HOLD_PLACED = "hold_placed"
    HOLD_LIFTED = "hold_lifted"
    COMMAND_REFUSED = "command_refused"
    LINKED = "linked"
    LINKED_FROM = "linked_from"
    LINK_REFUSED = "link_refused"
    MERGE_REQUESTED = "merge_requested"
    MERGE_REFUSED = "merge_refused"
    ABSORBED = "absorbed"
    LET_GONE = "let_gone"
    MERGED = "merged"
    FOLLOWED = "followed"
    SPLIT_OFF = "split_off"
    MAJOR_EVENT_DECLARED = "major_event_declared"
    JOIN_REQUESTED = "join_requested"
    JOIN_REFUSED = "join_refused"
    JOINED_EVENT = "joined_event"
    LEFT_EVENT = "left_event"
    CHILD_ADOPTED = "child_adopted"
    STATEMENT_MADE = "statement_made"
    DECISION_APPLIED = "decision_applied"
    DECISION_NOT_APPLIED = "decision_not_applied"
    CHILD_ANSWERED = "child_answered"
    CLOSING_DEFERRED = "closing_deferred"
    CLOSED = "closed"
    ARCHIVED = "archived"


class Outcome(StrEnum):
    """How a complaint ended."""

    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    OUT_OF_SCOPE = "out_of_scope"
    UNANSWERED = "unanswered"
    MERGED = "merged"


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

    @cached_property
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

    @cached_property
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


class Choice(StrEnum):
    """How somebody votes."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class TaskState(StrEnum):
    """What became of a task."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class DutyKind(StrEnum):
    """What somebody may have to do about a complaint."""

    ACCEPT = "accept"
    ASSIGN = "assign"
    TAKE_OVER = "take_over"
    CLASSIFY = "classify"
    HANDLE = "handle"
    ANSWER = "answer"
    ATTEND = "attend"
    VOTE = "vote"
    MINUTES = "minutes"
    DECIDE = "decide"
    APPROVE = "approve"
    EXECUTE = "execute"
    TASK = "task"
    CONFIRM = "confirm"
    ESCALATED = "escalated"

    @property
    def command(self) -> str | None:
        """The command that does it, if one does: whoever has the duty may give that one."""
        return _DOING.get(self, self.value)


_DOING = {
    DutyKind.HANDLE: "propose",
    DutyKind.ANSWER: "inform",
    DutyKind.ATTEND: None,
    DutyKind.MINUTES: "record_minutes",
    DutyKind.DECIDE: "decide_meeting",
    DutyKind.TASK: "complete_task",
    DutyKind.ESCALATED: "de_escalate",
}


class RedressKind(StrEnum):
    """What the complainant gets."""

    REFUND = "refund"
    REPLACEMENT = "replacement"
    REPAIR = "repair"
    VOUCHER = "voucher"
    APOLOGY = "apology"
    INFORMATION = "information"


class Kinship(StrEnum):
    """What one complaint is to another, as the one that says so sees it."""

    RELATED = "related"
    DUPLICATE_OF = "duplicate_of"
    CAUSED_BY = "caused_by"
    FOLLOW_UP_OF = "follow_up_of"
    SPLIT_INTO = "split_into"
