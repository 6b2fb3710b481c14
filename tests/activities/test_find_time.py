"""When people can meet, as the directory says: their calendars, their absences, and who stands in for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog

from infra.db.tables import events
from tests.activities.conftest import Bureau
from tests.support.postings import complaint, entry, opening, posting
from workflows.contract.effects import FindTime
from workflows.contract.ports import Posted
from workflows.contract.replies import MEETING_HORIZON, Availability, Busy, Diary

FILING = complaint()
EARLIEST = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def find(*invited: str, earliest: datetime = EARLIEST) -> FindTime:
    """A time for a meeting of an hour."""
    return FindTime(sequence=2, number=1, call=1, invited=invited, duration=timedelta(hours=1), earliest=earliest)


async def asked(bureau: Bureau, wanted: FindTime) -> Availability:
    """The reply to one effect."""
    await bureau.journal.record(opening(FILING))
    posted = await bureau.meeting.find_time(posting(FILING, entry(2), effects=(wanted,)))
    (reply,) = posted.replies
    assert isinstance(reply, Availability)
    return reply


async def absent(bureau: Bureau, subject: str, start: datetime, end: datetime, back_at: datetime | None = None) -> None:
    """Announce an absence, perhaps ended early or taken back."""
    back = f"'{back_at.isoformat()}'" if back_at else "NULL"
    await bureau.run(
        "INSERT INTO absences (subject, starts_at, ends_at, back_at)"  # noqa: S608 - the test's own words
        f" VALUES ('{subject}', '{start.isoformat()}', '{end.isoformat()}', {back})"
    )


async def test_everybody_is_there_unless_the_directory_says_otherwise(bureau: Bureau) -> None:
    """Each person once, in the order of the invitation; who is not on the staff is left out. The entry is recorded."""
    await bureau.run("UPDATE staff SET active = false WHERE subject = 'ben.frost'")
    reply = await asked(bureau, find("nora.lind", "gao.feng", "nora.lind", "ben.frost", "nobody"))
    assert reply == Availability(
        sequence=2, number=1, call=1, people=(Diary(subject="nora.lind"), Diary(subject="gao.feng"))
    )
    assert len(await bureau.rows(events)) == 2


async def test_calendars_come_along_once_for_the_years_they_are_needed(bureau: Bureau) -> None:
    """By the name in the directory; who has none of their own follows the policy's."""
    await bureau.run("UPDATE staff SET calendar = 'england' WHERE subject IN ('nora.lind', 'ines.vogel')")
    await bureau.run("UPDATE staff SET calendar = 'china' WHERE subject = 'gao.feng'")
    reply = await asked(bureau, find("nora.lind", "gao.feng", "ines.vogel", "he.jun", earliest=EARLIEST - 800 * DAY))
    assert [diary.calendar for diary in reply.people] == ["england", "china", "england", None]
    assert set(reply.calendars) == {"england", "china"}
    assert reply.calendars["england"].timezone == "Europe/London"
    assert {day.year for day in reply.calendars["china"].holidays} == {2022, 2023, 2024, 2025}


async def test_a_calendar_that_does_not_exist_is_reported(bureau: Bureau) -> None:
    """To the case and, once, to the log; the person is then treated as following the policy's."""
    await bureau.run("UPDATE staff SET calendar = 'atlantis' WHERE subject = 'gao.feng'")
    await bureau.journal.record(opening(FILING))
    with structlog.testing.capture_logs() as logs:
        for sequence in (2, 3):
            posted = await bureau.meeting.find_time(posting(FILING, entry(sequence), effects=(find("gao.feng"),)))
    assert posted.replies == (
        Availability(
            sequence=2, number=1, call=1, people=(Diary(subject="gao.feng"),), unknown_calendars=("atlantis",)
        ),
    )
    (warning,) = [log for log in logs if log["event"] == "staff.calendar_unusable"]
    assert warning["calendar"] == "atlantis"
    assert "there is no calendar atlantis" in warning["error"]


async def test_absences_that_touch_the_time_looked_at_are_named(bureau: Bureau) -> None:
    """In order, ended where somebody came back early; neither those that are over nor those taken back or far away."""
    latest = EARLIEST + MEETING_HORIZON
    await absent(bureau, "gao.feng", EARLIEST + 5 * DAY, EARLIEST + 9 * DAY)
    await absent(bureau, "gao.feng", EARLIEST - 5 * DAY, EARLIEST + DAY)
    await absent(bureau, "gao.feng", EARLIEST + 11 * DAY, EARLIEST + 20 * DAY, EARLIEST + 12 * DAY)
    for start, end, back_at in (
        (EARLIEST - 5 * DAY, EARLIEST, None),
        (EARLIEST - 5 * DAY, EARLIEST + 2 * DAY, EARLIEST - DAY),
        (EARLIEST + 6 * DAY, EARLIEST + 7 * DAY, EARLIEST + 3 * DAY),
        (latest, latest + DAY, None),
    ):
        await absent(bureau, "gao.feng", start, end, back_at)
    reply = await asked(bureau, find("gao.feng"))
    assert reply.people[0].busy == (
        Busy(since=EARLIEST - 5 * DAY, until=EARLIEST + DAY),
        Busy(since=EARLIEST + 5 * DAY, until=EARLIEST + 9 * DAY),
        Busy(since=EARLIEST + 11 * DAY, until=EARLIEST + 12 * DAY),
    )


async def test_those_who_stand_in_for_somebody_absent_come_along(bureau: Bureau) -> None:
    """Also for a deputy who is absent; not for those who are there, and nobody twice, even in a circle."""
    for subject, deputy in (
        ("gao.feng", "ines.vogel"),
        ("ines.vogel", "he.jun"),
        ("he.jun", "gao.feng"),
        ("nora.lind", "shen.yi"),
    ):
        await bureau.run(f"UPDATE staff SET deputy = '{deputy}' WHERE subject = '{subject}'")  # noqa: S608 - as above
    for subject in ("gao.feng", "ines.vogel", "he.jun"):
        await absent(bureau, subject, EARLIEST, EARLIEST + DAY)
    busy = (Busy(since=EARLIEST, until=EARLIEST + DAY),)
    reply = await asked(bureau, find("gao.feng", "nora.lind"))
    assert reply.people == (
        Diary(subject="gao.feng", busy=busy, deputy="ines.vogel"),
        Diary(subject="nora.lind", deputy="shen.yi"),
        Diary(subject="ines.vogel", busy=busy, deputy="he.jun"),
        Diary(subject="he.jun", busy=busy, deputy="gao.feng"),
    )


async def test_every_question_is_answered_and_asking_again_changes_nothing(bureau: Bureau) -> None:
    """In the order of the effects; a complaint of an older life is not answered at all."""
    await bureau.journal.record(opening(FILING))
    questions = (find("gao.feng"), find("nora.lind").model_copy(update={"call": 2}))
    twice = [await bureau.meeting.find_time(posting(FILING, entry(2), effects=questions)) for _ in range(2)]
    assert twice[0] == twice[1]
    assert [(reply.kind, getattr(reply, "call", None)) for reply in twice[0].replies] == [
        ("availability", 1),
        ("availability", 2),
    ]
    again = await bureau.meeting.find_time(posting(FILING, entry(2), effects=questions, origin="another"))
    assert again == Posted(already_on_file=True)
