"""Speaks to other complaints for one: gives them a command and brings back their answers; files a part as a new one."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from pydantic import JsonValue
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from infra.complaint_workflows import ComplaintWorkflows
from infra.db.tables import complaints
from infra.db.transaction import autocommit, transact
from workflows.contract.base import LINE_MAX_CHARACTERS
from workflows.contract.commands import COMMANDS, Command, LinkFrom
from workflows.contract.commands.base import OWN_IDS
from workflows.contract.effects import FileSplit
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import Complainant, FileComplaint
from workflows.contract.kinship import SPLIT_SOURCE, split_key
from workflows.contract.parties import SYSTEM
from workflows.contract.ports import Errand, Relayed, RelayPort, Separation
from workflows.contract.replies import Answer
from workflows.contract.vocabulary import Kinship

RELAY_PATIENCE = timedelta(seconds=8)
"""For each call to another complaint: all of an errand run at once, within the time the workflow gives an attempt."""

_WHO_COMPLAINED = select(
    complaints.c.complainant_name,
    complaints.c.complainant_email,
    complaints.c.complainant_phone,
    complaints.c.product,
).where(complaints.c.reference == bindparam("of"))


class RelayActivities(RelayPort):
    """Speaking to other complaints.

    Args:
        engine: of the tables, where the complainant of a complaint is found.
        workflows: the complaints of this server; its patience is `RELAY_PATIENCE`.
    """

    def __init__(self, engine: AsyncEngine, workflows: ComplaintWorkflows) -> None:
        self._engine = autocommit(engine)
        self._workflows = workflows

    @activity.defn
    async def relay(self, errand: Errand) -> Relayed:
        """Give all of them the command, at the same time.

        Raises:
            AmendsError: `unreachable` or `no_answer`, when none of them answered.
        """
        relay = errand.relay
        command = _command(errand.reference, relay.sequence, relay.command, relay.fields)
        said = await asyncio.gather(*(self._give(to, relay.sequence, command) for to in relay.to))
        answers = tuple(each for each in said if isinstance(each, Answer))
        faults = [each for each in said if isinstance(each, AmendsError)]
        if faults and not answers:
            raise faults[0]
        answered = {answer.reference for answer in answers}
        return Relayed(answers=answers, unreached=tuple(to for to in relay.to if to not in answered))

    @activity.defn
    async def file_split(self, separation: Separation) -> Relayed:
        """File the part, and have the new complaint show where it comes from.

        Raises:
            AmendsError: `unreachable` or `no_answer`; `unknown_reference` while this complaint is not in the tables.
        """
        reference, part = separation.reference, separation.part
        complaint = await self._complaint(reference, part)
        try:
            await self._workflows.start(complaint)
        except AmendsError as error:
            return Relayed(answers=(_answer(part.reference, part.sequence, LinkFrom.name, error),))
        fields: dict[str, JsonValue] = {
            "reference": reference,
            "relation": Kinship.SPLIT_INTO.value,
            "by": part.by,
        }
        command = _command(reference, part.sequence, LinkFrom.name, fields)
        answer = await self._give(part.reference, part.sequence, command)
        if isinstance(answer, AmendsError):
            raise answer
        return Relayed(answers=(answer,))

    async def _give(self, to: str, sequence: int, command: Command) -> Answer | AmendsError:
        """What it answers; an error, if that is no answer."""
        try:
            receipt = await self._workflows.command(to, command)
        except AmendsError as error:
            return error if error.code.is_silence else _answer(to, sequence, command.name, error)
        return Answer(sequence=sequence, reference=to, command=command.name, events=receipt.events)

    async def _complaint(self, reference: str, part: FileSplit) -> FileComplaint:
        row = await transact(self._engine, lambda connection: connection.execute(_WHO_COMPLAINED, {"of": reference}))
        known = row.one_or_none()
        if known is None:
            raise AmendsError(ErrorCode.UNKNOWN_REFERENCE, f"{reference} has not been written to the tables yet")
        return FileComplaint(
            source=SPLIT_SOURCE,
            source_key=split_key(reference, part.sequence),
            channel=part.channel,
            language=part.language,
            text=part.text,
            subject=part.subject,
            product=known.product,
            complainant=Complainant(
                name=known.complainant_name, email=known.complainant_email, phone=known.complainant_phone
            ),
            received_at=part.received_at,
        )


def _command(reference: str, sequence: int, name: str, fields: dict[str, JsonValue]) -> Command:
    """With an id that tells which complaint gave it, and for which of its events: a repeat acts once."""
    given = {"actor": SYSTEM, "command_id": f"{OWN_IDS}{reference}-{sequence}-{name}"}
    return COMMANDS[name].model_validate(fields | given)


def _answer(to: str, sequence: int, command: str, refused: AmendsError) -> Answer:
    """Raises what is no refusal.

    Raises:
        AmendsError: `unreachable` or `no_answer`.
    """
    if refused.code.is_silence:
        raise refused
    message = refused.message[:LINE_MAX_CHARACTERS]
    return Answer(sequence=sequence, reference=to, command=command, code=refused.code, message=message)
