"""What a token said of a subscriber is not believed for ever."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CONFIRM = """
UPDATE subscriptions SET lapses_at = now() + interval '30 days'
WHERE authenticated_by <> 'api_key' AND num_nonnulls(sources, roles, department) > 0
"""


def upgrade() -> None:
    """Let those that there are lapse, too, unless their owners confirm them in time."""
    op.add_column("subscriptions", sa.Column("lapses_at", sa.DateTime(timezone=True)))
    op.execute(CONFIRM)


def downgrade() -> None:
    """Believe it for ever."""
    op.drop_column("subscriptions", "lapses_at")
