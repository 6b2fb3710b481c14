"""One complaint for a caller who may see it, waited for if it was filed a moment ago. To all others there is none, and
neither the answer, nor the time it takes, nor what is asked for it says otherwise.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.ready import Ready
from infra.db.tables import complaints
from infra.db.transaction import autocommit, transact
from starter.access.caller import Caller
from starter.access.sight import sees_source, sight
from starter.client import AmendsClient
from starter.projection import projected
from starter.read_model import ComplaintFile, ComplaintRow
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.reference import parse_reference

Shown = TypeVar("Shown", ComplaintRow, ComplaintFile)

REMEMBERED = 500

PATIENCE = timedelta(seconds=1)
"""How long a complaint that the engine knows is waited for; its row is usually there after a tenth of it."""

LEISURE = timedelta(milliseconds=25)
"""The engine takes a few milliseconds to say that it does not know a complaint, and a few more for one that it knows.
Nobody is to learn from the difference what is on file.
"""


async def visible(
    engine: AsyncEngine, desk: AmendsClient, caller: Caller, reference: str, *, see_all: Collection[str]
) -> ComplaintRow:
    """The row of a complaint. `see_all` are the departments whose people see every complaint.

    Raises:
        AmendsError: `reference_mistyped`; `unknown_reference`, also when the caller may not see it; `unreachable`, also
            when it has been filed, is theirs to see by its source, and has no row yet.
    """
    return await _awaited(ComplaintRow, engine, desk, caller, reference, see_all=see_all)


async def visible_file(
    engine: AsyncEngine, desk: AmendsClient, caller: Caller, reference: str, *, see_all: Collection[str]
) -> ComplaintFile:
    """The same with what the complainant wrote, and who they are. Raises as above."""
    return await _awaited(ComplaintFile, engine, desk, caller, reference, see_all=see_all)


def unknown(reference: str) -> AmendsError:
    """Said of what is not there, of what is not there yet, and of what is not for the caller to see."""
    return AmendsError(
        ErrorCode.UNKNOWN_REFERENCE,
        f"no complaint has the reference {reference}; one that was filed a moment ago may take a moment",
        "reference",
    )


async def _awaited(
    model: type[Shown],
    engine: AsyncEngine,
    desk: AmendsClient,
    caller: Caller,
    typed: str,
    *,
    see_all: Collection[str],
) -> Shown:
    reference = parse_reference(typed)
    question = _question(model, caller.during(None), tuple(see_all))
    found = await _found(model, engine, reference, question)
    if found is None:
        async with _at_leisure():
            # Asked of complaints that may not be seen, too: nobody learns by this that they are there.
            origin = await desk.origin(reference)
        if origin is None or not sees_source(caller, origin, see_all):
            raise unknown(reference)
        if not await projected(engine, reference, patience=PATIENCE):
            raise _not_there_yet(reference)
        found = await _found(model, engine, reference, question)
    if found is None:
        raise unknown(reference)
    return found


@asynccontextmanager
async def _at_leisure() -> AsyncIterator[None]:
    """Take no less than `LEISURE`."""
    leisure = asyncio.create_task(asyncio.sleep(LEISURE.total_seconds()))
    try:
        yield
        await leisure
    finally:
        leisure.cancel()


@lru_cache(maxsize=REMEMBERED)
def _question(model: type[Shown], caller: Caller, see_all: tuple[str, ...]) -> Ready:
    columns = (complaints.c[name] for name in model.model_fields)
    query = select(*columns, sight(caller, see_all).label("is_seen"))
    return Ready(query.where(complaints.c.reference == bindparam("of", "")))


async def _found(model: type[Shown], engine: AsyncEngine, reference: str, question: Ready) -> Shown | None:
    rows = await transact(autocommit(engine), lambda connection: question.ask(connection, of=reference))
    if not rows or not rows[0]["is_seen"]:
        return None
    return model.model_validate({name: rows[0][name] for name in model.model_fields})


def _not_there_yet(reference: str) -> AmendsError:
    return AmendsError(
        ErrorCode.UNREACHABLE,
        f"complaint {reference} has been filed, but the tables do not have it yet; try again in a moment. If it stays"
        " so, no worker is running (`amends worker`)",
    )
