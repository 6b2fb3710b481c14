"""One command for many complaints: tried dry, given once to each, interrupted and gone on with."""

from __future__ import annotations

import asyncio
import json
import shlex
import signal
from pathlib import Path
from typing import Any
from uuid import uuid4

from infra.connections import connect_temporal, resolve
from infra.settings import Settings
from starter.bulk import IN_FLIGHT
from starter.client import AmendsClient
from tests.cli.desk import Desk
from tests.cli.shell import Result, Shell, finished
from tests.support.conditions import until
from workers.worker import complaint_worker
from workflows.contract.filing import FileComplaint
from workflows.contract.vocabulary import Channel, Language

AS = ("--as", "tom.hale")
UNKNOWN = "1111-1111-1111"


def lines(ended: Result) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """What each complaint answered, by reference, and the sum."""
    *each, last = [json.loads(line) for line in ended.out.splitlines()]
    return {one["reference"]: one for one in each}, last["sum"]


def listed(folder: Path, *references: str) -> str:
    """A file with these references."""
    path = folder / "references.txt"
    path.write_text("\n".join(references), encoding="utf-8")
    return str(path)


async def several(desk: Desk, number: int) -> tuple[str, list[str]]:
    """Complaints that a word of their own tells from all others, once they are in the tables."""
    word = f"batch{uuid4().hex}"
    filing = (desk.file(f"The kettle of {word} is broken, I want a refund.") for _ in range(number))
    return word, list(await asyncio.gather(*filing))


async def notes(desk: Desk, reference: str) -> list[str]:
    """What was noted, as the journal in the tables has it."""
    return [str(event.data["text"]) for event in await desk.model.events(reference) if event.type == "noted"]


async def noted(desk: Desk, references: list[str], expected: list[str]) -> None:
    """The tables have caught up, and each complaint has these notes and no others."""
    for reference in references:
        sequence = (await desk.view(reference)).summary.sequence

        async def is_there(reference: str = reference, sequence: int = sequence) -> bool:
            row = await desk.model.complaint(reference)
            return row is not None and row.sequence >= sequence

        await until(is_there, f"the journal of {reference} is in the tables")
        assert await notes(desk, reference) == expected, reference


async def test_a_dry_run_changes_nothing_and_says_how_to_go_on(amends: Shell, desk: Desk) -> None:
    """The line it prints gives the command; repeated, it gives it to nobody a second time."""
    word, references = await several(desk, 3)
    accepting = ("accept", "--as", "raj.patel")
    await amends("act", references[0], *accepting)
    before = {reference: (await desk.view(reference)).summary.sequence for reference in references}

    tried = await amends("bulk", "--text", word, *accepting, "--json")
    answers, total = lines(tried)
    assert tried.code == 0
    assert {reference: answer["verdict"] for reference, answer in answers.items()} == {
        references[0]: "not_allowed",
        references[1]: "allowed",
        references[2]: "allowed",
    }
    assert (total["dry"], total["allowed"], total["not_allowed"], total["accepted"]) == (True, 2, 1, 0)
    assert {reference: (await desk.view(reference)).summary.sequence for reference in references} == before

    program, *repeated = shlex.split(total["next"])
    assert program == "amends"
    done = await amends(*repeated)
    answers, total = lines(done)
    assert (done.code, total["accepted"], total["refused"], total["codes"]) == (3, 2, 1, {"wrong_status": 1})
    again, _ = lines(await amends(*repeated))
    for reference in references[1:]:
        receipt = answers[reference]["receipt"]
        assert (receipt["events"], receipt["status"]) == (["accepted"], "investigating")
        assert again[reference]["receipt"] == receipt
        assert (await desk.view(reference)).summary.sequence == receipt["sequence"]


async def test_people_read_a_table_and_a_line_to_copy(amends: Shell, desk: Desk) -> None:
    """And after it a receipt for each complaint, in words."""
    word, references = await several(desk, 2)
    note = ("note", *AS, "--text", "It's known")
    tried = await amends("bulk", "--text", word, *note)
    assert "Dry run: 2 would be accepted." in tried.out
    for reference in references:
        assert f"{reference}  assigned" in tried.out
    line = tried.err.splitlines()[-1]
    assert shlex.split(line)[:2] == ["amends", "bulk"]
    done = await amends(*shlex.split(line)[1:])
    assert done.code == 0
    for reference in references:
        assert f"{reference}: noted. It is now assigned." in done.out
    assert ": 2 accepted." in done.out
    await noted(desk, references, ["It's known"])


async def test_something_else_under_the_same_run_is_not_taken_for_a_repeat(
    amends: Shell, desk: Desk, tmp_path: Path
) -> None:
    """A receipt of the first command must not answer the second."""
    _, references = await several(desk, 2)
    for text in ("one", "one", "two"):
        bulk = ("bulk", "--reference", listed(tmp_path, *references), "note", *AS, "--text", text)
        ended = await amends(*bulk, "--run", "mine", "--go", "--json")
        assert (ended.code, lines(ended)[1]["accepted"]) == (0, 2)
    await noted(desk, references, ["one", "two"])


async def test_refusals_are_reported_case_by_case(amends: Shell, desk: Desk, tmp_path: Path) -> None:
    """One that refuses or does not exist stops no other; the exit code says that there was one."""
    _, (open_one, closed) = await several(desk, 2)
    await amends("act", closed, "withdraw", "--as", "complainant", "--reason", "settled")
    path = listed(tmp_path, closed, UNKNOWN, "", open_one.lower())
    ended = await amends("bulk", "--reference", path, "accept", "--as", "raj.patel", "--go", "--json")
    answers, total = lines(ended)
    assert ended.code == 3
    assert answers[closed]["verdict"] == answers[UNKNOWN]["verdict"] == "refused"
    assert (answers[closed]["code"], answers[UNKNOWN]["code"]) == ("wrong_status", "unknown_reference")
    assert answers[closed]["message"]
    assert answers[open_one]["receipt"]["events"] == ["accepted"]
    assert (total["accepted"], total["refused"], total["unreachable"]) == (1, 2, 0)
    assert total["codes"] == {"wrong_status": 1, "unknown_reference": 1}


