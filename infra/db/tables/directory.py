"""The tables of the directory: departments, staff, absences, and what was changed in it."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ARRAY, Boolean, CheckConstraint, Column, DateTime, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from infra.db.tables.base import metadata, moment, one_of
from workflows.contract.vocabulary import Language


class DirectoryAction(StrEnum):
    """What was done to the directory."""

    ENGAGED = "engaged"
    CHANGED = "changed"
    LEFT = "left"
    ABSENT = "absent"
    BACK = "back"
    DEPARTMENT_ADDED = "department_added"
    DEPARTMENT_CHANGED = "department_changed"
    DEPARTMENT_CLOSED = "department_closed"


departments = Table(
    "departments",
    metadata,
    Column("department", Text, primary_key=True),
    Column("names", JSONB, nullable=False),
    Column("head", Text, nullable=False),
    Column("lead", Text),
)

staff = Table(
    "staff",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("department", Text, ForeignKey("departments.department"), nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("language", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("languages", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("skills", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("team", Text),
    Column("calendar", Text),
    Column("deputy", Text),
    Column("contractor", Boolean, nullable=False, server_default=text("false")),
    one_of("language", Language),
    Index(None, "department"),
)

absences = Table(
    "absences",
    metadata,
    Column("subject", Text, ForeignKey("staff.subject"), primary_key=True),
    Column("starts_at", DateTime(timezone=True), primary_key=True),
    Column("ends_at", DateTime(timezone=True), primary_key=True),
    Column("note", Text),
    # Ends one early, or takes back one that was only planned; so no absence is ever removed.
    moment("back_at", nullable=True),
    CheckConstraint("ends_at > starts_at", name="ends_later"),
)

directory_changes = Table(
    "directory_changes",
    metadata,
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    moment("at"),
    Column("by", Text, nullable=False),
    Column("authenticated_by", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("change", JSONB, nullable=False),
    one_of("action", DirectoryAction),
    Index(None, "about", "ordinal"),
)
