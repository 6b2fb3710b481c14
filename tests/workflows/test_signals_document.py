"""The examples of `docs/signals.md` work as they stand there: with the plain `temporal` command and from TypeScript."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.workflows.case import Case
from workflows.contract.errors import ErrorCode

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = re.findall(r"```sh\n(.*?)```", (DOCS / "signals.md").read_text("utf-8"), re.DOTALL)
SIGNAL, QUERY, UPDATE, SEEN, TYPESCRIPT = EXAMPLES
TIME_LIMIT_SECONDS = 60


@dataclass(frozen=True)
class Ran:
    """What an example wrote, and its exit code."""

    code: int
    stdout: str
    stderr: str


async def run(example: str, case: Case, directory: Path = DOCS.parent) -> Ran:
    """Run an example as its reader would, about this complaint."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "REF": case.reference}
    environment["TEMPORAL_ADDRESS"] = case.desk.connections.temporal.address
    process = await asyncio.create_subprocess_exec(
        "bash", "-euc", example, cwd=directory, env=environment, stdout=PIPE, stderr=PIPE
    )
    async with asyncio.timeout(TIME_LIMIT_SECONDS):
        stdout, stderr = await process.communicate()
    assert process.returncode is not None
    return Ran(process.returncode, stdout.decode(), stderr.decode())


@pytest.fixture(scope="session")
async def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the documents in which the TypeScript example has been installed."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node.js is not installed")
    directory = tmp_path_factory.mktemp("documents")
    example = directory / "docs" / "examples" / "typescript"
    shutil.copytree(DOCS / "examples" / "typescript", example, ignore=shutil.ignore_patterns("node_modules"))
    install = await asyncio.create_subprocess_exec(
        npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", cwd=example, stdout=PIPE, stderr=PIPE
    )
    async with asyncio.timeout(TIME_LIMIT_SECONDS):
        _, stderr = await install.communicate()
    if install.returncode:
        pytest.skip(f"npm cannot install Temporal's client here: {stderr.decode()[-200:]}")
    return directory


async def test_a_signal_of_the_plain_command_acts(new_case: Callable[..., Case]) -> None:
    """Nobody is told, and the journal names the sender."""
    case = new_case()
    await case.file()
    ran = await run(SIGNAL, case)
    assert ran.code == 0, ran.stderr
    await case.settle()
    *_, escalated = await case.journal()
    assert (escalated.type, escalated.actor.subject) == ("escalated", "press-monitor")


async def test_a_query_of_the_plain_command_says_what_is_allowed(new_case: Callable[..., Case]) -> None:
    """For an agent of the department: to accept, not to approve."""
    case = new_case()
    await case.file()
    ran = await run(QUERY, case)
    assert ran.code == 0, ran.stderr
    assert '"accept"' in ran.stdout
    assert '"approve"' not in ran.stdout


async def test_an_update_of_the_plain_command_is_answered_and_can_be_repeated(new_case: Callable[..., Case]) -> None:
    """The same command id gets the same receipt and acts once."""
    case = new_case()
    await case.file()
    first, second = await run(UPDATE, case), await run(UPDATE, case)
    assert (first.code, second.code) == (0, 0), first.stderr + second.stderr
    assert "crm-4711-accept" in first.stdout
    await case.settle()
    assert [entry.type for entry in await case.journal()].count("accepted") == 1


async def test_an_update_that_says_what_its_sender_saw_is_refused_once_more_has_happened(
    new_case: Callable[..., Case],
) -> None:
    """On a complaint that was just assigned it is carried out."""
    fresh, changed = new_case(), new_case()
    await fresh.file()
    await changed.file()
    assert (await run(UPDATE, changed)).code == 0
    carried_out, refused = await run(SEEN, fresh), await run(SEEN, changed)
    assert carried_out.code == 0, carried_out.stderr
    assert refused.code != 0
    assert "its sender had seen 3" in refused.stdout + refused.stderr


async def test_another_language_gives_a_command_and_gets_its_receipt(
    new_case: Callable[..., Case], documents: Path
) -> None:
    """Twice with the same id: one note, in Chinese."""
    case = new_case()
    await case.file()
    first, second = await run(TYPESCRIPT, case, documents), await run(TYPESCRIPT, case, documents)
    assert (first.code, second.code) == (0, 0), first.stderr + second.stderr
    assert json.loads(first.stdout) == json.loads(second.stdout)
    await case.settle()
    notes = [entry for entry in await case.journal() if entry.type == "noted"]
    assert [note.data["text"] for note in notes] == ["客户来电补充了订单号"]


async def test_another_language_is_told_the_code_of_a_refusal(new_case: Callable[..., Case], documents: Path) -> None:
    """As the failure's type, by which a program can decide."""
    case = new_case()
    await case.file()
    ran = await run(TYPESCRIPT.replace('"agent"', '"auditor"'), case, documents)
    assert ran.code == 3
    assert ran.stderr.startswith(f"{ErrorCode.NOT_PERMITTED}: ")
