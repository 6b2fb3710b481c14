"""The table of API keys. Of a key only a digest is kept: who reads the table cannot use any."""

from __future__ import annotations

from sqlalchemy import ARRAY, CheckConstraint, Column, ForeignKey, Table, Text

from infra.db.tables.base import metadata, moment

api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    # Whoever holds it is this member of staff, or this service with these sources.
    Column("staff", Text, ForeignKey("staff.subject")),
    Column("service", Text),
    Column("sources", ARRAY(Text)),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("note", Text),
    Column("created_by", Text, nullable=False),
    moment("created_at"),
    moment("expires_at"),
    Column("revoked_by", Text),
    moment("revoked_at", nullable=True),
    moment("last_used_at", nullable=True),
    CheckConstraint("num_nonnulls(staff, service) = 1", name="one_holder"),
    CheckConstraint("(service IS NULL) = (sources IS NULL)", name="sources_of_services"),
)
