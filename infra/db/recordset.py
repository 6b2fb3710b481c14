"""Many rows as one parameter: `jsonb_to_recordset` keeps the statement the same for any number of rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Text, bindparam, cast, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.selectable import TableValuedAlias


def recordset(parameter: str, *columns: Column[Any]) -> TableValuedAlias:
    """Rows to select from, out of a parameter that holds a JSON array of objects, as text."""
    return (
        func.jsonb_to_recordset(cast(bindparam(parameter, type_=Text), JSONB))
        .table_valued(*columns)
        .render_derived(name=parameter, with_types=True)
    )
