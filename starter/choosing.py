"""Completes the command to assign a case to whom it suits best: with the people its department could give it to."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db import directory
from infra.db.transaction import transact
from infra.working_calendars import WorkingCalendars
from starter.read_model import ReadModel
from workflows.contract.commands import Assign, Command


class Choosing:
    """Knows the candidates of every department.

    Args:
        engine: the directory, and the read model, which knows who holds a complaint.
        policy: the setting, beside which working calendars may lie.
    """

    def __init__(self, engine: AsyncEngine, policy: str) -> None:
        self._engine = engine
        self._calendars = WorkingCalendars(policy)

    async def completed(self, reference: str, command: Command) -> Command:
        """The command for one complaint. Any but the one to assign it to nobody in particular stays as it is.

        Raises:
            AmendsError: `unreachable`, `setup`.
        """
        if not isinstance(command, Assign) or command.to is not None or command.candidates:
            return command
        complaint = await ReadModel(self._engine).complaint(reference)
        if complaint is None:
            return command
        department, now = complaint.department, datetime.now(UTC)
        candidates = await transact(self._engine, lambda connection: directory.candidates(connection, department, now))
        names = (each.calendar for each in candidates)
        found = {
            "candidates_of": department,
            "candidates": candidates,
            "calendars": self._calendars.known(names, now.date(), apart_from=None),
        }
        return command.model_copy(update=found)
