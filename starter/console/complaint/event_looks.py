"""By what events are filtered, and how they look in the timeline."""

from __future__ import annotations

from typing import NamedTuple

from workflows.contract.vocabulary import EventType as Type


class EventLook(NamedTuple):
    """The kind of an event, its icon, and whether it is good or bad news."""

    kind: str
    icon: str
    tone: str = ""


KINDS = ("decisions", "messages", "notes", "limits")
"""What can be told apart: what was decided, what passed with the complainant, the file, and time limits."""

_OTHER = EventLook("notes", "circle")

_LOOKS: dict[str, dict[Type, tuple[str, ...]]] = {
    "decisions": {
        Type.CLASSIFIED: ("category",),
        Type.ASSIGNED: ("assignment_ind",),
        Type.REASSIGNED: ("swap_horiz",),
        Type.ACCEPTED: ("pan_tool",),
        Type.INTEREST_DECLARED: ("visibility_off", "warn"),
        Type.MEETING_CALLED: ("groups",),
        Type.MEETING_SCHEDULED: ("event",),
        Type.MEETING_RESCHEDULED: ("event_repeat",),
        Type.MEETING_CANCELLED: ("event_busy",),
        Type.MINUTES_RECORDED: ("edit_note",),
        Type.QUORUM_MISSED: ("group_off", "warn"),
        Type.MEETING_FELL_BACK: ("person", "warn"),
        Type.MOTION_MOVED: ("gavel",),
        Type.VOTE_CAST: ("how_to_vote",),
        Type.MOTION_CARRIED: ("gavel", "good"),
        Type.MOTION_LOST: ("gavel", "bad"),
        Type.MEETING_DECIDED: ("fact_check", "good"),
        Type.TASK_DONE: ("check_circle", "good"),
        Type.TASKS_DROPPED: ("remove_done",),
        Type.PROPOSED: ("lightbulb",),
        Type.DELEGATED: ("forward",),
        Type.APPROVAL_GRANTED: ("thumb_up", "good"),
        Type.APPROVAL_STEP_PASSED: ("thumb_up", "good"),
        Type.APPROVED: ("verified", "good"),
        Type.REFUSED: ("thumb_down", "bad"),
        Type.EXECUTED: ("task_alt", "good"),
        Type.REOPENED: ("restart_alt", "warn"),
        Type.WITHDRAWN: ("undo",),
        Type.DECLARED_OUT_OF_SCOPE: ("block",),
        Type.ESCALATED: ("trending_up", "warn"),
        Type.DE_ESCALATED: ("trending_down",),
        Type.MERGE_REQUESTED: ("merge",),
        Type.MERGE_REFUSED: ("merge", "bad"),
        Type.MERGED: ("merge",),
        Type.FOLLOWED: ("merge",),
        Type.SPLIT_OFF: ("call_split",),
        Type.MAJOR_EVENT_DECLARED: ("campaign", "warn"),
        Type.JOIN_REQUESTED: ("group_add",),
        Type.JOIN_REFUSED: ("group_add", "bad"),
        Type.JOINED_EVENT: ("group_add",),
        Type.LEFT_EVENT: ("group_remove",),
        Type.DECISION_APPLIED: ("verified", "good"),
        Type.DECISION_NOT_APPLIED: ("alt_route", "warn"),
        Type.CLOSING_DEFERRED: ("pending_actions",),
        Type.CLOSED: ("done_all", "good"),
        Type.ARCHIVED: ("inventory_2",),
    },
    "messages": {
        Type.FILED: ("mark_email_unread",),
        Type.ACKNOWLEDGED: ("call",),
        Type.INFORMED: ("mail",),
        Type.ASKED: ("contact_support",),
        Type.ANSWERED: ("mark_chat_read",),
        Type.WAITING: ("hourglass_empty",),
        Type.COMPLAINANT_REMINDED: ("notification_important",),
        Type.RESUMED: ("play_arrow",),
        Type.SURVEY_ANSWERED: ("star_half",),
        Type.CALLED_BACK: ("phone_callback",),
        Type.STATEMENT_MADE: ("cell_tower",),
    },
    "notes": {
        Type.NOTED: ("sticky_note_2",),
        Type.ATTACHED: ("attach_file",),
        Type.HOLD_PLACED: ("lock", "warn"),
        Type.HOLD_LIFTED: ("lock_open",),
        Type.COMMAND_REFUSED: ("do_not_disturb_on", "bad"),
        Type.LINKED: ("link",),
        Type.LINKED_FROM: ("link",),
        Type.LINK_REFUSED: ("link_off", "bad"),
        Type.ABSORBED: ("merge",),
        Type.LET_GONE: ("call_split",),
        Type.CHILD_ADOPTED: ("group_add",),
        Type.CHILD_ANSWERED: ("group",),
        Type.POLICY_ADOPTED: ("policy",),
        Type.CALENDAR_AMENDED: ("calendar_month",),
        Type.STAFF_AMENDED: ("manage_accounts",),
    },
    "limits": {
        Type.RUNG_REACHED: ("notifications_active", "warn"),
        Type.CLOCK_BREACHED: ("alarm", "bad"),
        Type.CLOCK_EXPIRED: ("timer_off", "warn"),
        Type.CLOCK_EXTENDED: ("more_time",),
        Type.APPROVAL_ESCALATED: ("trending_up", "warn"),
        Type.MEETING_LAPSED: ("timer_off", "bad"),
        Type.TASK_OVERDUE: ("assignment_late", "bad"),
    },
}

LOOKS: dict[str, EventLook] = {
    event: EventLook(kind, *look) for kind, looks in _LOOKS.items() for event, look in looks.items()
}


def look_of(event: str) -> EventLook:
    """How an event looks."""
    return LOOKS.get(event, _OTHER)
