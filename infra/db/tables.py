"""The tables: read model, journal, outbox, directory, policies, archive. A test compares the migrations with them."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from workflows.contract.effects import MeetingStatus
from workflows.contract.vocabulary import Channel, Language, Level, Nature, Outcome, Severity, Status, WaitingFor

APPLICATION_ROLE = "amends_app"
"""Every session of the application runs under it, whoever logged in: it may add to the journal, not rewrite it."""


class MailStatus(StrEnum):
    """What became of a message. `NO_ADDRESS` and `REJECTED` need a person: another way to reach the reader."""

    PENDING = "pending"
    SENT = "sent"
    NO_ADDRESS = "no_address"
    REJECTED = "rejected"


class Audience(StrEnum):
    """Whom a message is for."""

    COMPLAINANT = "complainant"
    STAFF = "staff"


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


metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "ck": "%(table_name)s_%(constraint_name)s_ck",
        "ix": "%(table_name)s_%(column_0_N_name)s_ix",
        "uq": "%(table_name)s_%(column_0_N_name)s_uq",
    }
)


def _moment(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """Text and a check instead of a PostgreSQL enum: a word is added in a short transaction and can be taken back."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


complaints = Table(
    "complaints",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("origin_run_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_key", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("subject", Text),
    Column("text", Text, nullable=False),
    Column("complainant_name", Text),
    Column("complainant_email", Text),
    Column("complainant_phone", Text),
    Column("remedy_sought", Text),
    Column("product", Text),
    _moment("received_at"),
    Column("status", Text, nullable=False),
    Column("outcome", Text),
    Column("nature", Text),
    Column("severity", Text),
    Column("department", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("waiting_for", Text),
    Column("breached", Boolean, nullable=False),
    _moment("due_at", nullable=True),
    Column("policy", Text),
    Column("sequence", Integer, nullable=False),
    _moment("updated_at"),
    Column("parent", Text),
    Column("duties", JSONB, nullable=False, server_default=text("'[]'")),
    _one_of("channel", Channel),
    _one_of("language", Language),
    _one_of("status", Status),
    _one_of("outcome", Outcome),
    _one_of("nature", Nature),
    _one_of("severity", Severity),
    _one_of("level", Level),
    _one_of("waiting_for", WaitingFor),
    # Newest first, page by page; and the work lists of those still open.
    Index(None, "received_at", "reference"),
    Index(None, "department", "due_at", postgresql_where=text("status <> 'archived'")),
    Index(None, "owner", "due_at", postgresql_where=text("status <> 'archived'")),
    # The children of a major event.
    Index(None, "parent", postgresql_where=text("parent IS NOT NULL")),
    # What somebody has to do. Without a list of what is still to be indexed: every look would read all of that.
    Index(
        None,
        "duties",
        postgresql_using="gin",
        postgresql_ops={"duties": "jsonb_path_ops"},
        postgresql_with={"fastupdate": "off"},
    ),
)

events = Table(
    "events",
    metadata,
    Column("reference", Text, ForeignKey("complaints.reference"), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    _moment("at"),
    Column("effective_at", DateTime(timezone=True)),
    Column("type", Text, nullable=False),
    Column("actor", JSONB, nullable=False),
    Column("command_id", Text, nullable=False),
    Column("data", JSONB, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("reference", Text, ForeignKey("complaints.reference"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("notice", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("staff", Text),
    Column("recipient", Text),
    Column("language", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("calendar", Text),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    _moment("created_at"),
    _moment("claimed_until", nullable=True),
    _moment("sent_at", nullable=True),
    Column("last_error", Text),
    _one_of("audience", Audience),
    _one_of("language", Language),
    _one_of("status", MailStatus),
    Index(None, "reference", "sequence"),
    Index(None, "status", "created_at", postgresql_where=text("status <> 'sent'")),
)

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
    _one_of("language", Language),
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
    _moment("back_at", nullable=True),
    CheckConstraint("ends_at > starts_at", name="ends_later"),
)

directory_changes = Table(
    "directory_changes",
    metadata,
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    _moment("at"),
    Column("by", Text, nullable=False),
    Column("authenticated_by", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("change", JSONB, nullable=False),
    _one_of("action", DirectoryAction),
    Index(None, "about", "ordinal"),
)

meetings = Table(
    "meetings",
    metadata,
    Column("reference", Text, ForeignKey("complaints.reference"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("chair", Text, nullable=False),
    Column("agenda", Text, nullable=False),
    _moment("starts_at", nullable=True),
    _moment("called_at"),
    _moment("ends_at", nullable=True),
    Column("call", Integer, nullable=False, server_default=text("1")),
    Column("revision", Integer, nullable=False, server_default=text("0")),
    Column("status", Text, nullable=False, server_default=MeetingStatus.CALLED.value),
    _one_of("status", MeetingStatus),
)

invitations = Table(
    "invitations",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("subject", Text, primary_key=True),
    ForeignKeyConstraint(["reference", "number"], ["meetings.reference", "meetings.number"]),
)

policies = Table(
    "policies",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("calendar_version", Text, primary_key=True),
    Column("policy", JSONB, nullable=False),
    Column("calendar", JSONB(none_as_null=True)),
    Column("valid_from", Date),
    Column("valid_to", Date),
    _moment("published_at"),
    Column("published_by", Text, nullable=False),
    Column("note", Text),
    Index(None, "name", "published_at"),
)

archive = Table(
    "archive",
    metadata,
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("reference", Text, ForeignKey("complaints.reference"), nullable=False),
    Column("run_id", Text, nullable=False),
    Column("final", Boolean, nullable=False),
    Column("events", Integer, nullable=False),
    Column("history", LargeBinary, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("previous_seal", Text),
    Column("seal", Text, nullable=False),
    _moment("archived_at"),
    Index(None, "reference", "run_id", unique=True),
)
