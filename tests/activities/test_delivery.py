"""Mails: stored with the entries that cause them, sent once, and never forgotten, whatever breaks in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.testing import ActivityEnvironment

from infra.db.engine import make_engine
from infra.db.tables import events, outbox
from tests.activities.conftest import SENDER, Bureau, make_bureau
from tests.support.mail import MailServer, RefusingMailServer, SilentMailServer
from tests.support.postings import EMAIL, complaint, entry, filed, opening, posting
from workflows.contract.effects import Effect, Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.ports import Posted, Undelivered
from workflows.contract.vocabulary import Language

FILING = complaint()
ACKNOWLEDGEMENT = Notify(sequence=1, notice=Notice.ACKNOWLEDGEMENT, to=None)
MESSAGE_ID = f"<{FILING.reference}.1.acknowledgement@desk.example>"
FILED_AND_ACKNOWLEDGED = opening(FILING, ACKNOWLEDGEMENT)
RETRY = Undelivered(reference=FILING.reference, message_ids=(MESSAGE_ID,))


def assignment(sequence: int, to: str) -> Notify:
    """A notice to a member of staff."""
    return Notify(sequence=sequence, notice=Notice.ASSIGNMENT, to=to, facts={"reason": "knows the product"})


def question(sequence: int) -> Notify:
    """A notice to the complainant."""
    return Notify(sequence=sequence, notice=Notice.QUESTION, to=None, facts={"question": f"question {sequence}?"})


async def test_a_notice_reaches_its_reader_in_their_language(bureau: Bureau, mail_server: MailServer) -> None:
    """The contact rides in the same posting as the notice; staff read their own language."""
    english = complaint("en", language=Language.EN, name="Ann Lee", email="ann@customer.example")
    effects = (ACKNOWLEDGEMENT, assignment(2, "lin.wan"), assignment(3, "tom.hale"))
    posted = await ActivityEnvironment().run(
        bureau.notification.notify, posting(english, filed(english), entry(2), entry(3), effects=effects)
    )
    assert posted == Posted()
    mails = {mail.recipients[0]: mail for mail in mail_server.sink.messages()}
    assert {address: mail.subject for address, mail in mails.items()} == {
        "ann@customer.example": f"We have received your complaint {english.reference}",
        "lin.wan@amends.example": f"投诉 {english.reference} 已转交给您办理",
        "tom.hale@amends.example": f"Complaint {english.reference} is now yours",
    }
    message = mails["ann@customer.example"].read()
    assert "Dear Ann Lee," in message.get_content()
    assert (message["From"], message["To"]) == (SENDER, "ann@customer.example")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    assert datetime.now(UTC) - message["Date"].datetime < timedelta(minutes=1)
    assert {(row.audience, row.staff, row.language, row.status) for row in await bureau.rows(outbox)} == {
        ("complainant", None, "en", "sent"),
        ("staff", "lin.wan", "zh", "sent"),
        ("staff", "tom.hale", "en", "sent"),
    }


async def test_posting_a_notice_twice_sends_one_mail(bureau: Bureau, mail_server: MailServer) -> None:
    """The second attempt finds the first's row."""
    for _ in range(3):
        assert await bureau.notification.notify(FILED_AND_ACKNOWLEDGED) == Posted()
    assert [mail.message_id for mail in mail_server.sink.messages()] == [MESSAGE_ID]
    assert mail_server.sink.repeats() == 0
    (row,) = await bureau.rows(outbox)
    assert (row.status, row.attempts, row.last_error, row.claimed_until) == ("sent", 1, None, None)


