"""Who gets a complaint, keeps out of it and takes it over, and what happens when people leave: from the shell."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from tests.cli.desk import Desk
from tests.cli.shell import Shell
from tests.support.conditions import until
from workflows.contract.vocabulary import Status

LEAD = ("--as", "ines.vogel")
HEAD = ("--as", "gao.feng")
EXECUTIVE = ("--as", "xu.ming")


async def test_a_new_complaint_is_given_to_a_person_who_is_told_and_can_be_given_to_another(
    amends: Shell, desk: Desk
) -> None:
    """The shell brings the candidates; why it is who it is stands in the journal."""
    reference = await desk.file()
    first = (await desk.view(reference)).owner
    assert first.subject in ("raj.patel", "he.jun")
    assert (await desk.message(reference, "assignment")).staff == first.subject
    shown = (await amends("show", reference)).out
    assert "quality complaints belong to technical_support" in shown
    receipt = (await amends.quick("act", reference, "assign", *LEAD, "--json")).json
    assert receipt["events"] == ["assigned"]
    second = (await desk.view(reference)).owner
    assert {first.subject, second.subject} == {"raj.patel", "he.jun"}
    back = await amends.quick("act", reference, "assign", "--to", f"technical_support/{first.subject}", *LEAD)
    assert back.code == 0, back.err
    assert (await desk.view(reference)).owner == first


async def test_many_complaints_are_assigned_each_with_its_own_candidates(
    amends: Shell, desk: Desk, tmp_path: Path
) -> None:
    """Of two departments, by one command."""
    references = [await desk.file(), await desk.file("The parcel never arrived.")]
    before = [(await desk.view(reference)).owner for reference in references]
    listed = tmp_path / "references.txt"
    listed.write_text("\n".join(references), encoding="utf-8")
    result = await amends("bulk", "--reference", str(listed), "assign", *EXECUTIVE, "--go")
    assert result.code == 0, result.err
    after = [(await desk.view(reference)).owner for reference in references]
    assert [owner.department for owner in after] == [owner.department for owner in before]
    assert all(one.subject != other.subject for one, other in zip(before, after, strict=True))


async def test_who_has_an_interest_is_named_by_somebody_who_knows_them(amends: Shell, desk: Desk) -> None:
    """A slip of the keyboard would bar nobody."""
    reference = await desk.file()
    arguments = ("act", reference, "declare-interest", "--reason", "his brother's shop", *HEAD, "--json")
    refused = await amends.quick(*arguments, "--subject", "raj.pattel")
    assert (refused.code, refused.error["code"]) == (4, "unknown_staff")
    owner = (await desk.view(reference)).owner.subject
    receipt = (await amends.quick(*arguments, "--subject", owner)).json
    assert receipt["events"] == ["interest_declared", "reassigned"]
    assert (await desk.view(reference)).owner.subject == "gao.feng"
    shown = (await amends("show", reference)).out
    assert any("barred by an interest" in line and owner in line for line in shown.splitlines())


async def test_a_document_is_described_by_a_copy_at_hand(amends: Shell, desk: Desk, tmp_path: Path) -> None:
    """Its hash is that of the copy; what is typed counts more."""
    reference = await desk.file()
    copy = tmp_path / "letter.pdf"
    copy.write_bytes(b"Dear sirs")
    uri = "https://files.example/letter.pdf"
    attached = ("act", reference, "attach", "--uri", uri, "--copy", str(copy), "--file-name", "First letter.pdf")
    assert (await amends.quick(*attached, "--as", "raj.patel")).code == 0

    async def is_projected() -> bool:
        return any(event.type == "attached" for event in await desk.model.events(reference))

    await until(is_projected, f"{reference} has its document")
    [event] = [event.data for event in await desk.model.events(reference) if event.type == "attached"]
    assert (event["file_name"], event["media_type"], event["size_bytes"]) == ("First letter.pdf", "application/pdf", 9)
    assert event["sha256"] == sha256(b"Dear sirs").hexdigest()
    gone = ("act", reference, "attach", "--uri", uri, "--copy", str(tmp_path / "gone.pdf"), "--as", "raj.patel")
    refused = await amends.quick(*gone, "--json")
    assert (refused.code, refused.error["field"]) == (2, "copy")


async def test_what_somebody_owned_who_left_falls_to_the_head_by_a_rollout(amends: Shell, desk: Desk) -> None:
    """First dry, then in earnest, then it finds nothing left to do; also a closed complaint learns of it."""
    add = ("staff", "add", "kim.lee", "--name", "Kim Lee", "--department", "marketing_pr", "--language", "en")
    assert (await amends.quick(*add, *EXECUTIVE)).code == 0
    reference, closed = await desk.file(), await desk.file()
    to = ("--to", "marketing_pr/kim.lee", "--reason", "the press")
    for each in (reference, closed):
        assert (await amends.quick("act", each, "reassign", *to, *EXECUTIVE)).code == 0
    assert (await amends.quick("act", closed, "withdraw", "--reason", "solved", "--as", "complainant")).code == 0

    async def are_projected() -> bool:
        rows = [await desk.row(each) for each in (reference, closed)]
        return [(row.owner, row.status) for row in rows] == [("kim.lee", Status.ASSIGNED), ("kim.lee", Status.CLOSED)]

    await until(are_projected, "both are in the tables")
    left = await amends.quick("staff", "leave", "kim.lee", *EXECUTIVE)
    assert "amends staff rollout" in left.err
    rollout = ("staff", "rollout", *EXECUTIVE, "--reason", "Kim Lee has left", "--only", reference, "--only", closed)
    dry = await amends(*rollout, "--dry-run")
    assert dry.out.count("would change") >= 2
    assert (await desk.view(reference)).owner.subject == "kim.lee"
    done = await amends(*rollout)
    assert done.code == 0, done.err
    for each in (reference, closed):
        assert (await desk.view(each)).owner.subject == "claire.dunn"
    assert "2 already so" in (await amends(*rollout)).out
    refused = await amends.quick("staff", "rollout", "--as", "raj.patel", "--reason", "x", "--json")
    assert (refused.code, refused.error["code"]) == (3, "not_permitted")
