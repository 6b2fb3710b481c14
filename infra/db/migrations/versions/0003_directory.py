"""The directory becomes the truth: what staff can do, who is absent, and a journal of who changed it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

_STAFF: tuple[sa.Column[Any], ...] = (
    sa.Column("languages", sa.ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'")),
    sa.Column("skills", sa.ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'")),
    sa.Column("team", sa.Text),
    sa.Column("calendar", sa.Text),
    sa.Column("deputy", sa.Text),
    sa.Column("contractor", sa.Boolean, nullable=False, server_default=sa.text("false")),
)

_ACTIONS = "engaged changed left absent back department_added department_changed department_closed"

# The names were joined in this order, for places that both read.
_NAMES_APART = """
UPDATE departments SET names = jsonb_build_object(
    'zh', split_part(name, ' / ', 1), 'en', substr(name, strpos(name, ' / ') + 3)
)
"""
_NAMES_JOINED = "UPDATE departments SET name = concat_ws(' / ', names ->> 'zh', names ->> 'en')"

GRANTS = {
    # Staff change it through the application; nobody is ever removed, and the journal of it only grows.
    "departments": "INSERT, UPDATE",
    "staff": "INSERT, UPDATE",
    "absences": "SELECT, INSERT, UPDATE",
    "directory_changes": "SELECT, INSERT",
}


def upgrade() -> None:
    """Add what is known of staff, their absences, and the journal; let the application write them."""
    _replace_column("departments", "name", sa.Column("names", JSONB), _NAMES_APART)
    for column in _STAFF:
        op.add_column("staff", column)
    op.create_table(
        "absences",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("back_at", MOMENT),
        sa.PrimaryKeyConstraint("subject", "starts_at", "ends_at", name=op.f("absences_pk")),
        sa.ForeignKeyConstraint(["subject"], ["staff.subject"], name=op.f("absences_subject_fk")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("absences_ends_later_ck")),
    )
    listed = ", ".join(f"'{action}'" for action in _ACTIONS.split())
    op.create_table(
        "directory_changes",
        sa.Column("ordinal", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("authenticated_by", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("change", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("ordinal", name=op.f("directory_changes_pk")),
        sa.CheckConstraint(f"action IN ({listed})", name=op.f("directory_changes_action_ck")),
    )
    op.create_index("directory_changes_about_ordinal_ix", "directory_changes", ["about", "ordinal"])
    for table, privileges in GRANTS.items():
        op.execute(f"GRANT {privileges} ON {table} TO amends_app")


def downgrade() -> None:
    """Forget it; the directory is again written by migrations alone."""
    for table in ("departments", "staff"):
        op.execute(f"REVOKE {GRANTS[table]} ON {table} FROM amends_app")
    op.drop_table("directory_changes")
    op.drop_table("absences")
    for column in _STAFF:
        op.drop_column("staff", column.name)
    _replace_column("departments", "names", sa.Column("name", sa.Text), _NAMES_JOINED)


def _replace_column(table: str, old: str, new: sa.Column[Any], fill: str) -> None:
    op.add_column(table, new)
    op.execute(fill)
    op.alter_column(table, new.name, nullable=False)
    op.drop_column(table, old)
