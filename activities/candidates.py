"""Who could hold a new case in a department: its people with what they have to do, and their working calendars."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from activities.memory import FRESH_FOR, Fresh
from infra.db import directory
from infra.db.transaction import transact
from infra.working_calendars import WorkingCalendars
from workflows.contract.assignment import Candidate
from workflows.contract.calendar import Calendar


class Candidates:
    """The people of each department, remembered for seconds: so old can absences and loads be.

    Args:
        engine: the application's connections.
        calendars: those that the directory names.
        fresh_for: how long people are remembered.
    """

    def __init__(self, engine: AsyncEngine, calendars: WorkingCalendars, *, fresh_for: timedelta = FRESH_FOR) -> None:
        self._engine = engine
        self._calendars = calendars
        self._fresh_for = fresh_for
        self._known: dict[str, Fresh[tuple[Candidate, ...]]] = {}

    async def of(self, department: str) -> tuple[Candidate, ...]:
        """Those who can hold a case there, or will be able to. Raises AmendsError `unreachable`."""
        if department not in self._known:
            self._known[department] = Fresh(partial(self._ask, department), self._fresh_for)
        return await self._known[department].value()

    def calendars_of(self, candidates: Iterable[Candidate], *, apart_from: Calendar | None) -> dict[str, Calendar]:
        """The calendars they work by, but for the policy's, by which those work whose own does not exist."""
        names = (each.calendar for each in candidates)
        return self._calendars.known(names, datetime.now(UTC).date(), apart_from=apart_from)

    async def _ask(self, department: str) -> tuple[Candidate, ...]:
        now = datetime.now(UTC)
        return await transact(self._engine, lambda connection: directory.candidates(connection, department, now))
