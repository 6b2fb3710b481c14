"""Subscribers have events sent to their endpoints."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from infra.db.tables.xid8 import Xid8

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

GRANTS = {
    "subscriptions": "SELECT, INSERT, UPDATE, DELETE",
    "webhook_deliveries": "SELECT, INSERT, UPDATE, DELETE",
}


def upgrade() -> None:
    """Add subscriptions and what could not be delivered at once."""
    op.create_table(
        "subscriptions",
        sa.Column("subscription", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("authenticated_by", sa.Text, nullable=False),
        sa.Column("sources", sa.ARRAY(sa.Text)),
        sa.Column("roles", sa.ARRAY(sa.Text)),
        sa.Column("department", sa.Text),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("event_types", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False, server_default=sa.text("1")),
        sa.Column("old_until", MOMENT),
        sa.Column("transaction_id", Xid8, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("held_until", MOMENT),
        sa.Column("last_error", sa.Text),
        sa.Column("accepted_at", MOMENT),
        sa.Column("claimed_at", MOMENT),
        sa.Column("revision", sa.Integer, nullable=False, server_default=sa.text("1")),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("subscription", name=op.f("subscriptions_pk")),
        sa.CheckConstraint("state IN ('active', 'paused', 'failing', 'gone')", name=op.f("subscriptions_state_ck")),
        sa.CheckConstraint("generation > 0", name=op.f("subscriptions_generation_ck")),
    )
    op.create_index("subscriptions_owner_created_at_ix", "subscriptions", ["owner", "created_at"])
    op.create_table(
        "webhook_deliveries",
        sa.Column("subscription", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", MOMENT),
        sa.Column("status", sa.Integer),
        sa.Column("last_error", sa.Text),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("died_at", MOMENT),
        sa.PrimaryKeyConstraint("subscription", "reference", "sequence", name=op.f("webhook_deliveries_pk")),
        sa.ForeignKeyConstraint(
            ["subscription"],
            ["subscriptions.subscription"],
            name=op.f("webhook_deliveries_subscription_fk"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reference", "sequence"],
            ["events.reference", "events.sequence"],
            name=op.f("webhook_deliveries_reference_fk"),
        ),
        sa.CheckConstraint("state IN ('pending', 'dead')", name=op.f("webhook_deliveries_state_ck")),
    )
    op.create_index(
        "webhook_deliveries_subscription_reference_sequence_ix",
        "webhook_deliveries",
        ["subscription", "reference", "sequence"],
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "webhook_deliveries_subscription_died_at_ix",
        "webhook_deliveries",
        ["subscription", "died_at"],
        postgresql_where=sa.text("state = 'dead'"),
    )
    for table, privileges in GRANTS.items():
        op.execute(f"GRANT {privileges} ON {table} TO amends_app")


def downgrade() -> None:
    """Forget them."""
    op.drop_table("webhook_deliveries")
    op.drop_table("subscriptions")
