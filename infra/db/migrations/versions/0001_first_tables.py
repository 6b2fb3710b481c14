"""The first tables, and what the application's role may do with each of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

GRANTS = {
    # The journal and the archive grow and never change.
    "events": "SELECT, INSERT",
    "archive": "SELECT, INSERT",
    "complaints": "SELECT, INSERT, UPDATE",
    "outbox": "SELECT, INSERT, UPDATE",
    "meetings": "SELECT, INSERT",
    "invitations": "SELECT, INSERT",
    "departments": "SELECT, INSERT, UPDATE, DELETE",
    "staff": "SELECT, INSERT, UPDATE",
    "alembic_version": "SELECT",
}

# A role belongs to the whole server, so it is made if it is missing and left in place on the way back. Whoever makes it
# may act as it: then one login serves both for migrations and for the application.
APPLICATION_ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'amends_app') THEN
        CREATE ROLE amends_app NOLOGIN;
        EXECUTE format('GRANT amends_app TO %I', current_user);
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN
        NULL;  -- another database of the same server was migrated at the same moment
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION USING
            ERRCODE = 'insufficient_privilege',
            MESSAGE = format(
                'the role amends_app is missing and %1$I may not create it: let an administrator run '
                'CREATE ROLE amends_app NOLOGIN; GRANT amends_app TO %1$I',
                current_user
            );
END
$$
"""


def upgrade() -> None:
    """Create the application's role, the tables, and the grants."""
    op.execute(APPLICATION_ROLE)
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    _create_complaints()
    _create_events()
    _create_outbox()
    _create_organisation()
    _create_meetings()
    _create_archive()
    for table, privileges in GRANTS.items():
        op.execute(f"GRANT {privileges} ON {table} TO amends_app")


def downgrade() -> None:
    """Drop the tables. The role and the extension may have other users, and stay."""
    op.execute("REVOKE ALL ON alembic_version FROM amends_app")
    for table in ("archive", "invitations", "meetings", "staff", "departments", "outbox", "events", "complaints"):
        op.drop_table(table)


def _create_complaints() -> None:
    op.create_table(
        "complaints",
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("origin_run_id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_key", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("complainant_name", sa.Text),
        sa.Column("complainant_email", sa.Text),
        sa.Column("complainant_phone", sa.Text),
        sa.Column("remedy_sought", sa.Text),
        sa.Column("product", sa.Text),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("nature", sa.Text),
        sa.Column("severity", sa.Text),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("waiting_for", sa.Text),
        sa.Column("breached", sa.Boolean, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("policy", sa.Text),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("complaints_pk")),
        _one_of("complaints", "channel", "hotline web app email letter social marketplace regulator"),
        _one_of("complaints", "language", "zh en"),
        _one_of(
            "complaints",
            "status",
            "received assigned investigating waiting approving executing confirming closed archived",
        ),
        _one_of("complaints", "outcome", "resolved withdrawn out_of_scope"),
        _one_of("complaints", "nature", "service quality policy logistics price other"),
        _one_of("complaints", "severity", "low normal high critical"),
        _one_of("complaints", "level", "owner lead head executive"),
        _one_of("complaints", "waiting_for", "complainant third_party"),
    )
    still_open = sa.text("status <> 'archived'")
    op.create_index("complaints_received_at_reference_ix", "complaints", ["received_at", "reference"])
    op.create_index(
        "complaints_department_due_at_ix", "complaints", ["department", "due_at"], postgresql_where=still_open
    )
    op.create_index("complaints_owner_due_at_ix", "complaints", ["owner", "due_at"], postgresql_where=still_open)


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("effective_at", MOMENT),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("actor", JSONB, nullable=False),
        sa.Column("command_id", sa.Text, nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("reference", "sequence", name=op.f("events_pk")),
        _of_a_complaint("events"),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("staff", sa.Text),
        sa.Column("recipient", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("claimed_until", MOMENT),
        sa.Column("sent_at", MOMENT),
        sa.Column("last_error", sa.Text),
        sa.PrimaryKeyConstraint("message_id", name=op.f("outbox_pk")),
        _of_a_complaint("outbox"),
        _one_of("outbox", "audience", "complainant staff"),
        _one_of("outbox", "language", "zh en"),
        _one_of("outbox", "status", "pending sent no_address rejected"),
    )
    op.create_index("outbox_reference_sequence_ix", "outbox", ["reference", "sequence"])
    op.create_index(
        "outbox_status_created_at_ix",
        "outbox",
        ["status", "created_at"],
        postgresql_where=sa.text("status <> 'sent'"),
    )


def _create_organisation() -> None:
    op.create_table(
        "departments",
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.Column("lead", sa.Text),
        sa.PrimaryKeyConstraint("department", name=op.f("departments_pk")),
    )
    op.create_table(
        "staff",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("roles", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.text("true")),
        sa.PrimaryKeyConstraint("subject", name=op.f("staff_pk")),
        sa.ForeignKeyConstraint(["department"], ["departments.department"], name=op.f("staff_department_fk")),
        _one_of("staff", "language", "zh en"),
    )
    op.create_index("staff_department_ix", "staff", ["department"])


def _create_meetings() -> None:
    op.create_table(
        "meetings",
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("chair", sa.Text, nullable=False),
        sa.Column("agenda", sa.Text, nullable=False),
        sa.Column("starts_at", MOMENT),
        sa.Column("called_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("reference", "number", name=op.f("meetings_pk")),
        _of_a_complaint("meetings"),
    )
    op.create_table(
        "invitations",
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("reference", "number", "subject", name=op.f("invitations_pk")),
        sa.ForeignKeyConstraint(
            ["reference", "number"], ["meetings.reference", "meetings.number"], name=op.f("invitations_reference_fk")
        ),
    )


def _create_archive() -> None:
    op.create_table(
        "archive",
        sa.Column("ordinal", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("final", sa.Boolean, nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("history", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("previous_seal", sa.Text),
        sa.Column("seal", sa.Text, nullable=False),
        sa.Column("archived_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("ordinal", name=op.f("archive_pk")),
        _of_a_complaint("archive"),
    )
    op.create_index("archive_reference_run_id_ix", "archive", ["reference", "run_id"], unique=True)


def _one_of(table: str, column: str, words: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"{table}_{column}_ck"))


def _of_a_complaint(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["reference"], ["complaints.reference"], name=op.f(f"{table}_reference_fk"))
