"""Work in the outside world that an event causes; the number of the event makes a repeat harmless."""

from __future__ import annotations

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
    Notify | RequestApproval | ConveneMeeting | SendSurvey | ExportHistory,
    Field(discriminator="kind"),
]
