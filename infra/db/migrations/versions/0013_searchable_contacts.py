"""Complaints are found by the complainant's e-mail address and phone number, too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Of the phone number, which people write in many ways, its digits besides, unless it is nothing else.
_FULL_WIDTH = "U&'" + "".join(f"\\FF1{digit}" for digit in range(10)) + "'"
_DIGITS = (
    f"nullif(nullif(regexp_replace(translate(complainant_phone, {_FULL_WIDTH}, '0123456789'), '[^0-9]+', '', 'g'), ''),"
    " complainant_phone)"
)
_BEFORE = "subject, text, product, complainant_name, reference"
_NOW = f"subject, text, product, complainant_name, complainant_email, complainant_phone, reference, {_DIGITS}"

# In kilobytes. What was filed last is indexed a few dozen complaints at a time; every search reads this list.
_SHORT_PENDING_LIST = {"gin_pending_list_limit": "512"}


def upgrade() -> None:
    """Write anew what is searched of all that is on file."""
    _write_anew(_NOW)


def downgrade() -> None:
    """Leave the contacts out again."""
    _write_anew(_BEFORE)


def _write_anew(columns: str) -> None:
    """Without the large indexes, which are made again afterwards: that takes a tenth of the time."""
    op.drop_index("searchable_content_ix", "searchable")
    op.drop_index("searchable_short_words_ix", "searchable")
    op.execute("TRUNCATE searchable")
    content = f"lower(concat_ws(E'\\n', {columns}))"
    op.execute(f"INSERT INTO searchable (reference, content) SELECT reference, {content} FROM complaints")  # noqa: S608 - our own columns
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
