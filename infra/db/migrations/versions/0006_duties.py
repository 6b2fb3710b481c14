"""Each complaint's row says who has to do what now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is on file says so with its next event."""
    op.add_column("complaints", sa.Column("duties", JSONB, nullable=False, server_default=sa.text("'[]'")))
    op.create_index(
        "complaints_duties_ix",
        "complaints",
        ["duties"],
        postgresql_using="gin",
        postgresql_ops={"duties": "jsonb_path_ops"},
        postgresql_with={"fastupdate": "off"},
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_index("complaints_duties_ix", "complaints")
    op.drop_column("complaints", "duties")
