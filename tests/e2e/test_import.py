from __future__ import annotations

import csv
import io
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import func, select

from infra.db.tables import complaints
from infra.db.transaction import transact
from starter.intake.cfpb import SOURCE
from tests.e2e.office import Office, office
from tests.e2e.shell import Shell
from tests.support.conditions import eventually
from tests.support.desk import Desk
from workflows.contract.names import workflow_id
from workflows.contract.reference import reference_for
from workflows.contract.vocabulary import Status

pytestmark = pytest.mark.xdist_group("import")

GOOD_ROWS = 300
REAL_DATA = os.environ.get("AMENDS_REAL_DATA", "")

TIME_TO_ASSESS = timedelta(minutes=10)
"""For a file of thousands on a busy machine."""

HEADER = (
    "Date received",
    "Product",
    "Issue",
    "Submitted via",
    "Consumer complaint narrative",
    "Complaint ID",
)
BAD_RECORDS = {
    40: ("2019-09-24", "Mortgage", "Closing", "Web", "", "900001"),
    90: ("2019-09-24", "Mortgage", "Closing", "Pigeon", "Nobody answers.", "900002"),
    150: ("2019-09-24", "Mortgage", "Closing", "Web"),
    210: ("2019-09-24", "Mortgage", "Closing", "Web", "Nobody answers.", ""),
    270: ("2019-09-24", "Mortgage", "Closing", "Web", "word " * 12_000, "900003"),
}
"""Before which good record they stand: without a text, by an unknown channel, cut short, without a key, too long."""


@dataclass(frozen=True)
class Export:
    """A file of complaints: its text, the keys of those that can be filed, and the lines of those that cannot."""

    text: str
    keys: frozenset[str]
    bad_lines: tuple[int, ...]


def generated() -> Export:
    """An export as the CFPB's, with texts of several lines, so that lines and records are counted differently."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    bad_lines = []
    for number in range(GOOD_ROWS):
        if number in BAD_RECORDS:
            bad_lines.append(text.getvalue().count("\n") + 1)
            writer.writerow(BAD_RECORDS[number])
        story = f"I was charged a fee of {number} dollars.\nNobody at the bank answers, and my letters are ignored."
        writer.writerow(("2019-09-24", "Checking account", "Fees", "Web", story, str(number)))
    return Export(text.getvalue(), frozenset(map(str, range(GOOD_ROWS))), tuple(bad_lines))


@dataclass(frozen=True)
class Counter:
    """Counts on both sides what came of an import by a task queue of its own."""

    office: Office
    keys: frozenset[str]

    @property
    def shell(self) -> Shell:
        """Where the import runs."""
        return self.office.shell

    async def in_postgresql(self, status: Status | None = None) -> int:
        """How many complaints of the export have a row, with this status."""
        query = select(func.count()).where(complaints.c.source == SOURCE, complaints.c.source_key.in_(self.keys))
        if status is not None:
            query = query.where(complaints.c.status == status)
        found = await transact(self.office.desk.engine, lambda connection: connection.execute(query))
        return int(found.scalar_one())

    async def in_temporal(self) -> list[str]:
        """The ids of all workflows that were started."""
        listed = self.office.desk.temporal.list_workflows(f"TaskQueue = '{self.office.task_queue}'")
        return sorted([execution.id async for execution in listed])

    async def is_half_way(self) -> bool:
        """Whether a good part is filed, and a good part is not."""
        started = await self.office.desk.temporal.count_workflows(f"TaskQueue = '{self.office.task_queue}'")
        return started.count > len(self.keys) // 3

    async def all_are_assessed(self) -> bool:
        """Whether every complaint has its owner."""
        return await self.in_postgresql(Status.ASSIGNED) == len(self.keys)


@pytest.fixture
async def here(desk: Desk, tmp_path: Path) -> AsyncIterator[Office]:
    """A shell and a worker on a task queue that nobody else uses."""
    async with office(desk, tmp_path) as here:
        yield here


async def test_an_import_killed_half_way_and_repeated_files_each_row_once(here: Office, tmp_path: Path) -> None:
    """SIGKILL in the middle of a record; the repeat finds what is on file, files the rest, and names the bad lines."""
    export = generated()
    counted = Counter(here, export.keys)
    killed = await counted.shell.start("import", "-", "--json", stdin=PIPE)
    assert killed.stdin is not None
    killed.stdin.write(export.text[: len(export.text) // 2].encode())
    await eventually(counted.is_half_way, "half of it is on file")
    await _kill(killed)
    filed_before = len(await counted.in_temporal())
    assert filed_before < GOOD_ROWS

    file = tmp_path / "export.csv"
    file.write_text(export.text, encoding="utf-8", newline="")
    repeated = await counted.shell.run("import", str(file), "--json")
    tally = repeated.json
    assert (repeated.code, tally["bad"], tally["filed"] + tally["duplicates"]) == (1, len(BAD_RECORDS), GOOD_ROWS)
    assert tally["duplicates"] >= filed_before
    assert tally["filed"] > 0
    reported = [int(line.split(":")[0].removeprefix("line ")) for line in repeated.stderr.splitlines()]
    assert reported == list(export.bad_lines)

    once_more = (await counted.shell.run("import", str(file), "--json")).json
    assert (once_more["filed"], once_more["duplicates"]) == (0, GOOD_ROWS)
    await _check_none_is_lost_and_none_double(counted)


@pytest.fixture
def real_keys() -> frozenset[str]:
    """The keys in the file of real complaints."""
    with Path(REAL_DATA).open(encoding="utf-8-sig", newline="") as rows:
        return frozenset(row["Complaint ID"] for row in csv.DictReader(rows))


@pytest.mark.skipif(not REAL_DATA, reason="AMENDS_REAL_DATA names no file in the CFPB's format")
@pytest.mark.timeout(TIME_TO_ASSESS.total_seconds() * 2)
async def test_real_complaints_are_imported_in_spite_of_a_kill(
    here: Office, real_keys: frozenset[str], record_property: Callable[[str, object], None]
) -> None:
    """The same with a whole file of real complaints; how long it takes is printed."""
    counted = Counter(here, real_keys)
    started = monotonic()
    killed = await counted.shell.start("import", REAL_DATA, "--json")
    await eventually(counted.is_half_way, "half of it is on file")
    await _kill(killed)
    repeated = await counted.shell.run("import", REAL_DATA, "--json")
    tally = repeated.json
    assert (repeated.code, tally["filed"] + tally["duplicates"]) == (0, len(counted.keys)), repeated.stderr
    record_property("real complaints", f"{tally['filed']} filed and {tally['duplicates']} found after a kill half way")
    record_property("all filed after", f"{monotonic() - started:.0f} s")
    await _check_none_is_lost_and_none_double(counted)
    record_property("all assessed after", f"{monotonic() - started:.0f} s")


async def _kill(process: Process) -> None:
    assert process.returncode is None, "it had ended before it was killed"
    process.kill()
    await process.communicate()


async def _check_none_is_lost_and_none_double(counted: Counter) -> None:
    await eventually(counted.all_are_assessed, "every complaint has an owner", within=TIME_TO_ASSESS)
    assert await counted.in_postgresql() == len(counted.keys)
    assert await counted.in_temporal() == sorted(workflow_id(reference_for(SOURCE, key)) for key in counted.keys)
