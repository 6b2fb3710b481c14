"""Published policies; complaints that end unanswered; and nobody but the owner changes the directory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OUTCOMES_BEFORE = "resolved withdrawn out_of_scope"
_OUTCOMES = f"{_OUTCOMES_BEFORE} unanswered"

# The directory is written by migrations, which run as the owner; the application reads it.
_NEEDLESS = {"departments": "INSERT, UPDATE, DELETE", "staff": "INSERT, UPDATE"}


def upgrade() -> None:
    """Add the table of published policies, which grows and never changes; take away needless grants."""
    op.create_table(
        "policies",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("calendar_version", sa.Text, nullable=False),
        sa.Column("policy", JSONB, nullable=False),
        sa.Column("calendar", JSONB(none_as_null=True)),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        sa.PrimaryKeyConstraint("name", "version", "calendar_version", name=op.f("policies_pk")),
    )
    op.create_index("policies_name_published_at_ix", "policies", ["name", "published_at"])
    op.execute("GRANT SELECT, INSERT ON policies TO amends_app")
    for table, privileges in _NEEDLESS.items():
        op.execute(f"REVOKE {privileges} ON {table} FROM amends_app")
    _allow_outcomes(_OUTCOMES)


def downgrade() -> None:
    """Forget what was published, and grant again what was taken. Refused while a complaint ended unanswered."""
    _allow_outcomes(_OUTCOMES_BEFORE)
    for table, privileges in _NEEDLESS.items():
        op.execute(f"GRANT {privileges} ON {table} TO amends_app")
    op.drop_table("policies")


def _allow_outcomes(words: str) -> None:
    listed = ", ".join(f"'{word}'" for word in words.split())
    op.drop_constraint(op.f("complaints_outcome_ck"), "complaints", type_="check")
    op.create_check_constraint(op.f("complaints_outcome_ck"), "complaints", f"outcome IN ({listed})")
