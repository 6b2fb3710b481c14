"""A meeting is on record once, with everybody who was invited."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from infra.db.tables import events, invitations, meetings
from tests.activities.conftest import Bureau
from tests.support.mail import MailServer
from tests.support.postings import complaint, entry, opening, posting
from workflows.contract.effects import ConveneMeeting
from workflows.contract.errors import AmendsError
from workflows.contract.ports import Posted

FILING = complaint()
STARTS_AT = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)


def convene(number: int, *invited: str, starts_at: datetime | None = STARTS_AT) -> ConveneMeeting:
    """A meeting about who pays."""
    return ConveneMeeting(
        sequence=number + 1, number=number, chair="lin.wan", invited=invited, agenda="谁来承担", starts_at=starts_at
    )


@pytest.mark.parametrize("starts_at", [STARTS_AT, None])
async def test_a_meeting_is_recorded_and_everybody_invited(
    bureau: Bureau, mail_server: MailServer, starts_at: datetime | None
) -> None:
    """Once each, however often the posting is tried and a name is listed."""
    await bureau.journal.record(opening(FILING))
    effect = convene(1, "gao.feng", "nora.lind", "gao.feng", starts_at=starts_at)
    for _ in range(2):
        assert await bureau.meeting.convene_meeting(posting(FILING, entry(2), effects=(effect,))) == Posted()
    (meeting,) = await bureau.rows(meetings)
    assert (meeting.reference, meeting.number, meeting.chair) == (FILING.reference, 1, "lin.wan")
    assert (meeting.agenda, meeting.starts_at) == ("谁来承担", starts_at)
    assert [row.subject for row in await bureau.rows(invitations)] == ["gao.feng", "nora.lind"]
    texts = {mail.recipients[0]: mail.read().get_content() for mail in mail_server.sink.messages()}
    assert set(texts) == {"gao.feng@amends.example", "nora.lind@amends.example"}
    for text in texts.values():
        assert ("2026-03-04 06:00 (UTC+00:00)" in text) is (starts_at is not None)
    assert len(await bureau.rows(events)) == 2


async def test_a_second_meeting_is_another_one(bureau: Bureau) -> None:
    """Of the same complaint, with its own number."""
    await bureau.journal.record(opening(FILING))
    effects = (convene(1, "gao.feng"), convene(2, "gao.feng"))
    await bureau.meeting.convene_meeting(posting(FILING, entry(2), entry(3), effects=effects))
    assert [(row.number, row.subject) for row in await bureau.rows(invitations)] == [(1, "gao.feng"), (2, "gao.feng")]


async def test_a_posting_that_fails_half_way_leaves_nothing_behind(
    bureau: Bureau, as_owner: Callable[[str], Awaitable[None]]
) -> None:
    """Entries, records and letters are stored together or not at all; here the letters cannot be."""
    await bureau.journal.record(opening(FILING))
    await as_owner("REVOKE INSERT ON outbox FROM amends_app")
    effect = convene(1, "gao.feng")
    with pytest.raises(AmendsError, match="42501"):
        await bureau.meeting.convene_meeting(posting(FILING, entry(2), effects=(effect,)))
    assert await bureau.rows(meetings) == []
    assert len(await bureau.rows(events)) == 1

    await as_owner("GRANT INSERT ON outbox TO amends_app")
    assert await bureau.meeting.convene_meeting(posting(FILING, entry(2), effects=(effect,))) == Posted()
    assert len(await bureau.rows(events)) == 2
