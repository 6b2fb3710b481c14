"""A meeting as staff hold it from the shell: called, minuted, voted in and decided, and its task done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.cli.desk import Desk
from tests.cli.shell import Shell
from tests.cli.test_complaints import act
from tests.support.conditions import until

CHAIR, LAWYER, ENGINEER = "gao.feng", "shen.yi", "he.jun"


async def test_a_meeting_is_held_from_the_shell(amends: Shell, desk: Desk) -> None:
    """And `amends show` says at every point how far it has come."""
    reference = await desk.file()
    await act(amends, reference, "accept", "--as", CHAIR)
    starts_at, due_at = (datetime.now(UTC) + timedelta(days=days) for days in (1, 3))
    invited = ("--department", "legal_compliance", "--invite", f"technical_support/{ENGINEER}")
    when = ("--starts-at", starts_at.isoformat(), "--duration", "PT45M", "--agenda", "Who pays?")
    await act(amends, reference, "call-meeting", "--as", CHAIR, *invited, *when)

    async def has_a_time() -> bool:
        meeting = (await desk.view(reference)).meeting
        return meeting is not None and meeting.starts_at is not None

    await until(has_a_time, f"{reference} has a meeting with a time")
    minutes = ("--present", CHAIR, "--present", LAWYER, "--minutes", "We went through it.")
    assert (await act(amends, reference, "record-minutes", "--as", CHAIR, *minutes))["events"] == ["minutes_recorded"]
    await act(amends, reference, "move", "--as", LAWYER, "--text", "We pay half.")
    for voter in (CHAIR, LAWYER):
        await act(amends, reference, "vote", "--as", voter, "--motion", "1", "--choice", "for")
    again = await amends.quick("act", reference, "vote", "--as", LAWYER, "--motion", "1", "--choice", "for", "--json")
    assert (again.code, again.error["code"]) == (3, "already_voted")
    shown = (await amends("show", reference)).out
    for expected in (
        "1, of technical_support, legal_compliance, chaired by gao.feng",
        "gao.feng, shen.yi (2 of 2 departments: a quorum)",
        "1, by shen.yi: We pay half. (2 for, 0 against, 0 abstained; carried)",
    ):
        assert expected in " ".join(shown.split())

    decision = ("--decision", "We pay half.", "--motion", "1")
    unclear = await amends.quick(
        "act", reference, "decide-meeting", "--as", CHAIR, *decision, "--task", "tomorrow", "--json"
    )
    assert (unclear.code, unclear.error["field"]) == (2, "task")
    task = f"technical_support/{ENGINEER} {due_at.isoformat()} Write to the carrier."
    await act(amends, reference, "decide-meeting", "--as", CHAIR, *decision, "--task", task)
    assert "1, he.jun of technical_support by" in " ".join((await amends("show", reference)).out.split())
    done = ("complete-task", "--task", "1", "--result", "Written.")
    refused = await amends.quick("act", reference, *done, "--as", LAWYER, "--json")
    assert (refused.code, refused.error["code"]) == (3, "not_permitted")
    assert (await act(amends, reference, *done, "--as", ENGINEER))["events"] == ["task_done"]