async def test_a_mail_server_that_is_down_delays_the_mail_and_not_the_journal(
    bureau: Bureau, mail_server: MailServer
) -> None:
    """The posting succeeds and names what is left; the retry fails until the server is back, then sends it once."""
    await mail_server.stop()
    assert await bureau.notification.notify(FILED_AND_ACKNOWLEDGED) == Posted(undelivered=(MESSAGE_ID,))
    assert len(await bureau.rows(events)) == 1
    (row,) = await bureau.rows(outbox)
    assert (row.status, row.attempts) == ("pending", 1)
    assert mail_server.address in row.last_error

    with pytest.raises(AmendsError, match="has not taken 1 of 1 mails") as refused:
        await ActivityEnvironment().run(bureau.notification.deliver, RETRY)
    assert refused.value.code is ErrorCode.UNREACHABLE
    assert EMAIL not in str(refused.value)

    await mail_server.start()
    another_worker = make_bureau(bureau.engine, mail_server.address)
    delivered = await another_worker.notification.deliver(RETRY)
    (row,) = await bureau.rows(outbox)
    assert (row.status, row.attempts, row.last_error, row.sent_at) == ("sent", 3, None, delivered.at)
    assert await bureau.notification.deliver(RETRY) == delivered
    assert len(mail_server.mails_to(EMAIL)) == 1
    assert mail_server.sink.repeats() == 0
    await another_worker.mailer.close()


async def test_what_a_worker_stored_and_did_not_send_is_sent_by_the_next(
    bureau: Bureau, mail_server: MailServer, silent_mail_server: SilentMailServer
) -> None:
    """A worker dies while it waits for the mail server: until its claim lapses nobody else sends, then another does."""
    dying = make_bureau(bureau.engine, silent_mail_server.address)
    its_posting = asyncio.create_task(dying.notification.notify(FILED_AND_ACKNOWLEDGED))
    async with asyncio.timeout(30):
        await silent_mail_server.called.wait()
    its_posting.cancel()
    await asyncio.wait([its_posting])

    assert await bureau.notification.notify(FILED_AND_ACKNOWLEDGED) == Posted(undelivered=(MESSAGE_ID,))
    assert mail_server.sink.messages() == []
    await bureau.let_claims_lapse()
    assert await bureau.notification.notify(FILED_AND_ACKNOWLEDGED) == Posted()
    assert [mail.message_id for mail in mail_server.sink.messages()] == [MESSAGE_ID]


async def test_what_a_worker_sent_and_did_not_record_comes_again_under_the_same_message_id(
    bureau: Bureau, mail_server: MailServer
) -> None:
    """The one crash that repeats a mail: its receiver can tell, and the sink counts it."""
    broken = make_engine("postgresql://nobody@127.0.0.1:1/amends")
    dying = make_bureau(bureau.engine, mail_server.address, outbox_engine=broken)
    with pytest.raises(AmendsError, match="does not answer"):
        await dying.notification.notify(FILED_AND_ACKNOWLEDGED)
    assert len(mail_server.sink.messages()) == 1
    assert [row.status for row in await bureau.rows(outbox)] == ["pending"]

    await bureau.let_claims_lapse()
    await bureau.notification.deliver(RETRY)
    assert [mail.message_id for mail in mail_server.sink.messages()] == [MESSAGE_ID]
    assert mail_server.sink.repeats() == 1
    await dying.mailer.close()


async def test_workers_that_deliver_at_once_send_one_mail(bureau: Bureau, mail_server: MailServer) -> None:
    """Whoever claims the row first sends it."""
    await mail_server.stop()
    await bureau.notification.notify(FILED_AND_ACKNOWLEDGED)
    await mail_server.start()
    workers = [make_bureau(bureau.engine, mail_server.address) for _ in range(5)]
    await asyncio.gather(*(worker.notification.deliver(RETRY) for worker in workers), return_exceptions=True)
    assert len(mail_server.sink.messages()) == 1
    assert mail_server.sink.repeats() == 0
    assert (await workers[0].notification.deliver(RETRY)).at is not None
    for worker in workers:
        await worker.mailer.close()


async def test_one_posting_at_once_by_two_workers_sends_one_mail(bureau: Bureau, mail_server: MailServer) -> None:
    """As when an attempt is given up for lost and is not."""
    posted = await asyncio.gather(*(bureau.notification.notify(FILED_AND_ACKNOWLEDGED) for _ in range(6)))
    assert sum(not each.undelivered for each in posted) >= 1
    assert len(mail_server.sink.messages()) == 1
    assert mail_server.sink.repeats() == 0


