"""API keys, for installations without an identity provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

GRANTS = "SELECT, INSERT, UPDATE (revoked_by, revoked_at, last_used_at)"
"""What a key is good for is never changed, and no key is removed: who had one stays on record."""


def upgrade() -> None:
    """Add the table, and let the application make, revoke and note the use of keys."""
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("staff", sa.Text),
        sa.Column("service", sa.Text),
        sa.Column("sources", sa.ARRAY(sa.Text)),
        sa.Column("scopes", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_by", sa.Text),
        sa.Column("revoked_at", MOMENT),
        sa.Column("last_used_at", MOMENT),
        sa.PrimaryKeyConstraint("key_id", name=op.f("api_keys_pk")),
        sa.ForeignKeyConstraint(["staff"], ["staff.subject"], name=op.f("api_keys_staff_fk")),
        sa.CheckConstraint("num_nonnulls(staff, service) = 1", name=op.f("api_keys_one_holder_ck")),
        sa.CheckConstraint("(service IS NULL) = (sources IS NULL)", name=op.f("api_keys_sources_of_services_ck")),
    )
    op.execute(f"GRANT {GRANTS} ON api_keys TO amends_app")


def downgrade() -> None:
    """Forget them; nobody gets in by one any more."""
    op.drop_table("api_keys")
