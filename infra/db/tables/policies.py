"""The table of published policies."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from infra.db.tables.base import metadata, moment

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
    moment("published_at"),
    Column("published_by", Text, nullable=False),
    Column("note", Text),
    Index(None, "name", "published_at"),
)
