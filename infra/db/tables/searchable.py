"""The table of what is searched: written once for each complaint, so that no event touches its large indexes."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Column, ColumnElement, ForeignKey, Index, Table, Text, func

from infra.db.tables.base import metadata

SEARCHED = (
    "subject",
    "text",
    "product",
    "complainant_name",
    "complainant_email",
    "complainant_phone",
    "reference",
)
"""The columns of a complaint in which words are looked for."""

_FULL_WIDTH, _DIGITS = "".join(map(chr, range(0xFF10, 0xFF1A))), "0123456789"

_PENDING = {"gin_pending_list_limit": "512"}
"""In kilobytes: what was filed last is indexed a few dozen complaints at a time; every search reads it until then."""

searchable = Table(
    "searchable",
    metadata,
    Column("reference", Text, ForeignKey("complaints.reference"), primary_key=True),
    # See `content_of`.
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


def content_of(columns: Mapping[str, ColumnElement[str]]) -> ColumnElement[str]:
    """What is searched of a complaint that has these columns: all in lower case, a line for each that says something,
    and last the phone number's digits, unless it is nothing else.
    """
    phone = columns["complainant_phone"]
    digits = func.nullif(func.nullif(phone_digits(phone), ""), phone)
    return func.lower(func.concat_ws("\n", *(columns[name] for name in SEARCHED), digits))


def phone_digits(phone: ColumnElement[str]) -> ColumnElement[str]:
    """The digits of a phone number, without whatever stands between them."""
    return func.regexp_replace(func.translate(phone, _FULL_WIDTH, _DIGITS), "[^0-9]+", "", "g")
