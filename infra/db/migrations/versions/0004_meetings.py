"""Mails carry meetings into calendars; a meeting can be moved, called again and cancelled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MEETINGS = (
    sa.Column("ends_at", sa.DateTime(timezone=True)),
    sa.Column("call", sa.Integer, nullable=False, server_default=sa.text("1")),
    sa.Column("revision", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("status", sa.Text, nullable=False, server_default="called"),
)

# Who is invited to the next call may differ; whom the earlier ones were sent to stays in the journal.
GRANTS = {"meetings": "UPDATE", "invitations": "DELETE"}


def upgrade() -> None:
    """Add the columns, and let the application bring meetings up to date."""
    op.add_column("outbox", sa.Column("calendar", sa.Text))
    for column in _MEETINGS:
        op.add_column("meetings", column)
    op.create_check_constraint(
        op.f("meetings_status_ck"), "meetings", "status IN ('called', 'rescheduled', 'called_again', 'cancelled')"
    )
    for table, privileges in GRANTS.items():
        op.execute(f"GRANT {privileges} ON {table} TO amends_app")


def downgrade() -> None:
    """Forget what meetings became, and the calendar parts of mails."""
    for table, privileges in GRANTS.items():
        op.execute(f"REVOKE {privileges} ON {table} FROM amends_app")
    for column in _MEETINGS:
        op.drop_column("meetings", column.name)
    op.drop_column("outbox", "calendar")
