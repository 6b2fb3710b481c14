"""The command that tells an open complaint who is in charge now, and who has left."""

from __future__ import annotations

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db import directory
from infra.db.transaction import transact
from workflows.contract.commands import AmendStaff
from workflows.contract.commands.rules import LEFT_MAX_NAMES
from workflows.contract.errors import invalid_input
from workflows.contract.parties import Actor


async def present_staff(engine: AsyncEngine, *, by: Actor, reason: str) -> AmendStaff:
    """The command without an id yet, as the directory knows people now.

    Raises:
        AmendsError: `setup`, when there is no executive; `invalid_input`, such as a reason that is too long;
            `unreachable`.
    """

    async def work(connection: AsyncConnection) -> AmendStaff:
        people = {
            "departments": await directory.responsible(connection),
            "executive": await directory.executive(connection),
            "left": await directory.left(connection, LEFT_MAX_NAMES),
        }
        try:
            return AmendStaff.model_validate({"actor": by, "reason": reason} | people)
        except ValidationError as error:
            raise invalid_input(error) from error

    return await transact(engine, work)