async def test_mails_to_one_reader_keep_the_order_of_their_events(bureau: Bureau, mail_server: MailServer) -> None:
    """Many in one posting, between mails to others."""
    await bureau.journal.record(opening(FILING))
    effects: list[Effect] = []
    for sequence in range(2, 14, 2):
        effects += [question(sequence), assignment(sequence + 1, "lin.wan")]
    await bureau.notification.notify(posting(FILING, *map(entry, range(2, 14)), effects=tuple(effects)))
    questions = [mail.read().get_content() for mail in mail_server.mails_to(EMAIL)]
    assert [f"question {sequence}?" in text for sequence, text in zip(range(2, 14, 2), questions, strict=True)] == [
        True
    ] * 6


async def test_a_mail_waits_for_the_one_before_it_to_the_same_reader(
    bureau: Bureau, refusing_mail_server: RefusingMailServer
) -> None:
    """A server that fails once must not turn the order of events around."""
    worker = make_bureau(bureau.engine, refusing_mail_server.address)
    refusing_mail_server.refusals = ["451 4.3.0 try later"]
    await bureau.journal.record(opening(FILING))
    posted = await worker.notification.notify(posting(FILING, entry(2), entry(3), effects=(question(2), question(3))))
    assert posted.undelivered == tuple(f"<{FILING.reference}.{number}.question@desk.example>" for number in (2, 3))
    assert refusing_mail_server.taken == []
    await worker.notification.deliver(Undelivered(reference=FILING.reference, message_ids=posted.undelivered))
    assert len(refusing_mail_server.taken) == 2
    await worker.mailer.close()


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ("550 5.1.1 no such user", "rejected"),
        ("550 No such user here", "rejected"),
        ("553 5.1.3 bad address syntax", "rejected"),
        ("550 5.7.1 relaying denied", "pending"),
        ("554 5.7.1 blocked by policy", "pending"),
        ("450 4.2.1 mailbox busy", "pending"),
        ("421 4.3.2 shutting down", "pending"),
    ],
)
async def test_only_an_address_that_cannot_work_is_given_up(
    bureau: Bureau, refusing_mail_server: RefusingMailServer, reply: str, status: str
) -> None:
    """Everything else an operator or time can mend; both stay visible with the server's words."""
    worker = make_bureau(bureau.engine, refusing_mail_server.address)
    refusing_mail_server.refusals = [reply, reply]
    posted = await worker.notification.notify(FILED_AND_ACKNOWLEDGED)
    (row,) = await bureau.rows(outbox)
    assert row.status == status
    assert row.last_error == reply
    assert posted.undelivered == ((MESSAGE_ID,) if status == "pending" else ())
    await worker.mailer.close()


@pytest.mark.parametrize("address", ["a,b@customer.example", "<a@customer.example>", "a(b)@customer.example"])
async def test_an_address_that_would_be_read_as_another_is_given_up(
    bureau: Bureau, mail_server: MailServer, address: str
) -> None:
    """Mail for `a,b@…` must not go to a local `a`."""
    filing = complaint(email=address)
    assert await bureau.notification.notify(opening(filing, ACKNOWLEDGEMENT)) == Posted()
    (row,) = await bureau.rows(outbox)
    assert (row.status, row.last_error) == ("rejected", "not a mail address")
    assert mail_server.sink.messages() == []


async def test_an_international_address_is_reached(bureau: Bureau, mail_server: MailServer) -> None:
    """Where the server can (SMTPUTF8)."""
    filing = complaint(email="王芳@例子.公司")
    assert await bureau.notification.notify(opening(filing, ACKNOWLEDGEMENT)) == Posted()
    assert len(mail_server.mails_to("王芳@例子.公司")) == 1


