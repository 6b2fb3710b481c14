"""The tables of the web console: who is logged in, and the views of the queue that people have saved."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from infra.db.tables.base import metadata, moment

console_sessions = Table(
    "console_sessions",
    metadata,
    Column("session_key", Text, primary_key=True),
    # Of the ids that browsers show only digests are kept: who reads the table cannot use any. The present one; the
    # next one, from when a browser has been given it until it shows it; and the last one, which is good for a moment.
    Column("digest", Text, nullable=False),
    Column("next_digest", Text),
    Column("last_digest", Text),
    moment("last_until", nullable=True),
    moment("rotated_at"),
    Column("subject", Text, nullable=False),
    Column("holder", JSONB, nullable=False),
    Column("known_by", Text, nullable=False),
    Column("id_token", Text),
    moment("created_at"),
    moment("seen_at"),
    moment("expires_at"),
    Index(None, "digest", unique=True),
    Index(None, "next_digest"),
    Index(None, "last_digest"),
    Index(None, "subject"),
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("query", Text, nullable=False),
    moment("created_at"),
)
