"""The tables of complaints: the read model, the journal, the letters, the meetings and the archive."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from infra.db.tables.base import metadata, moment, one_of
from infra.db.tables.xid8 import Xid8
from workflows.contract.effects import MeetingStatus
from workflows.contract.vocabulary import Channel, Language, Level, Nature, Outcome, Severity, Status, WaitingFor


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
    moment("received_at"),
    Column("status", Text, nullable=False),
    Column("outcome", Text),
    Column("nature", Text),
    Column("severity", Text),
    Column("department", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("waiting_for", Text),
    Column("breached", Boolean, nullable=False),
    moment("due_at", nullable=True),
    Column("policy", Text),
    Column("sequence", Integer, nullable=False),
    moment("updated_at"),
    Column("parent", Text),
    Column("duties", JSONB, nullable=False, server_default=text("'[]'")),
    one_of("channel", Channel),
    one_of("language", Language),
    one_of("status", Status),
    one_of("outcome", Outcome),
    one_of("nature", Nature),
    one_of("severity", Severity),
    one_of("level", Level),
    one_of("waiting_for", WaitingFor),
    # Newest first, page by page: all of them, those still open, and those of a department, an owner or a source.
    Index(None, "received_at", "reference"),
    Index("complaints_open_received_at_ix", "received_at", postgresql_where=text("status <> 'archived'")),
    Index("complaints_breached_received_at_ix", "received_at", postgresql_where=text("breached")),
    Index(None, "department", "received_at"),
    Index(None, "owner", "received_at"),
    Index(None, "source", "received_at"),
    # Those alike in something that few are alike in; what many are alike in is soon met among the newest. One index for
    # four: each column has few values, which PostgreSQL skips through, and every event writes to every index.
    Index(None, "policy", "severity", "nature", "channel", postgresql_ops={"policy": "text_pattern_ops"}),
    # The work lists of those still open.
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
    moment("at"),
    Column("effective_at", DateTime(timezone=True)),
    Column("type", Text, nullable=False),
    Column("actor", JSONB, nullable=False),
    Column("command_id", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("transaction_id", Xid8, nullable=False, server_default=text("pg_current_xact_id()")),
    # All journals in the order of commits, see `starter.feed`.
    Index(None, "transaction_id", "reference", "sequence"),
    # What the figures of a period are made of, see `starter.figures.endings`: few of all entries.
    Index(
        "events_counted_at_ix",
        "at",
        postgresql_where=text("type IN ('closed', 'reopened', 'executed', 'survey_answered', 'called_back')"),
    ),
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
    moment("created_at"),
    moment("claimed_until", nullable=True),
    moment("sent_at", nullable=True),
    Column("last_error", Text),
    one_of("audience", Audience),
    one_of("language", Language),
    one_of("status", MailStatus),
    Index(None, "reference", "sequence"),
    Index(None, "status", "created_at", postgresql_where=text("status <> 'sent'")),
)

meetings = Table(
    "meetings",
    metadata,
    Column("reference", Text, ForeignKey("complaints.reference"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("chair", Text, nullable=False),
    Column("agenda", Text, nullable=False),
    moment("starts_at", nullable=True),
    moment("called_at"),
    moment("ends_at", nullable=True),
    Column("call", Integer, nullable=False, server_default=text("1")),
    Column("revision", Integer, nullable=False, server_default=text("0")),
    Column("status", Text, nullable=False, server_default=MeetingStatus.CALLED.value),
    one_of("status", MeetingStatus),
)

invitations = Table(
    "invitations",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("subject", Text, primary_key=True),
    ForeignKeyConstraint(["reference", "number"], ["meetings.reference", "meetings.number"]),
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
    moment("archived_at"),
    Index(None, "reference", "run_id", unique=True),
)
