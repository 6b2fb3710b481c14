"""All activities of a complaint, built from what they need. Adding one here is all it takes to offer it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from activities.approval import ApprovalActivities
from activities.archive import ArchiveActivities
from activities.assessment import AssessmentActivities
from activities.classification.rules import RuleClassifier
from activities.invitation import InvitationWriter
from activities.journal import JournalActivities
from activities.mailer import Mailer
from activities.meeting import MeetingActivities
from activities.notification import NotificationActivities
from activities.outbox import Outbox
from activities.posting import PostOffice
from activities.relay import RELAY_PATIENCE, RelayActivities
from activities.staff import StaffDirectory
from activities.survey import SurveyActivities
from infra.complaint_workflows import ComplaintWorkflows
from infra.letters.writer import LetterWriter
from infra.policy_in_force import PolicyInForce
from infra.settings import Settings
from infra.working_calendars import WorkingCalendars


def build_activities(
    settings: Settings,
    *,
    policy_in_force: PolicyInForce,
    engine: AsyncEngine,
    mailer: Mailer,
    temporal: Client,
    survey_secret: str,
) -> list[Callable[..., Any]]:
    """Every activity the complaint workflow calls, as bound methods for `temporalio.worker.Worker`."""
    outbox = Outbox(engine, mailer)
    post_office = PostOffice(engine, outbox)
    letters = LetterWriter(settings.mail_domain, ZoneInfo(settings.time_zone))
    calendars = WorkingCalendars(settings.policy)
    staff = StaffDirectory(engine, calendars)
    notification = NotificationActivities(post_office, outbox, letters, staff)
    invitations = InvitationWriter(settings.smtp_from, settings.mail_domain)
    meeting = MeetingActivities(engine, post_office, letters, staff, invitations=invitations, calendars=calendars)
    others = ComplaintWorkflows(temporal, task_queue=settings.task_queue, patience=RELAY_PATIENCE)
    relay = RelayActivities(engine, others)
    return [
        AssessmentActivities(RuleClassifier(), policy_in_force, engine, calendars).assess,
        JournalActivities(engine).record,
        notification.notify,
        notification.deliver,
        ApprovalActivities(post_office, letters, staff).request_approval,
        meeting.find_time,
        meeting.invite_to_meeting,
        meeting.cancel_meeting,
        SurveyActivities(post_office, letters, public_url=settings.public_url, secret=survey_secret).send_survey,
        relay.relay,
        relay.file_split,
        ArchiveActivities(engine, post_office, temporal).archive,
    ]
