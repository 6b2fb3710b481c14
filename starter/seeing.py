"""One complaint for a caller who may see it. To all others there is none, and one that was filed a moment ago is
waited for: who may see it, only its row says.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.tables import complaints
from infra.db.transaction import autocommit, transact
from starter.access.caller import Caller
from starter.access.sight import sight
from starter.client import AmendsClient
from starter.projection import projected
from starter.read_model import ComplaintFile, ComplaintRow
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.reference import parse_reference

Shown = TypeVar("Shown", ComplaintRow, ComplaintFile)

REMEMBERED = 500

PATIENCE = timedelta(seconds=1)
"""How long a complaint that the engine knows is waited for; its row is usually there after a tenth of it."""


async def visible(
    engine: AsyncEngine, desk: AmendsClient, caller: Caller, reference: str, *, see_all: Collection[str]
) -> ComplaintRow:
    """The row of a complaint. `see_all` are the departments whose people see every complaint.

    Raises:
        AmendsError: `reference_mistyped`; `unknown_reference`, also when the caller may not see it; `unreachable`, also
            when it has been filed and has no row yet.
    """
    query = _question(ComplaintRow, caller.during(None), tuple(see_all))
    return await _awaited(ComplaintRow, engine, desk, parse_reference(reference), query)


async def visible_file(
    engine: AsyncEngine, desk: AmendsClient, caller: Caller, reference: str, *, see_all: Collection[str]
) -> ComplaintFile:
    """The same with what the complainant wrote, and who they are. Raises as above."""
    query = _question(ComplaintFile, caller.during(None), tuple(see_all))
    return await _awaited(ComplaintFile, engine, desk, parse_reference(reference), query)


def unknown(reference: str) -> AmendsError:
    """Said of what is not there, and of what is not for the caller to see."""
    return AmendsError(ErrorCode.UNKNOWN_REFERENCE, f"no complaint has the reference {reference}", "reference")


async def _awaited(
    model: type[Shown], engine: AsyncEngine, desk: AmendsClient, reference: str, query: Select[Any]
) -> Shown:
    found = await _found(model, engine, reference, query)
    if found is None and await desk.knows(reference):
        if not await projected(engine, reference, patience=PATIENCE):
            raise _not_there_yet(reference)
        found = await _found(model, engine, reference, query)
    if found is None:
        raise unknown(reference)
    return found


@lru_cache(maxsize=REMEMBERED)
def _question(model: type[Shown], caller: Caller, see_all: tuple[str, ...]) -> Select[Any]:
    """Remembered: to put it into SQL takes as long as to answer it."""
    columns = (complaints.c[name] for name in model.model_fields)
    query = select(*columns, sight(caller, see_all).label("is_seen"))
    return query.where(complaints.c.reference == bindparam("of"))


async def _found(model: type[Shown], engine: AsyncEngine, reference: str, query: Select[Any]) -> Shown | None:
    async def read(connection: AsyncConnection) -> Shown | None:
        row = (await connection.execute(query, {"of": reference})).mappings().one_or_none()
        if row is None:
            return None
        if not row["is_seen"]:
            raise unknown(reference)
        return model.model_validate({name: row[name] for name in model.model_fields})

    return await transact(autocommit(engine), read)


def _not_there_yet(reference: str) -> AmendsError:
    return AmendsError(
        ErrorCode.UNREACHABLE,
        f"complaint {reference} has been filed, but the tables do not have it yet; try again in a moment. If it stays"
        " so, no worker is running (`amends worker`)",
    )
