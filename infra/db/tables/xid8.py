"""PostgreSQL's number of a transaction, which never wraps around; SQLAlchemy has no type for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.types import UserDefinedType


class Xid8(UserDefinedType[int]):
    """`xid8`, as an integer."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:
        """Its name."""
        return "xid8"


# So that reflection, by which a test compares the migrations with the tables, knows it.
PGDialect.ischema_names["xid8"] = Xid8
