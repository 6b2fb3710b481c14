"""`amends inbox` on real servers: what somebody finds there, and that the line beside it does it."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from starter.cli.inbox import TO_DO, line_for
from starter.inbox import Item
from tests.cli.desk import Desk
from tests.cli.shell import Shell
from tests.support.conditions import until
from workflows.contract.vocabulary import DutyKind

AN_ITEM: dict[str, Any] = {
    "due_at": None,
    "number": 3,
    "about": None,
    "on_behalf_of": None,
    "reference": "7K2M-9QXD-4TBC",
    "subject": None,
    "excerpt": "The kettle",
    "severity": None,
    "department": "technical_support",
    "owner": "raj.patel",
    "status": "investigating",
    "received_at": datetime(2026, 3, 2, 9, tzinfo=UTC),
    "place": 1,
}


async def found(amends: Shell, user: str, reference: str, duty: str) -> dict[str, Any]:
    """What somebody's inbox says of a complaint, once it has reached the tables."""
    items: list[dict[str, Any]] = []

    async def is_there() -> bool:
        listed = (await amends.quick("inbox", "--as", user, "--limit", "1000", "--json")).json
        items[:] = [item for item in listed if (item["reference"], item["duty"]) == (reference, duty)]
        return bool(items)

    await until(is_there, f"{user} has to {duty} {reference}")
    return items[0]


async def follow(amends: Shell, item: dict[str, Any], *filled_in: str) -> str:
    """Give the line of an item, each of its blanks filled in."""
    words, blanks = shlex.split(item["line"]), iter(filled_in)
    typed = [next(blanks) if word == "…" else word for word in words]
    assert typed[0] == "amends"
    return str((await amends.quick(*typed[1:], "--json")).json["status"])


async def test_the_lines_of_the_inboxes_lead_a_complaint_to_its_survey(amends: Shell, desk: Desk) -> None:
    """Whoever has to do something finds it there, and only they."""
    reference = await desk.file(subject="Kettle")
    owner = (await desk.view(reference)).owner.subject
    item = await found(amends, owner, reference, "accept")
    assert (item["subject"], item["status"], item["on_behalf_of"]) == ("Kettle", "assigned", None)
    assert item["remaining"].startswith("PT23H"), "of the first reply"
    assert await follow(amends, item) == "investigating"
    assert await follow(amends, await found(amends, owner, reference, "handle"), "A new one") == "approving"
    assert await follow(amends, await found(amends, "ines.vogel", reference, "approve")) == "executing"
    assert await follow(amends, await found(amends, owner, reference, "execute"), "Sent.") == "confirming"

    async def is_nobodys() -> bool:
        inboxes = [(await amends.quick("inbox", "--as", each, "--json")).json for each in (owner, "ines.vogel")]
        return all(reference not in [item["reference"] for item in inbox] for inbox in inboxes)

    await until(is_nobodys, "nobody has to do anything but the complainant")


async def test_the_inbox_is_a_table_that_says_in_words_what_is_overdue(amends: Shell) -> None:
    """No colour is needed to see it."""
    received_at = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    filing = (
        await amends.quick(
            "file",
            "--channel",
            "letter",
            "--text",
            "The kettle is broken, I want a refund.",
            "--received-at",
            received_at,
            "--json",
        )
    ).json
    owner = await _owner(amends, filing["reference"])
    await found(amends, owner, filing["reference"], "accept")
    shown = (await amends.quick("inbox", "--as", owner, "--limit", "1000")).out
    (line,) = [line for line in shown.splitlines() if f"{filing['reference']}  accept it" in line]
    assert line.startswith("overdue by 2d")
    assert "The kettle is broken, I want a refund." in line
    assert f"\namends act {filing['reference']} accept --as {owner}\n" in shown


async def test_a_deputy_finds_what_somebody_absent_has_to_do(amends: Shell, desk: Desk) -> None:
    """As long as they are absent."""
    reference = await desk.file()
    to = ("--to", "legal_compliance/shen.yi", "--reason", "law")
    await amends.quick("act", reference, "reassign", "--as", "xu.ming", *to)
    until_then = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    assert (await amends.quick("staff", "absent", "shen.yi", "--until", until_then, "--as", "shen.yi")).code == 0
    item = await found(amends, "nora.lind", reference, "assign")
    assert item["on_behalf_of"] == "shen.yi"
    assert (await amends.quick("staff", "back", "shen.yi", "--as", "shen.yi")).code == 0
    inbox = (await amends.quick("inbox", "--as", "nora.lind", "--json")).json
    assert reference not in [each["reference"] for each in inbox]


async def test_an_inbox_says_how_much_of_it_is_shown_or_that_it_is_empty(amends: Shell, desk: Desk) -> None:
    """An auditor never has to do anything."""
    owners = [(await desk.view(await desk.file())).owner.subject for _ in range(2)]
    await until(lambda: _has_items(amends, owners[0]), "somebody has something to do")
    assert (
        "The 1 most urgent; more with --limit." in (await amends.quick("inbox", "--as", owners[0], "--limit", "1")).out
    )
    assert (await amends.quick("inbox", "--as", "paul.weir")).out == "Nothing needs paul.weir now.\n"
    assert (await amends.quick("inbox", "--as", "paul.weir", "--json")).json == []


async def test_an_inbox_of_nobody_is_exit_code_4(amends: Shell) -> None:
    result = await amends.quick("inbox", "--as", "nobody.here", "--json")
    assert (result.code, result.error["code"]) == (4, "unknown_staff")


@pytest.mark.parametrize("duty", DutyKind)
def test_every_duty_is_said_in_words_and_has_its_line(duty: DutyKind) -> None:
    """With a blank for what has to be filled in."""
    line = line_for(Item(duty=duty, **AN_ITEM), "o'neil")
    assert TO_DO[duty]
    words = shlex.split(line)
    assert words[:3] in (["amends", "act", "7K2M-9QXD-4TBC"], ["amends", "show", "7K2M-9QXD-4TBC"])
    if duty.command:
        assert words[3:6] == [duty.command.replace("_", "-"), "--as", "o'neil"]
    if duty in (DutyKind.TASK, DutyKind.VOTE):
        assert "3" in words


async def _owner(amends: Shell, reference: str) -> str:
    owners: list[str] = []

    async def is_assigned() -> bool:
        shown = await amends.quick("show", reference, "--json")
        owners[:] = [shown.json["view"]["owner"]["subject"]] if shown.json["view"]["classification"] else []
        return bool(owners)

    await until(is_assigned, f"{reference} has an owner")
    return owners[0]


async def _has_items(amends: Shell, user: str) -> bool:
    return bool((await amends.quick("inbox", "--as", user, "--json")).json)
