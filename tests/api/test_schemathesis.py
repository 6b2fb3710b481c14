"""Schemathesis tries every operation of the OpenAPI document on the running stack, as several callers.

It sends what the document allows and what it forbids, and looks at each answer: no failures of ours, nothing that the
document does not say, and no refusal without a documented code.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from httpx2 import AsyncClient

from tests.api.conftest import Headers, ServiceHeaders, StaffHeaders
from workflows.contract.reference import reference_for

HERE = Path(__file__).parent
SOURCE = "schemathesis"
FILED = [reference_for(SOURCE, str(number)) for number in range(1, 4)]
"""The complaints that it finds; its settings name them."""

PHASES = {"head": "examples,coverage,fuzzing,stateful", "auditor": "fuzzing", "service": "examples,fuzzing"}
"""Who tries, and how thoroughly: to those who may less, most is refused before anything is looked at."""

AT_MOST_SECONDS = 180
"""It takes a quarter of it where nothing else runs."""

_SUCCESS = 0


@pytest.fixture(scope="module")
def callers(staff: StaffHeaders, service: ServiceHeaders) -> dict[str, Headers]:
    """Who tries: somebody who may do almost everything, somebody who may only look, and another system."""
    return {
        "head": staff("lin.wan"),
        "auditor": staff("paul.weir"),
        "service": service("schemathesis", sources=[SOURCE]),
    }


@pytest.fixture
async def filed(api: AsyncClient, callers: dict[str, Headers]) -> None:
    """Complaints that are there to be found."""
    for number, reference in enumerate(FILED, start=1):
        complaint = {
            "source": SOURCE,
            "source_key": str(number),
            "channel": "web",
            "language": "en",
            "text": "The kettle you sold me is broken, I want a refund.",
        }
        answer = await api.post(
            "/api/v1/complaints", params={"wait": "projection"}, json=complaint, headers=callers["service"]
        )
        assert answer.json()["reference"] == reference
        assert answer.json().get("projected") is True


@pytest.mark.timeout(AT_MOST_SECONDS)
@pytest.mark.parametrize(("who", "phases"), PHASES.items())
@pytest.mark.usefixtures("filed")
async def test_every_answer_is_as_documented(
    who: str, phases: str, callers: dict[str, Headers], api_address: str, tmp_path: Path
) -> None:
    """And nothing that can be sent makes the door fail."""
    code, said = await schemathesis(tmp_path, api_address, callers[who], phases)
    assert code == _SUCCESS, said


async def schemathesis(directory: Path, address: str, headers: Headers, phases: str) -> tuple[int, str]:
    """Exit code and report of a run, in a process of its own: it waits for answers without leaving others the turn."""
    says_who = [part for name, value in headers.items() for part in ("--header", f"{name}: {value}")]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run",
        f"{address}/api/v1/openapi.json", "--phases", phases, *says_who,
        cwd=directory,  # it leaves a cache behind
        env=os.environ | {"SCHEMATHESIS_HOOKS": str(HERE / "refusal_checks.py")},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or _SUCCESS, said.decode()
