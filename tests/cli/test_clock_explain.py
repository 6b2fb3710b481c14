from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import TIME_LIMIT, Shell, finished

CASE: dict[str, Any] = {
    "timezone": "Europe/Berlin",
    "calendar": {
        "hours": {"sat": ["20:00-06:00"], "mon": ["09:00-17:00"], "tue": ["09:00-17:00"]},
        "holidays": {"2026-10-27": "company outing"},
        "confirmed_until": "2026-10-31",
    },
    "clocks": [
        {
            "name": "resolution",
            "counts": "business_hour",
            "target": "PT16H",
            "start": "received",
            "stop": "resolved",
            "pausable": True,
            "warn": [50],
        },
        {
            "name": "statutory",
            "counts": "business_day",
            "target": {"days": 3},
            "start": "received",
            "stop": "resolved",
        },
        {
            "name": "approval",
            "counts": "continuous",
            "target": "PT8H",
            "start": "proposed",
            "stop": "approved",
        },
    ],
    "events": [
        {"at": "2026-10-24T19:00:00+02:00", "type": "received", "department": "service"},
        {"at": "2026-10-26T10:00:00+01:00", "type": "waiting", "reason": "third party"},
    ],
    "now": "2026-10-26T12:00:00+01:00",
}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Where nothing is up, and nothing needs to be."""
    return Shell(tmp_path / "nothing is up")


@pytest.fixture
def case_file(tmp_path: Path) -> str:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE))
    return str(path)


async def test_a_case_is_explained_from_a_file_and_from_standard_input(shell: Shell, case_file: str) -> None:
    from_file = (await shell.quick("clock", "explain", case_file, "--json")).json
    piped = (await shell.quick("clock", "explain", "-", "--json", given=json.dumps(CASE).encode())).json
    assert from_file == piped
    assert [clock["state"] for clock in piped["clocks"]] == ["paused", "running", "pending"]
    assert piped["clocks"][0]["used"] == "PT12H"  # a night eleven hours long, and an hour on Monday
    assert piped["clocks"][0]["due_at"] == "2026-10-26T15:00:00Z"


async def test_people_see_a_bar_the_facts_and_the_ledger_in_local_time(shell: Shell, case_file: str) -> None:
    """With the sum that leads to the date, and the hour that the clocks go back."""
    shown = (await shell.quick("clock", "explain", case_file)).out
    for expected in (
        "resolution is paused",
        "Mon 2026-10-26 16:00 +01:00 if it goes on now",
        "start + 16h counted + 2h paused + 28h outside hours",
        "12h (75 %), 4h left, paused for 2h",
        "clocks back 1h",
        "third party",
        "2026-10-24 is not counted; 3 business days later",
        "holidays: 2026-10-27 company outing",
        "holidays are confirmed until 2026-10-31; the date may still move",
        "approval has not started",
    ):
        assert expected in shown
    bar = next(line for line in shown.splitlines() if "▒▒" in line)
    assert {"█", "▒", "·"} <= set(bar)


async def test_without_the_characters_of_a_bar_it_is_drawn_in_ascii(tmp_path: Path, case_file: str) -> None:
    ascii_only = Shell(tmp_path, (("PYTHONIOENCODING", "ascii"),))
    shown = (await ascii_only("clock", "explain", case_file)).out
    assert "##" in shown
    assert "~" in shown
    assert "\\u" not in shown


async def test_a_long_ledger_is_folded_and_says_so(shell: Shell) -> None:
    """The same case a year later."""
    later = json.dumps(CASE | {"now": "2027-10-26T12:00:00Z", "events": CASE["events"][:1]}).encode()
    shown = (await shell.quick("clock", "explain", "-", given=later)).out
    assert "lines" in shown
    assert len(shown.splitlines()) < 100


async def test_a_wrong_field_is_exit_code_2_and_named_by_its_path(shell: Shell) -> None:
    wrong = json.dumps(CASE | {"timezone": "Mars/Olympus"}).encode()
    refused = await shell.quick("clock", "explain", "-", "--json", given=wrong)
    assert (refused.code, refused.error["code"], refused.error["field"]) == (2, "invalid_input", "timezone")
    del (missing := json.loads(json.dumps(CASE)))["clocks"][1]["target"]
    told = await shell.quick("clock", "explain", "-", given=json.dumps(missing).encode())
    assert told.code == 2
    assert told.err.startswith("error [invalid_input]: clocks.1.target: ")


@pytest.mark.parametrize(
    "arguments", [(), ("no-such-file.json",), ("case.json", "--batch", "-"), ("--batch", "nowhere")]
)
async def test_what_cannot_be_read_is_exit_code_2(shell: Shell, arguments: tuple[str, ...]) -> None:
    refused = await shell.quick("clock", "explain", *arguments, "--json")
    assert (refused.code, refused.error["code"]) == (2, "invalid_input")


async def test_a_batch_answers_each_line_in_its_place(shell: Shell, tmp_path: Path) -> None:
    """Bad lines with their error, and the rest go on."""
    good = json.dumps(CASE)
    lines = [good, "no json", json.dumps(CASE | {"timezone": "Nowhere"}), "", good]
    batch = ("clock", "explain", "--batch")
    result = await shell.quick(*batch, "-", given="\n".join(lines).encode())
    assert result.code == 0
    answers = [json.loads(line) for line in result.out.splitlines()]
    assert [next(iter(answer)) for answer in answers] == ["clocks", "error", "error", "error", "clocks"]
    assert set(answers[1]["error"]) == {"code", "field", "message"}
    assert answers[2]["error"]["field"] == "timezone"
    path = tmp_path / "cases.ndjson"
    path.write_text("\n".join(lines))
    assert (await shell.quick(*batch, str(path))).out == result.out


async def test_a_batch_answers_before_the_next_line_comes(shell: Shell) -> None:
    """So that another program can ask and answer in turn."""
    process = await shell.start("clock", "explain", "--batch", "-", give_input=True)
    assert process.stdin
    assert process.stdout
    for timezone, key in (("Asia/Shanghai", "clocks"), ("Nowhere", "error"), ("UTC", "clocks")):
        process.stdin.write(json.dumps(CASE | {"timezone": timezone}).encode() + b"\n")
        async with asyncio.timeout(TIME_LIMIT.total_seconds()):
            assert key in json.loads(await process.stdout.readline())
    assert (await finished(process, given=b"")).code == 0


async def test_without_now_it_is_the_present(shell: Shell) -> None:
    """And a limit of a hundred years knows the offset that will then hold."""
    case = {name: value for name, value in CASE.items() if name != "now"}
    case["clocks"] = [CASE["clocks"][1] | {"counts": "calendar_day", "target": {"months": 1197}}]
    [clock] = (await shell.quick("clock", "explain", "-", "--json", given=json.dumps(case).encode())).json["clocks"]
    assert clock["state"] == "running"
    assert clock["due_at"] == "2126-07-24T22:00:00Z"


def test_it_loads_neither_database_nor_temporal() -> None:
    program = (
        "import sys, starter.cli.clock; sys.exit(any(name in sys.modules for name in ('sqlalchemy', 'temporalio')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603 - our own program
