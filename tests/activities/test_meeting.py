"""A meeting is on record once, as it was last told to everybody who is invited."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from infra.db.tables import events, invitations, meetings
from tests.activities.conftest import Bureau
from tests.support.mail import MailServer
from tests.support.postings import complaint, entry, opening, posting
from workflows.contract.effects import CancelMeeting, InviteToMeeting, InvitingStatus, MeetingStatus
from workflows.contract.errors import AmendsError
from workflows.contract.ports import Posted

FILING = complaint()
STARTS_AT = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


def told(
    revision: int, *invited: str, number: int = 1, starts_at: datetime = STARTS_AT, call: int = 1
) -> InviteToMeeting:
    """A meeting of half an hour, in its so-many-th version."""
    statuses: tuple[InvitingStatus, ...] = (MeetingStatus.CALLED, MeetingStatus.RESCHEDULED, MeetingStatus.CALLED_AGAIN)
    return InviteToMeeting(
        sequence=revision + number + 1,
        number=number,
        call=call,
        revision=revision,
        status=statuses[revision],
        chair="lin.wan",
        invited=invited,
        agenda=f"议题 {revision}",
        starts_at=starts_at,
        ends_at=starts_at + HALF_AN_HOUR,
    )


def cancelled(revision: int) -> CancelMeeting:
    """That meeting does not take place."""
    about = told(1).model_dump(exclude={"kind", "status", "sequence", "revision", "invited"})
    return CancelMeeting(sequence=revision + 2, revision=revision, invited=("gao.feng",), **about)


async def test_a_meeting_is_recorded_and_everybody_invited(bureau: Bureau, mail_server: MailServer) -> None:
    """Once each, however often the posting is tried and a name is listed."""
    await bureau.journal.record(opening(FILING))
    effect = told(0, "gao.feng", "nora.lind", "gao.feng")
    for _ in range(2):
        assert await bureau.meeting.invite_to_meeting(posting(FILING, entry(2), effects=(effect,))) == Posted()
    (meeting,) = await bureau.rows(meetings)
    assert (meeting.reference, meeting.number, meeting.chair) == (FILING.reference, 1, "lin.wan")
    assert [row.subject for row in await bureau.rows(invitations)] == ["gao.feng", "nora.lind"]
    recipients = [mail.recipients[0] for mail in mail_server.sink.messages()]
    assert sorted(recipients) == [f"{subject}@amends.example" for subject in ("gao.feng", "lin.wan", "nora.lind")]
    assert len(await bureau.rows(events)) == 2


async def test_a_second_meeting_is_another_one(bureau: Bureau) -> None:
    """Of the same complaint, with its own number."""
    await bureau.journal.record(opening(FILING))
    effects = (told(0, "gao.feng"), told(0, "gao.feng", number=2))
    await bureau.meeting.invite_to_meeting(posting(FILING, entry(2), entry(3), effects=effects))
    assert [(row.number, row.subject) for row in await bureau.rows(invitations)] == [(1, "gao.feng"), (2, "gao.feng")]


async def test_a_posting_that_fails_half_way_leaves_nothing_behind(
    bureau: Bureau, as_owner: Callable[[str], Awaitable[None]]
) -> None:
    """Entries, records and letters are stored together or not at all; here the letters cannot be."""
    await bureau.journal.record(opening(FILING))
    await as_owner("REVOKE INSERT ON outbox FROM amends_app")
    effect = told(0, "gao.feng")
    with pytest.raises(AmendsError, match="42501"):
        await bureau.meeting.invite_to_meeting(posting(FILING, entry(2), effects=(effect,)))
    assert await bureau.rows(meetings) == []
    assert len(await bureau.rows(events)) == 1

    await as_owner("GRANT INSERT ON outbox TO amends_app")
    assert await bureau.meeting.invite_to_meeting(posting(FILING, entry(2), effects=(effect,))) == Posted()
    assert len(await bureau.rows(events)) == 2


async def test_a_record_says_what_was_told_last(bureau: Bureau) -> None:
    """The newest time, call and people; a cancelled meeting stays on record."""
    await bureau.journal.record(opening(FILING))
    later = STARTS_AT + timedelta(days=1)
    await bureau.meeting.invite_to_meeting(posting(FILING, entry(2), effects=(told(0, "gao.feng", "nora.lind"),)))
    (first,) = await bureau.rows(meetings)
    assert (first.status, first.call, first.revision, first.agenda) == ("called", 1, 0, "议题 0")
    assert (first.starts_at, first.ends_at) == (STARTS_AT, STARTS_AT + HALF_AN_HOUR)

    newer = (told(1, "gao.feng", starts_at=later), told(2, "he.jun", "gao.feng", starts_at=later, call=2))
    await bureau.meeting.invite_to_meeting(posting(FILING, entry(3), entry(4), effects=newer))
    (second,) = await bureau.rows(meetings)
    assert (second.status, second.call, second.revision, second.agenda) == ("called_again", 2, 2, "议题 2")
    assert (second.starts_at, second.called_at) == (later, first.called_at)
    assert [row.subject for row in await bureau.rows(invitations)] == ["gao.feng", "he.jun"]

    await bureau.meeting.cancel_meeting(posting(FILING, entry(5), effects=(cancelled(3),)))
    (third,) = await bureau.rows(meetings)
    assert (third.status, third.revision) == ("cancelled", 3)


async def test_an_older_posting_that_is_repeated_undoes_nothing(bureau: Bureau, mail_server: MailServer) -> None:
    """A worker may try again what had been done already, with newer postings in between."""
    await bureau.journal.record(opening(FILING))
    first = posting(FILING, entry(2), effects=(told(0, "gao.feng"),))
    moved = posting(FILING, entry(3), effects=(told(1, "nora.lind", starts_at=STARTS_AT + timedelta(days=1)),))
    gone = posting(FILING, entry(4), effects=(cancelled(2),))
    await bureau.meeting.invite_to_meeting(first)
    await bureau.meeting.invite_to_meeting(moved)
    await bureau.meeting.cancel_meeting(gone)
    rows, invited = await bureau.rows(meetings), await bureau.rows(invitations)
    mails = len(mail_server.sink.messages())
    await bureau.meeting.cancel_meeting(gone)
    await bureau.meeting.invite_to_meeting(moved)
    await bureau.meeting.invite_to_meeting(first)
    assert (await bureau.rows(meetings), await bureau.rows(invitations)) == (rows, invited)
    assert (len(mail_server.sink.messages()), mail_server.sink.repeats()) == (mails, 0)
