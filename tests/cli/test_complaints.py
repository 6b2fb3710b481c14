"""The straight path and the looks at it, as staff and complainants take it from the shell."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.cli.shell import Shell
from tests.devstack.conditions import until

SHELL_ADDRESS = "ann@customer.example"


async def file(amends: Shell, *options: str, text: str = "The kettle you sold me is broken, I want a refund.") -> str:
    """File a complaint; its reference, once it has an owner."""
    filing = await amends.json("file", "--channel", "web", "--text", text, *options)
    reference: str = filing["reference"]

    async def owned() -> bool:
        view = (await amends.json("show", reference))["view"]
        return bool(view["summary"]["status"] == "assigned")

    await until(owned, f"{reference} has an owner")
    return reference


async def act(amends: Shell, reference: str, *arguments: str) -> dict[str, Any]:
    """Give a command that is accepted; its receipt."""
    receipt: dict[str, Any] = await amends.json("act", reference, *arguments)
    return receipt


async def test_a_complaint_goes_from_filing_to_its_survey_and_back(amends: Shell) -> None:
    reference = await file(amends, "--email", SHELL_ADDRESS, "--subject", "Kettle")
    owner = (await amends.json("show", reference))["view"]["owner"]
    department = owner["department"]
    agent, head = {"technical_support": ("raj.patel", "gao.feng"), "customer_service": ("mary.okoro", "lin.wan")}[
        department
    ]

    assert (await act(amends, reference, "accept", "--as", agent))["status"] == "investigating"
    redress = ("--redress", "refund:30:EUR", "--redress", "apology")
    proposed = await act(amends, reference, "propose", "--as", agent, "--solution", "Refund", *redress)
    assert proposed["events"] == ["proposed"]
    view = (await amends.json("show", reference))["view"]
    assert [one["kind"] for one in view["proposal"]["redress"]] == ["refund", "apology"]
    refused = await amends("act", reference, "approve", "--as", agent, "--json")
    assert (refused.code, refused.error["code"]) == (3, "separation_of_duties")
    approved = await act(amends, reference, "approve", "--as", head)
    assert approved["status"] == "executing"
    assert (await act(amends, reference, "execute", "--as", agent, "--result", "Paid."))["status"] == "confirming"

    link = await _survey_link(amends, reference)
    damaged = await amends("answer", f"{link}x", "--solved", "--json")
    assert (damaged.code, damaged.error["field"]) == (2, "token")
    reopened = await amends.json("answer", link, "--not-solved", "--score", "1")
    assert reopened["events"] == ["survey_answered", "reopened"]
    assert await amends.json("answer", link, "--not-solved", "--score", "1") == reopened
    changed_mind = await amends("answer", link, "--solved", "--json")
    assert (changed_mind.code, changed_mind.error["code"]) == (3, "wrong_status")

    shown = (await amends("show", reference)).out
    for expected in ("investigating", "Kettle", SHELL_ADDRESS, "first_reply", "survey_answered", "refund 30.00 EUR"):
        assert expected in shown


async def test_the_same_command_id_acts_once(amends: Shell) -> None:
    reference = await file(amends)
    note = ("note", "--as", "tom.hale", "--text", "Called back.", "--command-id", "note-1")
    first, second = await act(amends, reference, *note), await act(amends, reference, *note)
    assert first == second


async def test_reassigning_names_department_and_person(amends: Shell) -> None:
    reference = await file(amends)
    receipt = await act(
        amends, reference, "reassign", "--as", "xu.ming", "--to", "legal_compliance/nora.lind", "--reason", "law"
    )
    assert receipt["events"] == ["reassigned"]
    owner = (await amends.json("show", reference))["view"]["owner"]
    assert owner == {"subject": "nora.lind", "department": "legal_compliance"}


async def test_a_complaint_can_be_filed_from_a_file_and_from_standard_input(amends: Shell, fresh: Shell) -> None:
    text = "快递晚到三天，客服态度恶劣。".encode()
    path = fresh.state_dir / "complaint.txt"
    path.write_bytes(b"\xef\xbb\xbf" + text)
    options = ("file", "--channel", "letter", "--key", "the same", "--json")
    first = (await amends(*options, "--text-file", str(path))).json
    again = (await amends(*options, "--text-file", "-", given=text)).json
    assert (first["duplicate"], again["duplicate"]) == (False, True)
    assert first["reference"] == again["reference"]
    file = (await _projected(amends, first["reference"]))["file"]
    assert (file["text"], file["language"]) == (text.decode(), "zh")


async def test_lists_find_complaints_by_what_they_are_and_what_they_say(amends: Shell) -> None:
    chinese, english = await asyncio.gather(
        file(amends, "--subject", "充电宝发热", text="昨天买的充电宝发热冒烟，太危险了。"),
        file(amends, "--subject", "100% wrong_bill", text="My bill shows a fee nobody told me about."),
    )
    await _projected(amends, chinese)
    await _projected(amends, english)

    async def found(*options: str) -> set[str]:
        return {row["reference"] for row in await amends.json("list", *options)}

    by_words = await asyncio.gather(
        found("--text", "冒烟"), found("--text", "BILL fee"), found("--text", "100%"), found("--text", "100_"), found()
    )
    assert by_words[0] == {chinese}
    assert by_words[1] == {english}
    assert by_words[2] == {english}
    assert by_words[3] == set()
    assert {chinese, english} <= by_words[4]
    assert chinese in await found("--status", "assigned", "--channel", "web", "--not-breached")
    assert not await found("--breached")
    assert len(await amends.json("list", "--limit", "1")) == 1
    assert "充电宝发热" in (await amends("list", "--text", "冒烟")).out


async def test_what_strangers_write_cannot_control_the_terminal(amends: Shell) -> None:
    reference = await file(amends, text="Look \x1b[2J\x1b[31mred[/red] [bold]bold[/bold] 1")
    await _projected(amends, reference)
    shown = (await amends("show", reference)).out
    assert "\x1b" not in shown
    assert "[bold]bold[/bold]" in shown


async def _survey_link(amends: Shell, reference: str) -> str:
    """The link out of the survey's mail."""
    letters: list[dict[str, Any]] = []

    async def survey_sent() -> bool:
        letters[:] = [one for one in await amends.json("outbox", reference) if one["notice"] == "survey"]
        return bool(letters and letters[0]["status"] == "sent")

    await until(survey_sent, "the survey is sent")
    letter = await amends.json("outbox", "--show", letters[0]["message_id"])
    assert letter["recipient"] == SHELL_ADDRESS
    return str(next(word for word in letter["body"].split() if "/survey/" in word))


