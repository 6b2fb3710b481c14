"""Work in the outside world that an event causes; the number of the event makes a repeat harmless."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from workflows.contract.base import Instant, Line, Model, Name, Slug, Text
from workflows.contract.vocabulary import Role


class Notice(StrEnum):
    """What a notification says; each has a template in every language."""

    ACKNOWLEDGEMENT = "acknowledgement"
    QUESTION = "question"
    REMINDER = "reminder"
    PROGRESS = "progress"
    REOPENED = "reopened"
    CLOSING = "closing"
    ASSIGNMENT = "assignment"
    PROPOSAL_REFUSED = "proposal_refused"
    ESCALATION = "escalation"
    APPROVAL_REQUEST = "approval_request"
    INVITATION = "invitation"
    MEETING_RESCHEDULED = "meeting_rescheduled"
    MEETING_CALLED_AGAIN = "meeting_called_again"
    MEETING_CANCELLED = "meeting_cancelled"
    SURVEY = "survey"


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


class ConveneMeeting(Model):
    """Record a meeting and invite to it."""

    kind: Literal["convene_meeting"] = "convene_meeting"
    sequence: int
    number: int
    chair: Name
    invited: tuple[Name, ...]
    agenda: Text
    starts_at: Instant | None


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


class InviteToMeeting(Model):
    """Record the time of a meeting, or its new time, and send it to the chair and everybody invited.

    `revision` rises with everything told of the meeting, cancellations too and over all its calls: mail programs and
    records let a higher one replace a lower one.
    """

    kind: Literal["invite_to_meeting"] = "invite_to_meeting"
    sequence: int
    number: int
    call: int
    revision: Annotated[int, Field(ge=0)]
    status: Literal[MeetingStatus.CALLED, MeetingStatus.RESCHEDULED, MeetingStatus.CALLED_AGAIN]
    chair: Name
    invited: tuple[Name, ...]
    agenda: Text
    starts_at: Instant
    ends_at: Instant


class CancelMeeting(Model):
    """Record that a meeting does not take place, and take it out of the calendars of all it was sent to."""

    kind: Literal["cancel_meeting"] = "cancel_meeting"
    sequence: int
    number: int
    call: int
    revision: Annotated[int, Field(ge=0)]
    chair: Name
    invited: tuple[Name, ...]
    agenda: Text
    starts_at: Instant
    ends_at: Instant
    reason: Text | None = None


class SendSurvey(Model):
    """Tell the complainant the result and ask whether it is really solved."""

    kind: Literal["send_survey"] = "send_survey"
    sequence: int
    round: int
    result: Text


class ExportHistory(Model):
    """Export the history of one run and keep it with its SHA-256; `final` when the complaint ends with that run."""

    kind: Literal["export_history"] = "export_history"
    sequence: int
    run_id: Line
    final: bool


Effect = Annotated[
    Notify | RequestApproval | ConveneMeeting | FindTime | InviteToMeeting | CancelMeeting | SendSurvey | ExportHistory,
    Field(discriminator="kind"),
]
