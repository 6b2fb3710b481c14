"""`docs/api.md` is true: its examples work as they stand there, and it names every code and only paths there are."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest

from starter.api.app import described
from starter.api.documented import PREFIX
from starter.feed import SEATS
from tests.api.conftest import ServiceHeaders
from tests.support.conditions import DEADLINE
from tests.support.desk import Desk
from workflows.contract.errors import ErrorCode
from workflows.contract.reference import reference_for

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "api.md").read_text("utf-8")
EXAMPLES = re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL)
ME, FILE, BATCH, SEARCH, READ, COMMAND, STREAM, CHANGES, FOLLOW, OPERATION = EXAMPLES
REFERENCE = reference_for("web", "order-4711")


@dataclass(frozen=True)
class Reader:
    """Somebody who follows the document: a service with an address and a token."""

    address: str
    token: str

    async def run(self, example: str) -> tuple[int, str, str]:
        """Exit code, output and errors of an example."""
        given = {"AMENDS": self.address, "TOKEN": self.token, "REF": REFERENCE}
        process = await asyncio.create_subprocess_exec(
            "bash", "-euc", example, cwd=ROOT, env={**os.environ, **given}, stdout=PIPE, stderr=PIPE
        )
        async with asyncio.timeout(DEADLINE.total_seconds()):
            stdout, stderr = await process.communicate()
        assert process.returncode is not None
        return process.returncode, stdout.decode(), stderr.decode()

    async def said(self, example: str) -> str:
        """What an example that works writes."""
        code, stdout, stderr = await self.run(example)
        assert code == 0, stderr
        return stdout


@pytest.fixture
def reader(api_address: str, api_desk: Desk, service: ServiceHeaders) -> Reader:
    """Of the running API, with a worker behind it."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    assert api_desk
    return Reader(api_address, service("shop", sources=["web"])["Authorization"].removeprefix("Bearer "))


async def test_every_example_works_one_after_the_other(reader: Reader) -> None:
    """From the first question to the metrics."""
    assert json.loads(await reader.said(ME))["subject"] == "shop"
    filed = json.loads(await reader.said(FILE))
    assert (filed["reference"], filed["projected"]) == (REFERENCE, True)
    assert json.loads(await reader.said(FILE))["duplicate"] is True
    first, second = map(json.loads, (await reader.said(BATCH)).split("\n")[:2])
    assert (first["status"], second["status"], second["problem"]["code"]) == (201, 422, "invalid_input")
    assert REFERENCE in {item["reference"] for item in json.loads(await reader.said(SEARCH))["items"]}
    assert re.search(r'^etag: "\d+"', await reader.said(READ), re.MULTILINE | re.IGNORECASE)
    receipt = json.loads(await reader.said(COMMAND))
    assert json.loads(await reader.said(COMMAND)) == receipt
    told = await reader.said(STREAM)
    assert "event: filed\n" in told
    assert f'"event_id":"{REFERENCE}:1"' in told
    assert re.search(r"^id: \d+-1$", told, re.MULTILINE)
    changes = json.loads(await reader.said(CHANGES))
    assert {change["type"] for change in changes["items"]} == {"filed"}
    assert changes["next"]
    assert "amends_http_requests" in await reader.said(OPERATION)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
async def test_another_language_files_and_follows(reader: Reader) -> None:
    """Twice: the second time it is the same complaint, and tells the same."""
    filed, *told = map(json.loads, (await reader.said(FOLLOW)).splitlines())
    assert filed == {"reference": reference_for("web", "order-4714"), "duplicate": False}
    assert [event["type"] for event in told][-1] == "assigned"
    again, *retold = map(json.loads, (await reader.said(FOLLOW)).splitlines())
    assert (again["duplicate"], retold) == (True, told)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
async def test_another_language_is_told_the_code_of_a_refusal(reader: Reader) -> None:
    """And ends with another exit code than after a failure."""
    code, _, stderr = await Reader(reader.address, "wrong").run(FOLLOW)
    assert (code, stderr.partition(":")[0]) == (3, ErrorCode.UNAUTHENTICATED.value)
    code, _, _ = await Reader("http://127.0.0.1:1", reader.token).run(FOLLOW)
    assert code == 1


def test_it_names_every_code() -> None:
    """By the status they are answered with; the block between the marks is to be replaced by what is expected here."""
    assert _between("codes") == codes_by_status()


def test_what_it_names_exists() -> None:
    """Paths with their methods, and figures."""
    paths = described().openapi()["paths"]
    for method, path in re.findall(r"`(GET|POST) (/[^`?]*)`", DOCUMENT):
        assert method.lower() in paths[PREFIX + path], path
    for path in re.findall(r"\$AMENDS(/[\w/$-]*)", DOCUMENT):
        named = path.replace("$REF", "{reference}")
        assert named in paths, path
    assert f"at most {SEATS} streams" in DOCUMENT


def codes_by_status() -> str:
    """The table of the document."""
    codes = sorted(ErrorCode, key=lambda code: code.http_status)
    rows = [
        f"| {status} | {', '.join(f'`{code}`' for code in alike)} |"
        for status, alike in groupby(codes, key=lambda code: code.http_status)
    ]
    return "\n".join(["| status | codes |", "|---|---|", *rows])


def _between(mark: str) -> str:
    return DOCUMENT.partition(f"<!-- {mark} -->\n")[2].partition(f"\n<!-- /{mark} -->")[0]
