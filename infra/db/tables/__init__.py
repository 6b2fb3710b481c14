"""The tables. A test compares the migrations with them."""

from __future__ import annotations

from infra.db.tables.base import APPLICATION_ROLE, metadata
from infra.db.tables.complaints import Audience, MailStatus, archive, complaints, events, invitations, meetings, outbox
from infra.db.tables.directory import DirectoryAction, absences, departments, directory_changes, staff
from infra.db.tables.policies import policies

__all__ = [
    "APPLICATION_ROLE",
    "Audience",
    "DirectoryAction",
    "MailStatus",
    "absences",
    "archive",
    "complaints",
    "departments",
    "directory_changes",
    "events",
    "invitations",
    "meetings",
    "metadata",
    "outbox",
    "policies",
    "staff",
]
