"""Each entry of the journal says which transaction wrote it, so that all journals can be read as one stream."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from infra.db.tables.xid8 import Xid8

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. The default is the same for all rows of a statement, so the table is not rewritten: what is in
    the journal already counts as written by this transaction.
    """
    written_by = sa.Column("transaction_id", Xid8, nullable=False, server_default=sa.text("pg_current_xact_id()"))
    op.add_column("events", written_by)
    op.create_index(
        "events_transaction_id_reference_sequence_ix", "events", ["transaction_id", "reference", "sequence"]
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_index("events_transaction_id_reference_sequence_ix", "events")
    op.drop_column("events", "transaction_id")
