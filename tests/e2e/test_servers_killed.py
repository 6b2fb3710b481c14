from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.assessment import DIRECTORY_FRESH_FOR
from infra.devstack.mail_sink import MailSink
from infra.devstack.ports import HOST
from infra.devstack.smtp_server import serving
from starter.client import AmendsClient
from tests.e2e.conditions import PATIENCE, eventually
from tests.e2e.records import Record, check_delivery, until_settled
from tests.e2e.standard_path import ASSIGNED, COMMANDS, STORY, complaint, file, give, write_policy
from tests.support.desk import Desk
from tests.support.worker_process import WorkerProcess
from workflows.contract.commands import Command
from workflows.contract.names import workflow_id
from workflows.contract.views import Summary
from workflows.contract.vocabulary import Level, Status

pytestmark = pytest.mark.timeout(180)

FIRST_REPLY = timedelta(seconds=8)
REOPENING = timedelta(seconds=3)

TRIES_DURING_OUTAGE = 9
"""Half a minute and more: longer than an attempt (15 s), a mail's lease (12 s) and the longest pause between two tries
(10 s), so that another half minute would only repeat the last pause."""

LADDER = "rung_reached rung_reached clock_breached rung_reached rung_reached".split()
"""Half, three quarters, all and one and a half of a time limit, each told to somebody."""


@dataclass(frozen=True)
class Office:
    """A desk with a worker of its own, whose mails are kept apart."""

    desk: Desk
    client: AmendsClient
    sink: MailSink

    async def archived(self, reference: str) -> Record:
        """The file of a complaint, once its workflow has ended."""
        handle = self.desk.temporal.get_workflow_handle(workflow_id(reference), result_type=Summary)
        async with asyncio.timeout(PATIENCE.total_seconds()):
            summary = await handle.result()
        record = await Record.read(self.desk.engine, reference)
        assert record.complaint.status == Status.ARCHIVED
        assert record.complaint.sequence == summary.sequence
        record.check_journal()
        record.check_notices()
        return record


@asynccontextmanager
async def office(desk: Desk, directory: Path, **targets: timedelta) -> AsyncIterator[Office]:
    """A desk whose worker follows the default policy with other time limits."""
    policy = write_policy(directory / "policy.yaml", **targets)
    sink = MailSink(directory / "mail")
    async with serving(sink) as port:
        environment = {
            "AMENDS_STATE_DIR": str(desk.settings.state_dir),
            "AMENDS_SMTP": f"{HOST}:{port}",
            "AMENDS_POLICY": str(policy),
            "AMENDS_TASK_QUEUE": directory.name,
        }
        async with WorkerProcess(environment, directory / "worker.log").kept_up():
            yield Office(desk, AmendsClient(desk.temporal, task_queue=directory.name), sink)


class Hunter:
    """Kills the Temporal server whenever a certain number of commands has been carried out."""

    def __init__(self, desk: Desk, after_commands: Iterator[int]) -> None:
        self.kills = 0
        self._desk = desk
        self._after_commands = after_commands
        self._next = next(after_commands)
        self._commands = 0

    async def count(self) -> None:
        """One more command has been carried out."""
        self._commands += 1
        if self._commands == self._next:
            self._next = next(self._after_commands, 0)
            pid = await eventually(self._server, "the Temporal server is up")
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            self.kills += 1

    async def _server(self) -> int | None:
        return self._desk.stack.addresses.temporal_pid


async def test_complaints_go_on_after_the_temporal_server_was_killed(
    desk: Desk, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Three times while several complaints are on their way: each ends as it would have, and nothing is told twice."""
    hunter = Hunter(desk, iter((2, 14, 26)))

    async with office(desk, tmp_path, reopening=REOPENING) as here:

        async def live(key: str) -> Record:
            reference = await file(here.client, complaint(key))
            await until_settled(desk.engine, reference, ASSIGNED)
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
    everybody has been told. A complaint filed meanwhile is assessed afterwards: its breach is noticed late, and says so.
    """
    async with office(desk, tmp_path, first_reply=FIRST_REPLY, reopening=REOPENING) as here:
        before = await file(here.client, complaint("before-the-outage"))
        await until_settled(desk.engine, before, ASSIGNED)

        down_at = datetime.now(UTC)
        await desk.stack.stop_postgres()
        await eventually(lambda: _has_reached_executives(here, before), "the ladder goes on without the database")
        await _give_all(here, before, COMMANDS[:2])
        await eventually(lambda: _is_past(down_at + DIRECTORY_FRESH_FOR), "the worker no longer remembers the staff")
        during = await file(here.client, complaint("during-the-outage"))
        await eventually(lambda: _is_tried(here, before, TRIES_DURING_OUTAGE), "the outage lasts")
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
    description = await here.desk.temporal.get_workflow_handle(workflow_id(reference)).describe()
    return any(pending.attempt >= times for pending in description.raw_description.pending_activities)
