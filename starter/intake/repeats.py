"""What a complaint that is filed again says otherwise than when it was filed first: that is not taken over."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.tables import complaints
from infra.db.transaction import autocommit, transact
from workflows.contract.errors import AmendsError
from workflows.contract.filing import FileComplaint

_COLUMNS = {
    "channel": complaints.c.channel,
    "language": complaints.c.language,
    "text": complaints.c.text,
    "subject": complaints.c.subject,
    "complainant.name": complaints.c.complainant_name,
    "complainant.email": complaints.c.complainant_email,
    "complainant.phone": complaints.c.complainant_phone,
    "remedy_sought": complaints.c.remedy_sought,
    "product": complaints.c.product,
    "received_at": complaints.c.received_at,
}
"""Where the tables keep what was filed, by the names of the filing's fields."""


async def differing(engine: AsyncEngine, complaint: FileComplaint, seen: ColumnElement[bool]) -> tuple[str, ...] | None:
    """The fields of `complaint` that differ from what is on file under its reference. None, when that cannot be told:
    the tables do not have it yet or do not answer, or its row is none that fulfils `seen`.
    """
    query = select(*_COLUMNS.values()).where(complaints.c.reference == complaint.reference, seen)

    async def read(connection: AsyncConnection) -> tuple[object, ...] | None:
        row = (await connection.execute(query)).one_or_none()
        return None if row is None else tuple(row)

    try:
        on_file = await transact(autocommit(engine), read)
    except AmendsError:
        return None  # it is a duplicate all the same, and that has been said
    if on_file is None:
        return None
    said = _said(complaint)
    return tuple(
        field
        for field, first in zip(_COLUMNS, on_file, strict=True)
        # Received when it was filed, unless somebody says otherwise: to say nothing is no difference.
        if said[field] != first and not (field == "received_at" and said[field] is None)
    )


def _said(complaint: FileComplaint) -> dict[str, object]:
    fields = dict(complaint)
    whole = {f"complainant.{name}": value for name, value in complaint.complainant}
    return fields | whole
