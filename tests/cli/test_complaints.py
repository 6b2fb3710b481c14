"""The straight path and the looks at it, as staff and complainants take it from the shell."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from starter.listing import Asked
from starter.wanted import Wanted
from tests.cli.desk import Desk
from tests.cli.shell import Shell
from tests.support.conditions import until
from workflows.contract.commands.base import OWN_IDS
from workflows.contract.parties import Owner
from workflows.contract.vocabulary import Channel, Status

ADDRESS = "ann@customer.example"
LEGAL = "legal_compliance"


async def act(amends: Shell, reference: str, *arguments: str) -> dict[str, Any]:
    """Give a command that is accepted; its receipt."""
    receipt: dict[str, Any] = (await amends.quick("act", reference, *arguments, "--json")).json
    return receipt


async def test_a_complaint_goes_from_its_owner_to_its_survey_and_back(amends: Shell, desk: Desk) -> None:
    reference = await desk.file(email=ADDRESS, subject="Kettle")
    assert (await desk.view(reference)).owner.department == "technical_support"
    agent, head = "raj.patel", "gao.feng"

    assert (await act(amends, reference, "accept", "--as", agent))["status"] == "investigating"
    redress = ("--redress", "refund:30:EUR", "--redress", "apology")
    proposed = await act(amends, reference, "propose", "--as", agent, "--solution", "Refund", *redress)
    assert proposed["events"] == ["proposed"]
    proposal = (await desk.view(reference)).proposal
    assert proposal is not None
    assert [one.kind for one in proposal.redress] == ["refund", "apology"]
    refused = await amends.quick("act", reference, "approve", "--as", agent, "--json")
    assert (refused.code, refused.error["code"]) == (3, "separation_of_duties")
    handed_on = ("delegate", "--as", head, "--to", "technical_support/he.jun", "--reason", "on a journey")
    assert (await act(amends, reference, *handed_on))["events"] == ["delegated"]
    waiting = (await amends("show", reference)).out
    for expected in ("1 of lead or head of technical_support (step approval)", f"{head} to he.jun (step approval)"):
        assert expected in waiting
    assert (await act(amends, reference, "approve", "--as", "he.jun"))["status"] == "executing"
    assert f"he.jun on behalf of {head} (step approval)" in (await amends("show", reference)).out
    assert (await act(amends, reference, "execute", "--as", agent, "--result", "Paid."))["status"] == "confirming"

    link = await _survey_link(amends, desk, reference)
    damaged = await amends.quick("answer", f"{link}x", "--solved", "--json")
    assert (damaged.code, damaged.error["field"]) == (2, "token")
    reopened = await amends.json("answer", link, "--not-solved", "--score", "1")
    assert reopened["events"] == ["survey_answered", "reopened"]
    assert reopened["command_id"].startswith(OWN_IDS)
    assert (await amends.quick("answer", link, "--not-solved", "--score", "1", "--json")).json == reopened
    changed_mind = await amends.quick("answer", link, "--solved", "--json")
    assert (changed_mind.code, changed_mind.error["code"]) == (3, "wrong_status")

    shown = (await amends("show", reference)).out
    for expected in ("investigating", "Kettle", ADDRESS, "first_reply", "survey_answered", "refund 30 EUR"):
        assert expected in shown


async def test_the_clocks_of_a_complaint_are_drawn_with_their_ledgers(amends: Shell, desk: Desk) -> None:
    """A clock that was met stands beside one that rests and one that runs on, each with its dates and who used it."""
    reference = await desk.file()
    await act(amends, reference, "accept", "--as", "raj.patel")
    receipt = await act(amends, reference, "wait", "--as", "raj.patel", "--question", "Which model?")
    assert receipt["status"] == "waiting"
    drawn = (await amends.quick("show", reference, "--clocks")).out
    for expected in ("first_reply was met", "first_solution is paused", "waiting is running", "complainant", "due ▲"):
        assert expected in drawn, expected


async def test_the_same_command_id_acts_once(amends: Shell, desk: Desk) -> None:
    reference = await desk.file()
    note = ("note", "--as", "tom.hale", "--text", "Called back.", "--command-id", "note-1")
    first, second = await act(amends, reference, *note), await act(amends, reference, *note)
    assert first == second


async def test_reassigning_names_department_and_person(amends: Shell, desk: Desk) -> None:
    reference = await desk.file()
    receipt = await act(
        amends, reference, "reassign", "--as", "xu.ming", "--to", f"{LEGAL}/nora.lind", "--reason", "law"
    )
    assert receipt["events"] == ["reassigned"]
    assert (await desk.view(reference)).owner == Owner(subject="nora.lind", department=LEGAL)


async def test_a_complaint_can_be_filed_from_a_file_and_from_standard_input(
    amends: Shell, desk: Desk, tmp_path: Path
) -> None:
    text = "快递晚到三天，客服态度恶劣。".encode()
    path = tmp_path / "complaint.txt"
    path.write_bytes(b"\xef\xbb\xbf" + text)
    options = ("file", "--channel", "letter", "--key", "the same", "--json")
    first = (await amends(*options, "--text-file", str(path))).json
    again = (await amends(*options, "--text-file", "-", given=text)).json
    assert (first["duplicate"], again["duplicate"]) == (False, True)
    assert first["reference"] == again["reference"]
    row = await desk.row(first["reference"])
    assert (row.text, row.language, row.channel) == (text.decode(), "zh", "letter")


async def test_filing_says_the_reference_and_what_comes_next(amends: Shell) -> None:
    result = await amends("file", "--channel", "hotline", "--text", "The courier was rude.", "--name", "Ann")
    assert re.match(r"Filed as [1-9A-Z-]{14} \(in English\)\.\nSee it with `amends show ", result.out)


async def test_lists_find_complaints_by_what_they_are_and_what_they_say(desk: Desk) -> None:
    chinese = await desk.file("昨天买的充电宝发热冒烟，太危险了。", subject="充电宝发热")
    english = await desk.file("My bill shows a fee nobody told me about.", subject="100% wrong_bill")

    async def found(**wanted: Any) -> set[str]:
        return {row.reference for row in await desk.lists.page(Asked(Wanted(**wanted), limit=1000))}

    assert await found(text="冒烟") == {chinese}
    assert await found(text="BILL fee") == {english}
    assert await found(text="100%") == {english}
    assert await found(text="100_") == set()
    assert {chinese, english} <= await found()
    assert chinese in await found(status=Status.ASSIGNED, channel=Channel.WEB, breached=False)
    assert not await found(breached=True)
    row = await desk.row(chinese)
    assert chinese in await found(department=row.department, owner=row.owner, severity=row.severity)
    assert chinese not in await found(department="catering")


async def test_the_complaints_of_a_major_event_are_found_by_the_one_that_leads_it(amends: Shell, desk: Desk) -> None:
    """However its reference is typed, in lists and for one command to all of them."""
    parent, child, other = [await desk.file() for _ in range(3)]
    declared = ("--title", "Recall", "--department", LEGAL, "--plan", "Everybody gets a new one.")
    await act(amends, parent, "declare-major-event", "--as", "xu.ming", *declared)
    await act(amends, child, "join-event", parent, "--as", "xu.ming", "--reason", "the same batch")
    await until(lambda: _leads(desk, parent, child), "the child has joined")
    (row,) = await amends.json("list", "--parent", parent.lower().replace("-", ""))
    assert (row["reference"], row["parent"]) == (child, parent)
    note = ("note", "--as", "tom.hale", "--text", "x", "--json")
    dry_run = await amends("bulk", "--parent", parent, *note)
    assert child in dry_run.out
    assert other not in dry_run.out
    mistyped = await amends.quick("list", "--parent", parent[:-1], "--json")
    assert (mistyped.code, mistyped.error["code"]) == (2, "reference_mistyped")


async def _leads(desk: Desk, parent: str, child: str) -> bool:
    return (await desk.row(child)).parent == parent


async def test_the_shell_lists_the_newest_first_and_so_many(amends: Shell, desk: Desk) -> None:
    reference = await desk.file(subject="最新的投诉")
    (row,) = await amends.json("list", "--limit", "1")
    assert row["reference"] == reference
    assert "text" not in row
    result = await amends("list", "--text", "最新的", "--status", "assigned", "--channel", "web", "--not-breached")
    assert "最新的投诉" in result.out


async def test_what_strangers_write_cannot_control_the_terminal(amends: Shell, desk: Desk) -> None:
    reference = await desk.file("Look \x1b[2J\x1b[31mred[/red] [bold]bold[/bold] 1")
    shown = (await amends("show", reference)).out
    assert "\x1b" not in shown
    assert "[bold]bold[/bold]" in shown


async def _survey_link(amends: Shell, desk: Desk, reference: str) -> str:
    """The link out of the survey's mail."""
    survey = await desk.message(reference, "survey")
    listed = await amends.json("outbox", reference)
    assert survey.message_id in [message["message_id"] for message in listed]
    letter = await amends.json("outbox", "--show", survey.message_id)
    assert letter["recipient"] == ADDRESS
    return str(next(word for word in letter["body"].split() if "/survey/" in word))


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (("file", "--channel", "web", "--text", "  "), 2, "invalid_input"),
        (("file", "--channel", "web", "--text", "a", "--text-file", "b"), 2, "invalid_input"),
        (("file", "--channel", "web", "--text-file", "/no/such/file"), 2, "invalid_input"),
        (("file", "--channel", "web", "--text", "a", "--received-at", "2026-03-01T09:30:00"), 2, "invalid_input"),
        (("show", "7K2M-9QXD-4TBD"), 2, "reference_mistyped"),
        (("act", "7K2M-9QXD-4TBD", "accept", "--as", "tom.hale"), 2, "reference_mistyped"),
        (("outbox", "--show", "nothing"), 2, "invalid_input"),
        (("answer", "7K2M", "--solved"), 2, "invalid_input"),
    ],
)
async def test_bad_input_is_refused_with_a_code(
    amends: Shell, arguments: tuple[str, ...], code: int, error: str
) -> None:
    result = await amends.quick(*arguments, "--json")
    assert (result.code, result.error["code"], result.out) == (code, error, "")


