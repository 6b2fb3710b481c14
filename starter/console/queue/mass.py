"""One command for many complaints that somebody has selected: tried dry, then given, and each answers for itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.ready import Ready
from infra.db.tables import complaints
from infra.db.transaction import inquire
from infra.settings import Settings
from starter.access.caller import Caller, Scope
from starter.access.sight import sight
from starter.bulk import Bulk, Result, Verdict, dry_run, give, ids_of
from starter.choosing import Choosing
from starter.client import AmendsClient
from starter.giving import ready_command, see_named
from starter.matching import Match
from starter.seeing import unknown
from workflows.contract.commands import Command

COMMANDS = (
    "accept",
    "take_over",
    "assign",
    "reassign",
    "classify",
    "escalate",
    "de_escalate",
    "acknowledge",
    "inform",
    "note",
    "join_event",
)
"""These say the same of many complaints; the others are about one."""

MOST_AT_ONCE = 500

OnResult = Callable[[Match, Result], None]


@dataclass(frozen=True)
class Chosen:
    """The complaints that were selected; with `is_cut`, more matched than one run may have."""

    references: Sequence[str]
    is_cut: bool = False


class Mass:
    """One run: a command, and the complaints it is for.

    Args:
        model: which command.
        references: of the complaints.
        engine: of the tables.
        desk: the complaints.
        settings: the policy's name, and the departments whose people see every complaint.
    """

    def __init__(
        self,
        model: type[Command],
        references: Sequence[str],
        *,
        engine: AsyncEngine,
        desk: AmendsClient,
        settings: Settings,
    ) -> None:
        self._model = model
        self._references = tuple(references)
        self._engine = engine
        self._desk = desk
        self._settings = settings

    async def tried(self, caller: Caller, fields: Mapping[str, Any], on_result: OnResult) -> Going:
        """The dry run: whether each complaint would allow it now. Nothing happens.

        Raises:
            AmendsError: `not_permitted`; `invalid_input`, `unknown_staff`, `unknown_department`, `unknown_reference`,
                of the fields; `unreachable`.
        """
        command = await self._ready(caller, fields)
        return await self._going(caller, Bulk(dry_run(self._desk, command), on_result=on_result), on_result)

    async def given(self, caller: Caller, fields: Mapping[str, Any], mark: str, on_result: OnResult) -> Going:
        """The run. Under the same mark the same fields are given to none twice. Raises as above."""
        command = await self._ready(caller, fields)
        ids = ids_of(mark, {"command": command.name, "as": caller.actor.subject, **fields})
        completed = Choosing(self._engine, self._settings.policy).completed
        bulk = Bulk(give(self._desk, command, ids, completed), on_result=on_result)
        return await self._going(caller, bulk, on_result)

    def only(self, references: Sequence[str]) -> Mass:
        """The same command for some of the complaints."""
        return Mass(self._model, references, engine=self._engine, desk=self._desk, settings=self._settings)

    @property
    def size(self) -> int:
        """How many complaints it is for."""
        return len(self._references)

    async def _ready(self, caller: Caller, fields: Mapping[str, Any]) -> Command:
        caller.require(Scope.COMMAND)
        command = await ready_command(self._engine, self._model, fields, caller.actor)
        await see_named(self._engine, self._desk, caller, command, see_all=self._settings.see_all)
        return command

    async def _going(self, caller: Caller, bulk: Bulk, on_result: OnResult) -> Going:
        """Those that the caller may not see are asked nothing, and answered as if they did not exist."""
        known = await self._visible(caller)
        for reference in self._references:
            if reference not in known:
                error = unknown(reference)
                refused = Result(reference=reference, verdict=Verdict.REFUSED, code=error.code, message=error.message)
                on_result(Match(reference=reference), refused)
        return Going(bulk, [known[reference] for reference in self._references if reference in known])

    async def _visible(self, caller: Caller) -> dict[str, Match]:
        columns = (complaints.c[name] for name in Match.model_fields)
        query = select(*columns).where(
            complaints.c.reference.in_(sorted(self._references)), sight(caller, self._settings.see_all)
        )
        rows = await inquire(self._engine, Ready(query).ask)
        return {row["reference"]: Match.model_validate(dict(row)) for row in rows}


@dataclass(frozen=True)
class Going:
    """A run that has been made ready."""

    bulk: Bulk
    matches: Sequence[Match]

    async def run(self) -> None:
        """Go through all of them; cancelling ends it early, after those in flight.

        Raises:
            AmendsError: `unreachable`, or `no_answer` when nobody answers any more.
        """
        await self.bulk.run(_each(self.matches))


async def _each(matches: Sequence[Match]) -> AsyncIterator[Match]:
    for match in matches:
        yield match
