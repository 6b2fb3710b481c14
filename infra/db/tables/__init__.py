"""The tables. A test compares the migrations with them."""

from __future__ import annotations

from infra.db.tables.access import api_keys
from infra.db.tables.base import APPLICATION_ROLE, metadata
from infra.db.tables.complaints import Audience, MailStatus, archive, complaints, events, invitations, meetings, outbox
from infra.db.tables.console import console_sessions, saved_views
from infra.db.tables.directory import DirectoryAction, absences, departments, directory_changes, staff
from infra.db.tables.policies import policies
from infra.db.tables.searchable import searchable
from infra.db.tables.webhooks import DeliveryState, SubscriptionState, subscriptions, webhook_deliveries

__all__ = [
    "APPLICATION_ROLE",
    "Audience",
    "DeliveryState",
    "DirectoryAction",
    "MailStatus",
    "SubscriptionState",
    "absences",
    "api_keys",
    "archive",
    "complaints",
    "console_sessions",
    "departments",
    "directory_changes",
    "events",
    "invitations",
    "meetings",
    "metadata",
    "outbox",
    "policies",
    "saved_views",
    "searchable",
    "staff",
    "subscriptions",
    "webhook_deliveries",
]
