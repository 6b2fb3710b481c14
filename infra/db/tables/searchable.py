"""The table of what is searched: written once for each complaint, so that no event touches its large indexes."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text, func

from infra.db.tables.base import metadata

SEARCHED = ("subject", "text", "product", "complainant_name", "reference")
"""The columns of a complaint in which words are looked for."""

_PENDING = {"gin_pending_list_limit": "512"}
"""In kilobytes: what was filed last is indexed a few dozen complaints at a time; every search reads it until then."""

searchable = Table(
    "searchable",
    metadata,
    Column("reference", Text, ForeignKey("complaints.reference"), primary_key=True),
    # All of it in lower case, a line for each column.
    Column("content", Text, nullable=False),
    Index(
        None,
        "content",
        postgresql_using="gin",
        postgresql_ops={"content": "gin_trgm_ops"},
        postgresql_with=_PENDING,
    ),
)

# The function is one of ours: every character, and every two that stand side by side.
Index(
    "searchable_short_words_ix",
    func.short_words(searchable.c.content),
    postgresql_using="gin",
    postgresql_with=_PENDING,
)
