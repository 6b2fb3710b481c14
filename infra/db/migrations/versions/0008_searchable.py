"""Complaints are found by parts of their words, and listed by what they are, without reading all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Trigrams know nothing of words of one or two characters, and most Chinese words have two: so there is a second index,
# of every character, and every two that stand side by side. The two halves of these are found by cutting the text into
# pairs twice, the second time one character later.
SHORT_WORDS = r"""
CREATE FUNCTION short_words(content text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN string_to_array(content, NULL)
    || string_to_array(regexp_replace(content, '(..)', E'\\1\n', 'g'), E'\n')
    || string_to_array(regexp_replace(substr(content, 2), '(..)', E'\\1\n', 'g'), E'\n')
"""

FILL = """
INSERT INTO searchable (reference, content)
SELECT reference, lower(concat_ws(E'\\n', subject, text, product, complainant_name, reference)) FROM complaints
"""

# In kilobytes. What was filed last is indexed a few dozen complaints at a time; every search reads this list.
_SHORT_PENDING_LIST = {"gin_pending_list_limit": "512"}

_LISTED_BY = ("department", "owner", "source")


def upgrade() -> None:
    """Add what is searched, for all that is on file; and an index for each list, newest first."""
    op.execute(SHORT_WORDS)
    op.create_table(
        "searchable",
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("searchable_pk")),
        sa.ForeignKeyConstraint(["reference"], ["complaints.reference"], name=op.f("searchable_reference_fk")),
    )
    op.execute(FILL)
    op.create_index(
        "searchable_content_ix",
        "searchable",
        ["content"],
        postgresql_using="gin",
        postgresql_ops={"content": "gin_trgm_ops"},
        postgresql_with=_SHORT_PENDING_LIST,
    )
    op.create_index(
        "searchable_short_words_ix",
        "searchable",
        [sa.text("short_words(content)")],
        postgresql_using="gin",
        postgresql_with=_SHORT_PENDING_LIST,
    )
    op.execute("GRANT SELECT, INSERT ON searchable TO amends_app")
    for column in _LISTED_BY:
        op.create_index(f"complaints_{column}_received_at_ix", "complaints", [column, "received_at"])
    op.create_index(
        "complaints_policy_severity_nature_channel_ix",
        "complaints",
        ["policy", "severity", "nature", "channel"],
        postgresql_ops={"policy": "text_pattern_ops"},
    )
    op.create_index(
        "complaints_breached_received_at_ix", "complaints", ["received_at"], postgresql_where=sa.text("breached")
    )
    op.create_index(
        "complaints_open_received_at_ix",
        "complaints",
        ["received_at"],
        postgresql_where=sa.text("status <> 'archived'"),
    )


def downgrade() -> None:
    """Search the complaints themselves again."""
    for column in (*_LISTED_BY, "breached", "open"):
        op.drop_index(f"complaints_{column}_received_at_ix", "complaints")
    op.drop_index("complaints_policy_severity_nature_channel_ix", "complaints")
    op.drop_table("searchable")
    op.execute("DROP FUNCTION short_words")
