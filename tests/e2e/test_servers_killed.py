from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.memory import FRESH_FOR
from tests.e2e.office import Office, office
from tests.e2e.records import Record, check_delivery, until_settled
from tests.e2e.standard_path import ASSIGNED, COMMANDS, STORY, complaint, file, give
from tests.support.conditions import eventually
from tests.support.desk import Desk
from workflows.contract.commands import Command
from workflows.contract.vocabulary import Level

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("servers_killed")]

FIRST_REPLY = timedelta(seconds=6)
REOPENING = timedelta(seconds=3)

TRIES_DURING_OUTAGE = 9
"""Half a minute: longer than an attempt may take (15 s), a mail is claimed (12 s) and two tries lie apart (10 s). More
tries only repeat the last pause: with 12 of them it is down for a minute."""

LADDER = ["rung_reached", "rung_reached", "clock_breached", "rung_reached", "rung_reached"]
"""Half, three quarters, all and one and a half of a time limit, each told to somebody."""


class Hunter:
    """Kills the Temporal server each time that so many commands have been carried out."""

    def __init__(self, desk: Desk, *after_commands: int) -> None:
        self.kills = 0
        self._desk = desk
        self._after_commands = after_commands
        self._commands = 0

    async def count(self) -> None:
        """One more command has been carried out."""
        self._commands += 1
        if self._commands in self._after_commands:
            pid = await eventually(self._server, "the Temporal server is up")
            os.kill(pid, signal.SIGKILL)
            self.kills += 1

    async def _server(self) -> int | None:
        return self._desk.stack.addresses.temporal_pid


async def test_complaints_go_on_after_the_temporal_server_was_killed(
    desk: Desk, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Three times while several complaints are on their way: each ends as it would have, and nothing is told twice."""
    hunter = Hunter(desk, 2, 14, 26)

    async with office(desk, tmp_path, reopening=REOPENING) as here:

        async def live(key: str) -> Record:
            reference = await here.assigned(key)
            for command in COMMANDS:
                await give(here.client, reference, command)
                await hunter.count()
            return await here.archived(reference)

        records = await asyncio.gather(*(live(f"server-killed-{number}") for number in range(6)))

    assert hunter.kills == 3
    assert [[event.type for event in record.journal] for record in records] == [STORY] * 6
    check_delivery(records, here.sink)
    record_property("Temporal killed", f"{hunter.kills} times; {here.sink.repeats()} mails sent again")


async def test_a_deadline_that_passes_while_postgresql_is_down_is_kept_on_file(
    desk: Desk, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Clocks and commands go on without the database; afterwards everything is written, dated when it was due, and
    everybody has been told. A complaint filed meanwhile is assessed later: its breach is noticed late, and says so.
    """
    async with office(desk, tmp_path, first_reply=FIRST_REPLY, reopening=REOPENING) as here:
        before = await here.assigned("before-the-outage")

        down_at = datetime.now(UTC)
        await desk.stack.stop_postgres()
        await eventually(lambda: _has_reached_executives(here, before), "the ladder goes on without the database")
        await _give_all(here, before, COMMANDS[:2])
        await eventually(lambda: _is_past(down_at + FRESH_FOR), "the worker no longer remembers the staff")
        during = await file(here.client, complaint("during-the-outage"))
        ladder_ends_at = datetime.now(UTC) + FIRST_REPLY * 1.5
        await eventually(lambda: _is_tried(here, before, TRIES_DURING_OUTAGE), "the outage lasts")
        await eventually(lambda: _is_past(ladder_ends_at), "all limits of the first reply have passed")
        up_at = datetime.now(UTC)
        await desk.stack.start_postgres()

        await until_settled(desk.engine, during, ASSIGNED)
        await asyncio.gather(_give_all(here, before, COMMANDS[2:]), _give_all(here, during, COMMANDS))
        records = [await here.archived(reference) for reference in (before, during)]

    story = [*STORY[:ASSIGNED], *LADDER, *STORY[ASSIGNED:]]
    assert [[event.type for event in record.journal] for record in records] == [story] * 2
    check_delivery(records, here.sink)

    breaches = [record.entries("clock_breached")[0] for record in records]
    for record, breach in zip(records, breaches, strict=True):
        assert datetime.fromisoformat(breach.data["due_at"]) == record.complaint.received_at + FIRST_REPLY
    lags = [_lag(breach) for breach in breaches]
    assert down_at < breaches[0].at < up_at
    assert lags[0] < FIRST_REPLY / 2
    assert lags[1] >= up_at - records[1].complaint.received_at - FIRST_REPLY
    record_property("PostgreSQL down", f"{(up_at - down_at).total_seconds():.0f} s")
    record_property("breach noticed late by", " and ".join(f"{lag.total_seconds():.3f} s" for lag in lags))


def _lag(breach: Any) -> timedelta:
    """How long after its due time a breach was noticed."""
    noticed_at: datetime = breach.at
    return noticed_at - datetime.fromisoformat(breach.data["due_at"])


async def _give_all(here: Office, reference: str, commands: tuple[Command, ...]) -> None:
    for command in commands:
        await give(here.client, reference, command)


async def _has_reached_executives(here: Office, reference: str) -> bool:
    return (await here.client.view(reference)).summary.level is Level.EXECUTIVE


async def _is_past(moment: datetime) -> bool:
    return datetime.now(UTC) > moment


async def _is_tried(here: Office, reference: str, times: int) -> bool:
    description = await here.workflow(reference).describe()
    return any(pending.attempt >= times for pending in description.raw_description.pending_activities)
