"""One command on its way: given as often as its sender tries, and carried out once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import uuid4

from pydantic_core import to_jsonable_python

from starter.access.caller import Scope
from starter.choosing import Choosing
from starter.console.visit import Visit
from starter.giving import give, ready_command, see_named
from starter.read_model import EventRow
from starter.seeing import visible
from starter.since import since
from workflows.contract.commands import Command
from workflows.contract.views import Receipt

_DIGEST_CHARACTERS = 8


class Attempt:
    """A command for one complaint, from the opening of its dialog to its receipt.

    Args:
        visit: the page; whoever is at it when the command is given is its actor.
        reference: of the complaint.
        model: which command.
        seen: the number of the last event that was shown.
    """

    def __init__(self, visit: Visit, reference: str, model: type[Command], seen: int) -> None:
        self.mark = uuid4().hex
        """What the ids of its commands begin with."""
        self.seen = seen
        self._visit = visit
        self._reference = reference
        self._model = model

    async def give(self, fields: Mapping[str, Any]) -> Receipt:
        """Give it. The same fields are the same command, however often; others are another one.

        Raises:
            AmendsError: what the complaint refuses it with; `stale`, when more has happened than was seen;
                `unreachable` and `no_answer`, when it may have been carried out all the same.
        """
        office, caller = self._visit.office, await self._visit.now_calling()
        caller.require(Scope.COMMAND)
        row = await visible(office.engine, office.desk, caller, self._reference, see_all=self._visit.see_all)
        command = await ready_command(
            office.engine,
            self._model,
            fields,
            caller.actor,
            command_id=self.id_of(fields),
            seen_sequence=self.seen,
        )
        await see_named(office.engine, office.desk, caller, command, see_all=self._visit.see_all)
        command = await Choosing(office.engine, office.settings.policy).completed(row.reference, command)
        return await give(office.engine, office.desk, row.reference, command)

    async def missed(self) -> list[EventRow]:
        """What has happened since, as far as it can be known."""
        office = self._visit.office
        await visible(
            office.engine, office.desk, await self._visit.now_calling(), self._reference, see_all=self._visit.see_all
        )
        return await since(office.engine, office.desk, self._reference, self.seen)

    def id_of(self, fields: Mapping[str, Any]) -> str:
        """The command id of these fields."""
        content = json.dumps(to_jsonable_python(fields), sort_keys=True)
        return f"{self.mark}-{sha256(content.encode()).hexdigest()[:_DIGEST_CHARACTERS]}"