async def _projected(amends: Shell, reference: str) -> dict[str, Any]:
    """The complaint once the read model has it assigned."""
    shown: dict[str, Any] = {}

    async def is_there() -> bool:
        shown.update(await amends.json("show", reference))
        return bool(shown["file"] and shown["file"]["status"] == "assigned")

    await until(is_there, f"{reference} is in the read model")
    return shown


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
    result = await amends(*arguments, "--json")
    assert (result.code, result.error["code"], result.out) == (code, error, "")


async def test_three_megabytes_are_refused_in_one_line(amends: Shell) -> None:
    result = await amends("file", "--channel", "web", "--text-file", "-", given=b"long " * 600_000)
    assert result.code == 2
    assert result.err.startswith("error [invalid_input]: text: ")
    assert len(result.err) < 200


async def test_names_that_nobody_has_are_exit_code_4(amends: Shell) -> None:
    reference = await file(amends)
    to = ("reassign", "--as", "xu.ming", "--reason", "r", "--to")
    refusals = {
        ("show", "1111-1111-1111"): "unknown_reference",
        ("act", reference, "accept", "--as", "tom.hal"): "unknown_staff",
        ("act", reference, *to, "catering"): "unknown_department",
        ("act", reference, *to, "legal_compliance/raj.patel"): "unknown_staff",
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
    results = await asyncio.gather(*(amends(*arguments, "--json") for arguments in refusals))
    assert [(result.code, result.error["code"]) for result in results] == [(4, code) for code in refusals.values()]


async def test_a_command_that_comes_too_early_or_too_late_changes_nothing(amends: Shell) -> None:
    reference = await file(amends)
    early = await amends("act", reference, "approve", "--as", "xu.ming", "--json")
    assert (early.code, early.error["code"]) == (3, "wrong_status")
    withdrawn = await act(amends, reference, "withdraw", "--as", "complainant", "--reason", "found it")
    assert withdrawn["status"] == "closed"
    late = await amends("act", reference, "accept", "--as", "mary.okoro", "--json")
    assert (late.code, late.error["code"]) == (3, "wrong_status")
    assert (await amends.json("show", reference))["view"]["summary"]["sequence"] == withdrawn["sequence"]


async def test_a_queue_without_workers_is_exit_code_5_and_the_command_can_be_repeated(amends: Shell) -> None:
    elsewhere = Shell(amends.state_dir, (("AMENDS_TASK_QUEUE", "nobody-works-here"),))
    filing = await elsewhere.json("file", "--channel", "web", "--text", "The parcel never came.")
    result = await elsewhere("act", filing["reference"], "note", "--as", "tom.hale", "--text", "x", "--json")
    assert (result.code, result.error["code"]) == (5, "no_answer")
    assert "--command-id" in result.err
