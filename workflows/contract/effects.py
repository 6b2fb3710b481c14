"""Work in the outside world that an event causes; the number of the event makes a repeat harmless."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, JsonValue

from workflows.contract.base import Instant, Line, Model, Name, Slug, Text
from workflows.contract.vocabulary import Channel, Language, Role


class Notice(StrEnum):
    """What a notification says; each has a template in every language."""

    ACKNOWLEDGEMENT = "acknowledgement"
    QUESTION = "question"
    REMINDER = "reminder"
    ANSWER = "answer"
    PROGRESS = "progress"
    REOPENED = "reopened"
    CLOSING = "closing"
    ASSIGNMENT = "assignment"
    PROPOSAL_REFUSED = "proposal_refused"
    ESCALATION = "escalation"
    DE_ESCALATION = "de_escalation"
    APPROVAL_REQUEST = "approval_request"
    INVITATION = "invitation"
    MEETING_RESCHEDULED = "meeting_rescheduled"
    MEETING_CALLED_AGAIN = "meeting_called_again"
    MEETING_CANCELLED = "meeting_cancelled"
    MEETING_FELL_BACK = "meeting_fell_back"
    TASKS = "tasks"
    TASK_OVERDUE = "task_overdue"
    SURVEY = "survey"
    MERGED = "merged"
    MERGED_ENDED = "merged_ended"
    MAJOR_EVENT = "major_event"
    KINSHIP_REFUSED = "kinship_refused"


class Notify(Model):
    """Tell the complainant (`to` is None) or one member of staff."""

    kind: Literal["notify"] = "notify"
    sequence: int
    notice: Notice
    to: Name | None
    facts: dict[str, str] = Field(default={}, description="What the template needs besides the complaint itself.")


class RequestApproval(Model):
    """Ask those entitled to approve: people with one of the roles in the department, or executives; never `barred`."""

    kind: Literal["request_approval"] = "request_approval"
    sequence: int
    department: Slug
    roles: tuple[Role, ...]
    barred: tuple[Name, ...]
    facts: dict[str, str]


class FindTime(Model):
    """Ask when those invited to a meeting can all be there; the answer is an `Availability`."""

    kind: Literal["find_time"] = "find_time"
    sequence: int
    number: int
    call: int
    invited: tuple[Name, ...]
    duration: timedelta
    earliest: Instant


class MeetingStatus(StrEnum):
    """What those invited to a meeting were last told of it."""

    CALLED = "called"
    RESCHEDULED = "rescheduled"
    CALLED_AGAIN = "called_again"
    CANCELLED = "cancelled"


InvitingStatus: TypeAlias = Literal[MeetingStatus.CALLED, MeetingStatus.RESCHEDULED, MeetingStatus.CALLED_AGAIN]


class ToldOfMeeting(Model):
    """A meeting as the chair and everybody invited are told of it.

    `revision` rises with everything told of one meeting, over all its calls: in calendars and records a higher one
    replaces a lower one.
    """

    sequence: int
    number: int
    call: Annotated[int, Field(ge=1)]
    revision: Annotated[int, Field(ge=0)]
    chair: Name
    invited: tuple[Name, ...]
    agenda: Text
    starts_at: Instant
    ends_at: Instant


class InviteToMeeting(ToldOfMeeting):
    """Record a meeting's time, or its new time, and send it."""

    kind: Literal["invite_to_meeting"] = "invite_to_meeting"
    status: InvitingStatus


class CancelMeeting(ToldOfMeeting):
    """Record that a meeting does not take place, and take it out of calendars."""

    kind: Literal["cancel_meeting"] = "cancel_meeting"
    status: Literal[MeetingStatus.CANCELLED] = MeetingStatus.CANCELLED
    reason: Text | None = None


class SendSurvey(Model):
    """Tell the complainant the result and ask whether it is really solved."""

    kind: Literal["send_survey"] = "send_survey"
    sequence: int
    round: int
    result: Text


class Relay(Model):
    """Give other complaints a command, each once: its id names this complaint, the event and the command."""

    kind: Literal["relay"] = "relay"
    sequence: int
    to: Annotated[tuple[Line, ...], Field(min_length=1, description="References.")]
    command: Slug
    fields: dict[str, JsonValue] = Field(default={}, description="Of the command, as JSON.")


class FileSplit(Model):
    """File a part of this complaint as a complaint of its own, linked with this one."""

    kind: Literal["file_split"] = "file_split"
    sequence: int
    reference: Line = Field(description="Of the new complaint.")
    channel: Channel
    language: Language
    received_at: Instant
    text: Text
    subject: Line | None
    by: Name


class ExportHistory(Model):
    """Export the history of one run and keep it with its SHA-256; `final` when the complaint ends with that run."""

    kind: Literal["export_history"] = "export_history"
    sequence: int
    run_id: Line
    final: bool


Effect = Annotated[
    Notify
    | RequestApproval
    | FindTime
    | InviteToMeeting
    | CancelMeeting
    | SendSurvey
    | Relay
    | FileSplit
    | ExportHistory,
    Field(discriminator="kind"),
]
