"""People log in to the web console, and save views of its queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = ("console_sessions", "saved_views")


def upgrade() -> None:
    """Add sessions, and views."""
    op.create_table(
        "console_sessions",
        sa.Column("session_key", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("next_digest", sa.Text),
        sa.Column("last_digest", sa.Text),
        sa.Column("last_until", MOMENT),
        sa.Column("rotated_at", MOMENT, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("holder", JSONB, nullable=False),
        sa.Column("known_by", sa.Text, nullable=False),
        sa.Column("id_token", sa.Text),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("session_key", name=op.f("console_sessions_pk")),
    )
    op.create_index("console_sessions_digest_ix", "console_sessions", ["digest"], unique=True)
    for column in ("next_digest", "last_digest", "subject"):
        op.create_index(f"console_sessions_{column}_ix", "console_sessions", [column])
    op.create_table(
        "saved_views",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("subject", "name", name=op.f("saved_views_pk")),
    )
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO amends_app")


def downgrade() -> None:
    """Forget them."""
    for table in reversed(TABLES):
        op.drop_table(table)