async def test_filters_must_all_hold(amends: Shell, desk: Desk, tmp_path: Path) -> None:
    """Also those on a list."""
    word, references = await several(desk, 2)
    await amends("act", references[0], "accept", "--as", "raj.patel")

    async def is_projected() -> bool:
        return (await desk.row(references[0])).status == "investigating"

    await until(is_projected, "the tables know who accepted it")
    policy = (await desk.row(references[1])).policy or ""
    for filters in (
        ("--text", word, "--status", "assigned"),
        ("--reference", listed(tmp_path, *references), "--status", "assigned"),
        ("--text", word, "--not-breached", "--policy", policy.partition("@")[0], "--status", "assigned"),
    ):
        answers, _ = lines(await amends("bulk", *filters, "note", *AS, "--text", "x", "--json"))
        assert list(answers) == [references[1]], filters
    nobody = await amends("bulk", "--text", word, "--policy", "no_such", "note", *AS, "--text", "x")
    assert (nobody.code, nobody.out) == (0, "Dry run: no complaint matches.\n")


async def test_what_names_no_complaint_or_a_wrong_one_is_refused_at_once(amends: Shell, tmp_path: Path) -> None:
    """Before anything is given to anybody."""
    note = ("note", *AS, "--text", "x", "--go", "--json")
    mistyped = listed(tmp_path, UNKNOWN, "7K2M-9QXD-4TBD")
    for filters, code, field in (
        ((), "invalid_input", "filters"),
        (("--reference", mistyped), "reference_mistyped", "reference"),
        (("--reference", str(tmp_path / "absent")), "invalid_input", "reference"),
    ):
        ended = await amends.quick("bulk", *filters, *note)
        assert (ended.code, ended.error["code"], ended.error["field"]) == (2, code, field)
    assert "line 2" in (await amends.quick("bulk", "--reference", mistyped, *note)).error["message"]
    unnamed = await amends.quick("bulk", "--status", "assigned", *note, "--run", "not a name")
    assert (unnamed.code, unnamed.error["field"]) == (2, "run")


async def test_an_interrupted_run_ends_after_those_in_flight_and_goes_on_where_it_stopped(
    amends: Shell, desk: Desk, tmp_path: Path
) -> None:
    """Ctrl-C comes while complaints wait for their worker. They still get the command, those after them do not; the
    line that is printed gives it to the rest, and to nobody twice.
    """
    _, answering = await several(desk, 2)
    unattended = Settings.load(state_dir=amends.state_dir, task_queue="attended-later")
    waiting = await _filed_on(unattended, IN_FLIGHT)
    _, rest = await several(desk, 3)
    everybody = [*answering, *waiting, *rest]
    bulk = ("bulk", "--reference", listed(tmp_path, *everybody), "note", *AS, "--text", "known", "--go", "--json")
    running = await amends.start(*bulk)
    assert running.stdout
    first = [json.loads(await running.stdout.readline())["reference"] for _ in answering]
    assert sorted(first) == sorted(answering)
    running.send_signal(signal.SIGINT)
    async with complaint_worker(unattended, resolve(unattended)):
        interrupted = await finished(running)
        answers, total = lines(interrupted)
        assert interrupted.code == 130
        assert total["interrupted"]
        assert total["accepted"] == len(first) + len(answers)
        assert set(answers) <= set(waiting)
        assert len(answers) >= IN_FLIGHT - len(first)
        await noted(desk, rest, [])

        gone_on = await amends(*shlex.split(total["next"])[1:])
        answers, total = lines(gone_on)
        assert (gone_on.code, total["accepted"], set(answers)) == (0, len(everybody), set(everybody))
        await noted(desk, everybody, ["known"])


async def test_complaints_that_do_not_answer_are_exit_code_5_and_stop_no_other(
    amends: Shell, desk: Desk, tmp_path: Path
) -> None:
    """Repeated when the cause is gone, the run reaches them."""
    _, answering = await several(desk, 1)
    unattended = Settings.load(state_dir=amends.state_dir, task_queue="attended-in-the-end")
    [silent] = await _filed_on(unattended, 1)
    bulk = ("bulk", "--reference", listed(tmp_path, silent, *answering), "note", *AS, "--text", "x", "--go", "--json")
    ended = await amends(*bulk)
    answers, total = lines(ended)
    assert (ended.code, answers[silent]["verdict"], answers[silent]["code"]) == (5, "unreachable", "no_answer")
    assert answers[answering[0]]["verdict"] == "accepted"
    async with complaint_worker(unattended, resolve(unattended)):
        repeated = await amends(*shlex.split(total["next"])[1:])
        assert (repeated.code, lines(repeated)[1]["accepted"]) == (0, 2)
        await noted(desk, [silent, *answering], ["x"])


async def _filed_on(settings: Settings, number: int) -> list[str]:
    """Complaints on a task queue that no worker attends yet."""
    client = AmendsClient(await connect_temporal(resolve(settings).temporal), task_queue=settings.task_queue)
    text = "The kettle you sold me is broken, I want a refund."
    filings = [
        await client.file(
            FileComplaint(source="test", source_key=uuid4().hex, channel=Channel.WEB, language=Language.EN, text=text)
        )
        for _ in range(number)
    ]
    return [filing.reference for filing in filings]