async def test_three_megabytes_are_refused_in_one_line(amends: Shell) -> None:
    result = await amends.quick("file", "--channel", "web", "--text-file", "-", given=b"long " * 600_000)
    assert result.code == 2
    assert result.err.startswith("error [invalid_input]: text: ")
    assert len(result.err) < 200


async def test_names_that_nobody_has_are_exit_code_4(amends: Shell, desk: Desk) -> None:
    reference = await desk.file()
    to = ("reassign", "--as", "xu.ming", "--reason", "r", "--to")
    refusals = {
        ("show", "1111-1111-1111"): "unknown_reference",
        ("act", reference, "accept", "--as", "tom.hal"): "unknown_staff",
        ("act", reference, *to, "catering"): "unknown_department",
        ("act", reference, *to, f"{LEGAL}/raj.patel"): "unknown_staff",
        (
            "act",
            reference,
            "call-meeting",
            "--as",
            "xu.ming",
            "--agenda",
            "a",
            "--department",
            "catering",
        ): "unknown_department",
    }
    results = [await amends.quick(*arguments, "--json") for arguments in refusals]
    assert [(result.code, result.error["code"]) for result in results] == [(4, code) for code in refusals.values()]


async def test_a_command_that_comes_too_early_or_too_late_changes_nothing(amends: Shell, desk: Desk) -> None:
    reference = await desk.file()
    early = await amends.quick("act", reference, "approve", "--as", "xu.ming", "--json")
    assert (early.code, early.error["code"]) == (3, "wrong_status")
    withdrawn = await act(amends, reference, "withdraw", "--as", "complainant", "--reason", "found it")
    assert withdrawn["status"] == "closed"
    late = await amends.quick("act", reference, "accept", "--as", "mary.okoro", "--json")
    assert (late.code, late.error["code"]) == (3, "wrong_status")
    assert (await desk.view(reference)).summary.sequence == withdrawn["sequence"]


async def test_a_queue_without_workers_is_exit_code_5_and_the_command_can_be_repeated(amends: Shell) -> None:
    elsewhere = Shell(amends.state_dir, (("AMENDS_TASK_QUEUE", "nobody-works-here"),))
    filing = await elsewhere.json("file", "--channel", "web", "--text", "The parcel never came.")
    result = await elsewhere("act", filing["reference"], "note", "--as", "tom.hale", "--text", "x", "--json")
    assert (result.code, result.error["code"]) == (5, "no_answer")
    assert "--command-id" in result.err
