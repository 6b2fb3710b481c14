from __future__ import annotations

import asyncio
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from infra.time_zones import utc_offsets
from starter.cli.clock_ledger import ledger_table
from tests.cli.shell import TIME_LIMIT, Shell, finished
from workflows.contract.explain_case import read_case
from workflows.core.explain import calendar_of, explain
from workflows.core.timetable import timetable

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


@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_narrow_terminal_wraps_the_ledger_and_cuts_nothing_off(width: int) -> None:
    """Neither an instant's offset, nor a duration's unit, nor who held the case."""
    case = read_case(json.dumps(CASE).encode())
    assert case.now
    table = timetable(calendar_of(case, utc_offsets(case.timezone, 2020, 2030)))
    clock = explain(case, table, case.now).clocks[0]
    ledger = ledger_table(clock, case.clocks[0].counts, local=table.local, now=case.now, outlook=())
    console = Console(file=io.StringIO(), width=width)
    with console.capture() as shown:
        console.print(ledger)
    lines = shown.get().splitlines()
    assert max(map(len, lines)) <= width
    assert any(line.startswith("Sat 2026-10-24 20:00 +02:00 ") for line in lines)
    whole = Console(file=io.StringIO(), width=200)
    with whole.capture() as wide:
        whole.print(ledger)
    assert sorted(re.sub(r"\s", "", shown.get())) == sorted(re.sub(r"\s", "", wide.get()))


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


async def test_a_case_that_spans_a_thousand_years_is_answered_or_refused_and_the_batch_goes_on(shell: Shell) -> None:
    """A zone then has more changes than a calendar holds, unless the far event lies after now and is ignored."""
    far = {"at": "2999-01-01T00:00:00Z", "type": "resolved"}
    wrong = CASE | {"events": [{"at": "1900-01-01T00:00:00Z", "type": "received"}], "now": far["at"]}
    cases = (CASE, CASE | {"events": [*CASE["events"], far]}, wrong, CASE)
    result = await shell.quick("clock", "explain", "--batch", "-", given="\n".join(map(json.dumps, cases)).encode())
    assert (result.code, result.err) == (0, "")
    first, ignoring, refused, last = (json.loads(line) for line in result.out.splitlines())
    assert first == ignoring == last
    assert (refused["error"]["code"], refused["error"]["field"]) == ("invalid_input", "timezone")


async def test_a_case_says_when_it_is_asked(shell: Shell) -> None:
    """Or its answer would be another every day."""
    case = {name: value for name, value in CASE.items() if name != "now"}
    refused = await shell.quick("clock", "explain", "-", "--json", given=json.dumps(case).encode())
    assert (refused.code, refused.error["field"]) == (2, "now")


async def test_a_limit_of_a_hundred_years_knows_the_offset_that_will_then_hold(shell: Shell) -> None:
    """Summer time, by the rules we know."""
    case = dict(CASE)
    case["clocks"] = [CASE["clocks"][1] | {"counts": "calendar_day", "target": {"months": 1197}}]
    [clock] = (await shell.quick("clock", "explain", "-", "--json", given=json.dumps(case).encode())).json["clocks"]
    assert clock["state"] == "running"
    assert clock["due_at"] == "2126-07-24T22:00:00Z"


def test_it_loads_neither_database_nor_temporal() -> None:
    program = (
        "import sys, starter.cli.clock; sys.exit(any(name in sys.modules for name in ('sqlalchemy', 'temporalio')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603 - our own program