async def test_a_letter_nobody_can_receive_is_kept_to_be_seen(bureau: Bureau, mail_server: MailServer) -> None:
    """A complainant without an address, and somebody who is not on the staff: stored, not sent, not retried."""
    filing = complaint(email=None, name=None)
    effects = (ACKNOWLEDGEMENT, assignment(2, "who.left"))
    notice = posting(filing, filed(filing), entry(2), effects=effects)
    assert await bureau.notification.notify(notice) == Posted()
    assert await bureau.notification.notify(notice) == Posted()
    rows = await bureau.rows(outbox)
    assert [(row.status, row.recipient, row.attempts) for row in rows] == [("no_address", None, 0)] * 2
    assert {row.staff for row in rows} == {None, "who.left"}
    assert mail_server.sink.messages() == []
    await bureau.notification.deliver(
        Undelivered(reference=filing.reference, message_ids=tuple(row.message_id for row in rows))
    )


async def test_who_has_left_the_staff_gets_no_mail(
    bureau: Bureau, mail_server: MailServer, as_owner: Callable[[str], Awaitable[None]]
) -> None:
    """Their address may be somebody else's by now."""
    await as_owner("UPDATE staff SET active = false WHERE subject = 'lin.wan'")
    await bureau.journal.record(opening(FILING))
    await bureau.notification.notify(posting(FILING, entry(2), effects=(assignment(2, "lin.wan"),)))
    assert [row.status for row in await bureau.rows(outbox)] == ["no_address"]
    assert mail_server.sink.messages() == []


async def test_notices_of_a_complaint_the_server_forgot_are_not_sent(bureau: Bureau, mail_server: MailServer) -> None:
    """The complainant was told before."""
    await bureau.journal.record(opening(FILING))
    again = posting(FILING, filed(FILING), effects=(ACKNOWLEDGEMENT,), origin="run-2")
    assert await bureau.notification.notify(again) == Posted(already_on_file=True)
    assert await bureau.rows(outbox) == []
    assert mail_server.sink.messages() == []


async def test_delivery_fails_for_a_message_that_is_not_in_the_outbox(bureau: Bureau) -> None:
    """It was promised, and nobody could see that it never went out."""
    with pytest.raises(AmendsError, match="1 of 1"):
        await bureau.notification.deliver(RETRY)


async def test_a_connection_that_the_mail_server_closed_is_replaced(bureau: Bureau, mail_server: MailServer) -> None:
    """A restart of the mail server between two mails is not noticed."""
    await bureau.notification.notify(FILED_AND_ACKNOWLEDGED)
    await mail_server.stop()
    await mail_server.start()
    assert await bureau.notification.notify(posting(FILING, entry(2), effects=(question(2),))) == Posted()
    assert len(mail_server.mails_to(EMAIL)) == 2


async def test_mails_share_connections(engine: AsyncEngine, refusing_mail_server: RefusingMailServer) -> None:
    """Opening one costs more than sending a mail."""
    worker = make_bureau(engine, refusing_mail_server.address)
    for number in range(6):
        await worker.notification.notify(opening(complaint(str(number)), ACKNOWLEDGEMENT))
    assert len(refusing_mail_server.taken) == 6
    assert refusing_mail_server.connections == 1
    await worker.mailer.close()


async def test_a_silent_mail_server_holds_a_posting_for_seconds_only(
    bureau: Bureau, silent_mail_server: SilentMailServer
) -> None:
    """And the mails that come right after it for no time at all."""
    worker = make_bureau(bureau.engine, silent_mail_server.address)
    before = asyncio.get_running_loop().time()
    assert (await worker.notification.notify(FILED_AND_ACKNOWLEDGED)).undelivered == (MESSAGE_ID,)
    after = asyncio.get_running_loop().time()
    assert after - before < 9
    other = complaint("2")
    assert (await worker.notification.notify(opening(other, ACKNOWLEDGEMENT))).undelivered
    assert asyncio.get_running_loop().time() - after < 1
