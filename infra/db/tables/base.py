"""What all tables share: the naming of their constraints, instants, and words instead of enums."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, DateTime, MetaData

APPLICATION_ROLE = "amends_app"
"""Every session of the application runs under it, whoever logged in: it may add to the journal, not rewrite it."""

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "ck": "%(table_name)s_%(constraint_name)s_ck",
        "ix": "%(table_name)s_%(column_0_N_name)s_ix",
        "uq": "%(table_name)s_%(column_0_N_name)s_uq",
    }
)


def moment(name: str, *, nullable: bool = False) -> Column[object]:
    """An instant."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """Text and a check instead of a PostgreSQL enum: a word is added in a short transaction and can be taken back."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
