"""What the figures of a period are made of is found by when it happened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INDEX = "events_counted_at_ix"


def upgrade() -> None:
    """Add the index."""
    counted = sa.text("type IN ('closed', 'reopened', 'executed', 'survey_answered', 'called_back')")
    op.create_index(INDEX, "events", ["at"], postgresql_where=counted)


def downgrade() -> None:
    """Take it away."""
    op.drop_index(INDEX, "events")
