"""Complaints that were merged into another; which of them belong to one major event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OUTCOMES_BEFORE = "resolved withdrawn out_of_scope unanswered"
_OUTCOMES = f"{_OUTCOMES_BEFORE} merged"


def upgrade() -> None:
    """Add the column, and the outcome."""
    op.add_column("complaints", sa.Column("parent", sa.Text))
    op.create_index("complaints_parent_ix", "complaints", ["parent"], postgresql_where=sa.text("parent IS NOT NULL"))
    _allow_outcomes(_OUTCOMES)


def downgrade() -> None:
    """Forget which complaints belong to an event. Refused while a complaint is merged into another."""
    _allow_outcomes(_OUTCOMES_BEFORE)
    op.drop_index("complaints_parent_ix", "complaints")
    op.drop_column("complaints", "parent")


def _allow_outcomes(words: str) -> None:
    listed = ", ".join(f"'{word}'" for word in words.split())
    op.drop_constraint(op.f("complaints_outcome_ck"), "complaints", type_="check")
    op.create_check_constraint(op.f("complaints_outcome_ck"), "complaints", f"outcome IN ({listed})")
