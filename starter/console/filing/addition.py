"""What a caller says on its way to a complaint that is on file: given as often as its sender tries, and added once."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import TypeAlias

from starter.access.caller import Caller, Scope
from starter.console.visit import Visit
from starter.giving import give, ready_command
from starter.seeing import visible
from workflows.contract.commands import AddNote, RecordAnswer
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor

Way: TypeAlias = type[RecordAnswer | AddNote]

WAYS: tuple[Way, ...] = (RecordAnswer, AddNote)
"""The first that is allowed: where the complainant can still add something, it is theirs; else it is a note."""

_WORDS = {RecordAnswer.name: "answer", AddNote.name: "text"}
_GONE = frozenset({ErrorCode.UNKNOWN_REFERENCE, ErrorCode.ARCHIVED})


async def command_for(visit: Visit, reference: str, actor: Actor) -> Way | None:
    """The command by which something can be added to a complaint now; none, if there is none.

    Raises:
        AmendsError: `unreachable`, `no_answer`.
    """
    try:
        allowed = await visit.office.desk.allowed(reference, actor)
    except AmendsError as error:
        if error.code in _GONE:
            return None
        raise
    return next((command for command in WAYS if command.name in allowed), None)


class Addition:
    """Words for a complaint.

    Args:
        visit: the page; whoever is at it when they are given adds them.
        key: of the form: the same words of the same form are the same command.
    """

    def __init__(self, visit: Visit, key: Callable[[], str]) -> None:
        self._visit, self._key = visit, key
        self._given: dict[str, Way] = {}
        """By their ids the commands that may have been carried out: as these, and no others, they can be repeated."""

    async def way(self, reference: str) -> Way:
        """How they would be added now.

        Raises:
            AmendsError: as `visible`; `not_permitted`, when nothing can be added.
        """
        return await self._allowed(reference, await self._admitted(reference))

    async def give(self, reference: str, words: str) -> None:
        """Add them.

        Raises:
            AmendsError: as `way`, and what the complaint refuses them with; `unreachable` and `no_answer`, when they
                may have been added all the same.
        """
        office, caller = self._visit.office, await self._admitted(reference)
        command_id = f"{self._key()}-{sha256(words.encode()).hexdigest()[:16]}"
        command = self._given.get(command_id) or await self._allowed(reference, caller)
        ready = await ready_command(
            office.engine, command, {_WORDS[command.name]: words}, caller.actor, command_id=command_id
        )
        self._given[command_id] = command
        try:
            await give(office.engine, office.desk, reference, ready)
        except AmendsError as error:
            if not error.code.is_silence:
                del self._given[command_id]
            raise

    async def _admitted(self, reference: str) -> Caller:
        caller, office = await self._visit.now_calling(), self._visit.office
        caller.require(Scope.COMMAND)
        await visible(office.engine, office.desk, caller, reference, see_all=self._visit.see_all)
        return caller

    async def _allowed(self, reference: str, caller: Caller) -> Way:
        command = await command_for(self._visit, reference, caller.actor)
        if command is None:
            raise AmendsError(ErrorCode.NOT_PERMITTED, self._visit.say("filing.adding.not_allowed"))
        return command
