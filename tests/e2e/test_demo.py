"""`amends demo` as a user runs it: in a process of its own, on a fresh state directory, then once more on the same."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from infra.connections import TemporalServer, connect_temporal
from infra.db.engine import make_engine
from infra.db.tables import MailStatus, archive, complaints, events, outbox
from infra.devstack.stack import Stack
from starter.demo.board import Board
from starter.demo.director import Played
from starter.demo.scenes import written_scenes
from starter.demo.tally import endings, summary_line
from workflows.contract.names import SEARCH_ATTRIBUTES
from workflows.contract.vocabulary import Level, Status

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("demo")]

DEMO = (sys.executable, "-m", "starter.cli", "demo")
TIME_LIMIT = timedelta(seconds=120)
LAST_LINE = re.compile(
    r"demo: (?P<filed>\d+) complaints, (?P<archived>\d+) archived,"
    r" (?P<executives>\d+) escalated to executives, (?P<lost>\d+) lost"
)


@dataclass(frozen=True)
class Run:
    """One run that has ended."""

    state_dir: Path
    exit_code: int
    output: str
    errors: str
    took: timedelta

    @property
    def counts(self) -> dict[str, int]:
        """The figures of the last line."""
        found = LAST_LINE.fullmatch(self.output.splitlines()[-1])
        assert found, self.output
        return {name: int(figure) for name, figure in found.groupdict().items()}


@dataclass(frozen=True)
class Remains:
    """What a run has left behind, looked at with its servers started again."""

    engine: AsyncEngine
    temporal: Client
    state_dir: Path
    mails: list[str]


def environment(state_dir: Path) -> dict[str, str]:
    """Nothing of the developer's settings, and a database that nobody runs: the demonstration must not look there."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("AMENDS_", "TEMPORAL_"))}
    return others | {"AMENDS_STATE_DIR": str(state_dir), "AMENDS_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The demonstration, from nothing to its end."""
    state_dir = tmp_path_factory.mktemp("demo") / "state"
    started = time.monotonic()
    process = subprocess.run(  # noqa: S603 - our own program
        [*DEMO, "--exit"],
        env=environment(state_dir),
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * TIME_LIMIT.total_seconds(),
    )
    took = timedelta(seconds=time.monotonic() - started)
    return Run(state_dir, process.returncode, process.stdout, process.stderr, took)


@pytest.fixture(scope="module")
def second_run(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The demonstration again on the same state, on a file as the CFPB exports it, until Ctrl-C."""
    data = tmp_path_factory.mktemp("data") / "cfpb.csv"
    data.write_text(
        "Date received,Product,Issue,Submitted via,Consumer complaint narrative,Complaint ID\n"
        '2019-09-24,Mortgage,Trouble paying,Web,"They charged me a late fee twice, on time both times.",1\n',
        encoding="utf-8",
    )
    started = time.monotonic()
    with subprocess.Popen(  # noqa: S603 - our own program
        [*DEMO, "--data", str(data)],
        env=environment(run.state_dir),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip())
            if LAST_LINE.fullmatch(lines[-1]):
                break
        assert process.poll() is None, "it must stay up"
        process.send_signal(signal.SIGINT)
        exit_code = process.wait(timeout=60)
    took = timedelta(seconds=time.monotonic() - started)
    return Run(run.state_dir, exit_code, "\n".join(lines), "", took)


@pytest_asyncio.fixture(scope="module")
async def remains(run: Run, second_run: Run) -> AsyncIterator[Remains]:
    """The servers of both runs, started again on their data."""
    assert second_run.state_dir == run.state_dir
    stack = Stack.start(run.state_dir, search_attributes=SEARCH_ATTRIBUTES)
    async with stack as addresses:
        engine = make_engine(addresses.database)
        temporal = await connect_temporal(TemporalServer(addresses.temporal, named_by="the test"))
        mails = [mail.message_id for mail in stack.mail.messages()]
        yield Remains(engine, temporal, run.state_dir, mails)
        await engine.dispose()


def test_every_complaint_of_the_demonstration_reaches_its_expected_end(run: Run) -> None:
    """The exit code says so, and the last line gives the figures."""
    assert run.exit_code == 0, run.output + run.errors
    assert run.counts == {"filed": 30, "archived": 30, "executives": run.counts["executives"], "lost": 0}
    assert run.counts["executives"] >= 2


def test_the_demonstration_takes_less_than_two_minutes(run: Run) -> None:
    """From nothing, servers included."""
    assert run.took < TIME_LIMIT


def test_without_exit_it_stays_up_until_ctrl_c_and_then_ends_well(second_run: Run) -> None:
    """The second run on the same state has a complaint of its own, says where to look and keeps no server."""
    assert second_run.counts == {"filed": 1, "archived": 1, "executives": 0, "lost": 0}
    assert re.search(r"Temporal's Web UI +http://127\.0\.0\.1:\d+", second_run.output)
    assert second_run.exit_code == 0
    assert Stack.running(second_run.state_dir) is None


async def test_the_figures_agree_with_the_database(run: Run, second_run: Run, remains: Remains) -> None:
    """Counted here from the tables and the journal, not from what the demonstration saw."""
    async with remains.engine.connect() as connection:
        statuses = (await connection.execute(select(complaints.c.status))).scalars().all()
        told = events.c.type.in_(("rung_reached", "escalated"))
        levels = events.c.data["level"].astext, events.c.data["to"].astext
        climbed = select(events.c.reference).where(told, func.coalesce(*levels) == Level.EXECUTIVE).distinct()
        executives = (await connection.execute(climbed)).scalars().all()
        kept = (await connection.execute(select(archive.c.reference).where(archive.c.final))).scalars().all()
    told_of = run.counts["executives"] + second_run.counts["executives"]
    filed = run.counts["filed"] + second_run.counts["filed"]
    assert Counter(statuses) == {Status.ARCHIVED: filed}
    assert len(executives) == told_of
    assert len(kept) == len(set(kept)) == filed


async def test_temporal_holds_exactly_the_complaints_that_were_filed(
    run: Run, second_run: Run, remains: Remains
) -> None:
    """All of them completed."""
    found = [execution async for execution in remains.temporal.list_workflows("WorkflowType = 'Complaint'")]
    assert len(found) == run.counts["filed"] + second_run.counts["filed"]
    assert {execution.status.name for execution in found if execution.status} == {"COMPLETED"}


async def test_every_message_of_the_outbox_with_an_address_reached_the_sink_once(remains: Remains) -> None:
    """Those to complainants without an address say so."""
    async with remains.engine.connect() as connection:
        rows = (await connection.execute(select(outbox.c.message_id, outbox.c.status))).all()
    assert {row.status for row in rows} == {MailStatus.SENT, MailStatus.NO_ADDRESS}
    assert sorted(remains.mails) == sorted(row.message_id for row in rows if row.status == MailStatus.SENT)


async def test_a_complaint_that_neither_side_has_is_counted_as_lost(remains: Remains) -> None:
    """The count is taken from PostgreSQL and Temporal, so it must notice."""
    board = Board(remains.engine)
    ghost = written_scenes("never filed")[0]
    board.add(ghost.reference)
    (found,) = await endings([Played(ghost, filed=True)], board, remains.temporal)
    assert found.is_lost
    assert found.faults
    assert summary_line([found]) == "demo: 1 complaints, 0 archived, 0 escalated to executives, 1 lost"


def test_a_stack_that_is_up_is_left_alone(remains: Remains) -> None:
    """It runs under another policy; the error says what to do."""
    process = subprocess.run(  # noqa: S603 - our own program
        DEMO, env=environment(remains.state_dir), capture_output=True, text=True, check=False, timeout=60
    )
    assert process.returncode == 2
    assert "amends down" in process.stderr
    assert "AMENDS_STATE_DIR" in process.stderr
