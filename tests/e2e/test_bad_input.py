from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from temporalio.client import WorkflowExecutionDescription

from infra.db.tables import complaints, events, outbox
from infra.db.transaction import transact
from tests.e2e.office import Office, office
from tests.e2e.records import until_settled
from tests.e2e.shell import Shell
from tests.e2e.standard_path import COMPLAINANT, give
from tests.support.conditions import eventually
from tests.support.desk import Desk
from workflows.contract.commands import Withdraw
from workflows.contract.names import workflow_id
from workflows.contract.reference import ALPHABET, reference_for

pytestmark = pytest.mark.xdist_group("bad_input")

AT_ONCE = timedelta(0)
THREE_MEGABYTES = "退款！ ".encode() * 300_000
ERROR = re.compile(r"error \[(?P<code>[a-z_]+)\]: (?P<sentence>.{15,})\n")

FILE = ("file", "--channel", "web")


@dataclass(frozen=True)
class Cases:
    """A shell, and complaints that stand where bad input meets them."""

    desk: Desk
    shell: Shell
    assigned: str
    closed: str
    archived: str

    async def facts(self) -> list[object]:
        """All that bad input could change: rows, journal, messages, workflows and the histories of the complaints."""
        tables = [select(func.count()).select_from(table).scalar_subquery() for table in (complaints, events, outbox)]
        counts = (await transact(self.desk.engine, lambda connection: connection.execute(select(*tables)))).one()
        workflows = await self.desk.temporal.count_workflows("")
        lengths = [described.history_length for described in await self._described()]
        return [*counts, workflows.count, *lengths]

    async def are_at_rest(self) -> bool:
        """Whether no worker has anything to do for them."""
        described = [one.raw_description for one in await self._described()]
        return not any(one.pending_activities or one.HasField("pending_workflow_task") for one in described)

    async def _described(self) -> list[WorkflowExecutionDescription]:
        references = (self.assigned, self.closed, self.archived)
        handles = [self.desk.temporal.get_workflow_handle(workflow_id(reference)) for reference in references]
        return [await handle.describe() for handle in handles]


@pytest.fixture(scope="module")
async def cases(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cases]:
    """One complaint with an owner, one closed and one archived; workers with nothing left to do."""
    async with (
        office(desk, tmp_path_factory.mktemp("patient")) as patient,
        office(desk, tmp_path_factory.mktemp("swift"), reopening=AT_ONCE) as swift,
    ):
        assigned = await patient.assigned("stays-assigned")
        closed, archived = await _withdrawn(patient, "is-closed"), await _withdrawn(swift, "is-archived")
        await swift.workflow(archived).result()
        cases = Cases(desk, patient.shell, assigned, closed, archived)
        await eventually(cases.are_at_rest, "nothing is left to do")
        yield cases


async def _withdrawn(by: Office, key: str) -> str:
    reference = await by.assigned(key)
    receipt = await give(by.client, reference, Withdraw(actor=COMPLAINANT, reason="never mind"))
    await until_settled(by.desk.engine, reference, receipt.sequence)
    return reference


def _mistyped(reference: str) -> str:
    """The same with another check character."""
    position = ALPHABET.index(reference[-1])
    return reference[:-1] + ALPHABET[(position + 1) % len(ALPHABET)]


@asynccontextmanager
async def nothing_changes(cases: Cases) -> AsyncIterator[None]:
    """Whatever is tried in the block leaves no trace anywhere."""
    before = await cases.facts()
    yield
    assert await cases.facts() == before


async def _refused(cases: Cases, *arguments: str, code: str, exit_code: int, stdin: bytes = b"") -> str:
    """Run a command that must be refused, in one line with the code and a sentence; that line."""
    answer = await cases.shell.run(*arguments, stdin=stdin)
    error = ERROR.fullmatch(answer.stderr)
    assert error is not None, answer.stderr
    assert (error["code"], answer.code, answer.stdout) == (code, exit_code, "")
    return answer.stderr


