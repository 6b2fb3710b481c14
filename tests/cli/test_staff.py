"""`amends staff` and `amends department` on a running Amends, with people who are nobody else's concern."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.organisation import SHIPPED_ORGANISATION
from tests.cli.desk import Desk
from tests.cli.shell import Shell
from tests.support.conditions import until
from workflows.contract.commands import Reassign
from workflows.contract.parties import Actor, Party
from workflows.contract.vocabulary import Role

HEAD = ("--as", "claire.dunn")
EXECUTIVE = ("--as", "xu.ming")


async def add(amends: Shell, subject: str, *options: str) -> None:
    """Somebody new in marketing."""
    arguments = ("staff", "add", subject, "--name", subject.title(), "--language", "en", *options, *HEAD)
    result = await amends.quick(*arguments)
    assert result.code == 0, result.err


async def person(amends: Shell, subject: str) -> dict[str, object]:
    found: dict[str, object] = (await amends.quick("staff", "show", subject, "--json")).json
    return found


async def test_somebody_comes_changes_and_leaves(amends: Shell) -> None:
    """What is not said is as expected: the department of whoever adds them, and an agent."""
    given = ("--speaks", "zh", "--skill", "price", "--skill", "service", "--team", "press", "--deputy", "su.yan")
    await add(amends, "anna.berg", *given, "--contractor")
    shown = await person(amends, "anna.berg")
    assert (shown["department"], shown["roles"], shown["contractor"]) == ("marketing_pr", ["agent"], True)
    assert (shown["languages"], shown["skills"], shown["team"]) == (["zh"], ["price", "service"], "press")
    changed = await amends.quick(
        "staff", "change", "anna.berg", "--employee", "--clear", "team", "--clear", "speaks", *HEAD
    )
    assert "contractor yes -> no" in changed.out
    assert "team press -> nothing" in changed.out
    again = await amends.quick("staff", "change", "anna.berg", "--employee", *HEAD)
    assert again.out == "Nothing to change: the directory says so already.\n"
    assert (await person(amends, "anna.berg"))["team"] is None
    listed = (await amends.quick("staff", "list", "--department", "marketing_pr", "--skill", "price", "--json")).json
    assert [row["subject"] for row in listed] == ["anna.berg"]
    assert "anna.berg: left" in (await amends.quick("staff", "leave", "anna.berg", *HEAD)).out
    assert "anna.berg" not in (await amends.quick("staff", "list")).out
    assert "anna.berg" in (await amends.quick("staff", "list", "--left")).out
    assert "(has left)" in (await amends.quick("staff", "show", "anna.berg")).out


async def test_the_history_says_who_did_what_through_which_door(amends: Shell) -> None:
    """Of one person, the last change first."""
    await add(amends, "paul.ito")
    await amends.quick("staff", "change", "paul.ito", "--email", "paul.ito@amends.example", *EXECUTIVE)
    rows = (await amends.quick("staff", "history", "paul.ito", "--json")).json
    assert [(row["action"], row["by"], row["authenticated_by"]) for row in rows] == [
        ("changed", "xu.ming", "shell"),
        ("engaged", "claire.dunn", "shell"),
    ]
    assert (rows[0]["before"], rows[0]["after"]) == ({"email": None}, {"email": "paul.ito@amends.example"})
    assert "email nothing -> paul.ito@amends.example" in (await amends.quick("staff", "history", "paul.ito")).out
    await amends.quick("staff", "leave", "paul.ito", *HEAD)


async def test_who_is_absent_is_seen_until_they_are_back(amends: Shell) -> None:
    """They may say it themselves; a date is its first minute in AMENDS_TIME_ZONE, unless it says otherwise."""
    await add(amends, "eva.sand")
    abroad = Shell(amends.state_dir, (("AMENDS_TIME_ZONE", "Asia/Shanghai"),))
    away = ("--from", "2026-01-01", "--until", "2999-05-01", "--note", "far away", "--as", "eva.sand")
    told = await abroad.quick("staff", "absent", "eva.sand", *away)
    assert "Nobody stands in for eva.sand" in told.err
    shown = await person(amends, "eva.sand")
    assert shown["absences"] == [
        {"starts_at": "2025-12-31T16:00:00Z", "ends_at": "2999-04-30T16:00:00Z", "note": "far away", "back_at": None}
    ]
    assert [row["subject"] for row in (await amends.quick("staff", "list", "--absent", "--json")).json] == ["eva.sand"]
    assert (await amends.quick("staff", "back", "eva.sand", "--as", "eva.sand")).code == 0
    assert (await amends.quick("staff", "list", "--absent")).out == "Nobody matches.\n"
    until = ("--until", "2999-05-01T09:30+02:00")
    await amends.quick("staff", "absent", "eva.sand", *until, "--from", "2999-04-30T08:00Z", *HEAD)
    (absence,) = (await amends.quick("staff", "show", "eva.sand", "--json")).json["absences"]
    assert (absence["starts_at"], absence["ends_at"]) == ("2999-04-30T08:00:00Z", "2999-05-01T07:30:00Z")
    await amends.quick("staff", "leave", "eva.sand", *HEAD)


async def test_a_department_is_founded_led_and_closed(amends: Shell, tmp_path: Path) -> None:
    """Closed by a file without it, which can be tried first."""
    await add(amends, "lena.roth")
    named = ("--zh", "活动部", "--en", "Events", "--head", "lena.roth")
    founded = await amends.quick("department", "add", "events", *named, *EXECUTIVE)
    assert "department added" in founded.out
    rows = (await amends.quick("department", "list", "--json")).json
    assert [row["head"] for row in rows if row["department"] == "events"] == ["lena.roth"]
    assert "活动部" in (await amends.quick("department", "list")).out
    organisation = tmp_path / "organisation.yaml"
    organisation.write_text(SHIPPED_ORGANISATION.read_text(encoding="utf-8"), encoding="utf-8")
    tried = await amends.quick("staff", "import", str(organisation), "--dry-run", *EXECUTIVE)
    assert "events: department closed" in tried.out
    assert "Nothing was changed yet." in tried.out
    assert "events" in (await amends.quick("department", "list")).out
    done = await amends.quick("staff", "import", str(organisation), "--json", *EXECUTIVE)
    assert {change["about"] for change in done.json["changes"]} == {"events", "lena.roth"}
    assert "events" not in (await amends.quick("department", "list")).out


async def test_appointing_says_what_becomes_of_whom(amends: Shell) -> None:
    result = await amends.quick("department", "appoint", "marketing_pr", "--lead", "ben.frost", "--json", *HEAD)
    changes = {change["about"]: change["after"] for change in result.json["changes"]}
    assert changes == {
        "marketing_pr": {"lead": "ben.frost"},
        "su.yan": {"roles": ["agent"]},
        "ben.frost": {"roles": ["lead"]},
    }
    assert (await amends.quick("department", "appoint", "marketing_pr", "--lead", "su.yan", *HEAD)).code == 0


async def test_a_restart_keeps_what_was_changed(amends: Shell) -> None:
    """`amends migrate`, as every `amends up` does, fills an empty directory only."""
    await add(amends, "kim.lee")
    migrated = (await amends.quick("migrate", "--json")).json
    assert migrated["filled"] is False
    assert (await person(amends, "kim.lee"))["active"]
    assert "left as it is" in (await amends.quick("migrate")).out
    await amends.quick("staff", "leave", "kim.lee", *HEAD)


async def test_who_leaves_with_open_complaints_is_told_of(amends: Shell, desk: Desk) -> None:
    """Somebody has to see to them."""
    await add(amends, "jo.lind")
    reference = await desk.file()
    await _hand_over(desk, reference, "jo.lind")

    async def is_theirs() -> bool:
        return (await desk.row(reference)).owner == "jo.lind"

    await until(is_theirs, "the tables know the new owner")
    left = await amends.quick("staff", "leave", "jo.lind", *HEAD)
    assert "jo.lind still owns 1 open complaint: amends list --owner jo.lind" in left.err


async def _hand_over(desk: Desk, reference: str, to: str) -> None:
    owner = (await desk.view(reference)).owner
    head = Actor(subject=owner.subject, roles=(Role.HEAD,), department=owner.department, authenticated_by="test")
    party = Party(department="marketing_pr", subject=to)
    await desk.client.command(reference, Reassign(actor=head, command_id="give", to=party, reason="theirs"))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("staff", "show", "zhou.qy"), 4, "did you mean zhou.qi"),
        (("staff", "change", "zhou.qi", "--team", "a", *HEAD), 3, "only the head of customer_service or an executive"),
        (("staff", "change", "zhou.qi", "--team", "a", "--as", "nobody"), 4, "nobody on the staff is called nobody"),
        (("staff", "change", "zhou.qi", *EXECUTIVE), 2, "say what to change"),
        (("staff", "change", "zhou.qi", "--skill", "magic", *EXECUTIVE), 2, "skill"),
        (("staff", "change", "zhou.qi", "--team", "a", "--clear", "team", *EXECUTIVE), 2, "either give --team"),
        (("staff", "change", "zhou.qi", "--calendar", "atlantis", *EXECUTIVE), 2, "there is no calendar atlantis"),
        (("staff", "leave", "lin.wan", *EXECUTIVE), 3, "amends department appoint customer_service --head"),
        (("staff", "absent", "zhou.qi", "--until", "tomorrow", *EXECUTIVE), 2, "until: expected a date such as"),
        (("staff", "absent", "zhou.qi", "--until", "2020-01-01", *EXECUTIVE), 2, "expected a moment after"),
        (("staff", "back", "zhou.qi", *EXECUTIVE), 3, "is not absent"),
        (("staff", "import", "nowhere.yaml", *EXECUTIVE), 2, "cannot read nowhere.yaml"),
        (("staff", "import", str(SHIPPED_ORGANISATION), *HEAD), 3, "only an executive may"),
        (("department", "appoint", "legal_compliance", *EXECUTIVE), 2, "--head or --lead"),
        (
            ("department", "appoint", "legal_compliance", "--lead", "zhou.qi", *EXECUTIVE),
            4,
            "is not in legal_compliance",
        ),
        (
            ("department", "add", "Two Words", "--zh", "a", "--en", "b", "--head", "zhou.qi", *EXECUTIVE),
            2,
            "department",
        ),
    ],
)
async def test_what_cannot_be_is_refused_with_its_reason(
    amends: Shell, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = await amends.quick(*arguments)
    assert (result.code, said in " ".join(re.sub("[│╭╮╰╯─]", " ", result.err).split())) == (code, True), result.err