async def test_a_complaint_that_says_nothing_is_not_filed(cases: Cases) -> None:
    """Neither empty nor blank, nor punctuation alone."""
    async with nothing_changes(cases):
        for text in ("", "  \n ", "?! …"):
            await _refused(cases, *FILE, "--text", text, code="invalid_input", exit_code=2)


async def test_three_megabytes_of_text_are_not_filed_and_not_repeated_on_the_terminal(cases: Cases) -> None:
    """The sentence says how long it may be, instead of what it was."""
    async with nothing_changes(cases):
        said = await _refused(
            cases, *FILE, "--text-file", "-", code="invalid_input", exit_code=2, stdin=THREE_MEGABYTES
        )
    assert len(said) < 300


async def test_a_note_that_is_too_long_is_refused(cases: Cases) -> None:
    """It is as long as the system lets an argument of a program be."""
    note = ("note", "--as", "raj.patel", "--text", "x" * 120_000)
    async with nothing_changes(cases):
        said = await _refused(cases, "act", cases.assigned, *note, code="invalid_input", exit_code=2)
    assert len(said) < 300


async def test_unknown_departments_and_people_are_refused_with_those_that_come_close(cases: Cases) -> None:
    """Whoever mistypes a name sees what was meant."""
    to_nowhere = ("reassign", "--reason", "theirs", "--as", "gao.feng", "--to", "tecnical_support")
    by_nobody = ("accept", "--as", "raj.patl")
    async with nothing_changes(cases):
        department, person = await asyncio.gather(
            _refused(cases, "act", cases.assigned, *to_nowhere, code="unknown_department", exit_code=4),
            _refused(cases, "act", cases.assigned, *by_nobody, code="unknown_staff", exit_code=4),
        )
    assert "technical_support" in department
    assert "raj.patel" in person


async def test_an_unknown_reference_is_told_from_a_mistyped_one(cases: Cases) -> None:
    """The check character knows the difference, before any server is asked."""
    unknown, mistyped = reference_for("e2e", "nobody filed this"), _mistyped(cases.assigned)
    accept = ("accept", "--as", "raj.patel")
    async with nothing_changes(cases):
        await asyncio.gather(
            _refused(cases, "show", unknown, code="unknown_reference", exit_code=4),
            _refused(cases, "act", unknown, *accept, code="unknown_reference", exit_code=4),
            _refused(cases, "show", mistyped, code="reference_mistyped", exit_code=2),
            _refused(cases, "act", mistyped, *accept, code="reference_mistyped", exit_code=2),
        )


async def test_a_closed_case_takes_no_command_of_its_past(cases: Cases) -> None:
    """Accepting what was withdrawn is refused, and an archived case takes not even a note."""
    note = ("note", "--as", "raj.patel", "--text", "one more thing")
    async with nothing_changes(cases):
        await asyncio.gather(
            _refused(cases, "act", cases.closed, "accept", "--as", "raj.patel", code="wrong_status", exit_code=3),
            _refused(cases, "act", cases.archived, *note, code="archived", exit_code=3),
        )


async def test_a_case_of_another_department_is_not_theirs_to_accept(cases: Cases) -> None:
    """Known staff, right status, wrong department."""
    async with nothing_changes(cases):
        await _refused(cases, "act", cases.assigned, "accept", "--as", "ben.frost", code="not_permitted", exit_code=3)


async def test_programs_get_the_refusal_as_json(cases: Cases) -> None:
    """With --json: an object with code, field and message on stderr, and the same exit code."""
    async with nothing_changes(cases):
        answer = await cases.shell.run(*FILE, "--text", "", "--json")
    assert (answer.code, answer.stdout) == (2, "")
    error = json.loads(answer.stderr)["error"]
    assert (error["code"], error["field"]) == ("invalid_input", "text")
    assert error["message"]
