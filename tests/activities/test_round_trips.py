"""What a worker remembers saves it questions, and never makes it say something wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.engine import make_engine
from infra.db.tables import outbox
from tests.activities.conftest import Bureau, make_bureau
from tests.support.mail import MailServer
from tests.support.postings import complaint, entry, opening, posting
from tests.support.statements import statements_on
from workflows.contract.effects import Notice, Notify, RequestApproval
from workflows.contract.errors import AmendsError
from workflows.contract.ports import Posted, Posting
from workflows.contract.vocabulary import Role

FILING = complaint()
FACTS = {"by": "zhou.qi", "round": "1", "solution": "退款 300 元。", "redress": "refund 300.00 CNY"}


def question(sequence: int, to: str | None = None, *, origin: str = "run-1") -> Posting:
    """The posting of a notice to the complainant, or of an assignment to a member of staff."""
    notice = Notify(
        sequence=sequence,
        notice=Notice.ASSIGNMENT if to else Notice.QUESTION,
        to=to,
        facts={"reason": "knows the product"} if to else {"question": "Which model?"},
    )
    return posting(FILING, entry(sequence), effects=(notice,), origin=origin)


@pytest.fixture
async def asked(engine: AsyncEngine) -> AsyncIterator[list[str]]:
    """The statements that the worker has sent."""
    async with statements_on(engine) as statements:
        yield statements


def beginning_with(words: str, statements: list[str]) -> int:
    """How many of them begin like that."""
    return sum(" ".join(statement.split()).startswith(words) for statement in statements)


async def test_a_complaint_that_the_worker_filed_is_never_looked_up(
    bureau: Bureau, mail_server: MailServer, asked: list[str]
) -> None:
    """A posting with one letter is two statements: what is stored, and that it was sent."""
    filing = Notify(sequence=1, notice=Notice.ACKNOWLEDGEMENT, to=None)
    await bureau.notification.notify(opening(FILING, filing))
    await bureau.notification.notify(question(2))
    assert len(asked) == 4
    assert len(mail_server.sink.messages()) == 2


async def test_a_complaint_that_another_worker_filed_is_looked_up_once(
    bureau: Bureau, mail_server: MailServer, asked: list[str]
) -> None:
    """Its mails say the same."""
    await bureau.journal.record(opening(FILING))
    other = make_bureau(bureau.engine, mail_server.address)
    for sequence in (2, 3, 4):
        await other.notification.notify(question(sequence))
    assert beginning_with("SELECT complaints.origin_run_id, complaints.reference", asked) == 1
    assert len(asked) == 8  # with the one of the worker that filed it
    await other.mailer.close()


async def test_a_remembered_complaint_is_still_on_file_from_another_origin(bureau: Bureau) -> None:
    """Nothing is stored or sent for the run that came after the server had forgotten the first."""
    await bureau.journal.record(opening(FILING))
    assert await bureau.notification.notify(question(2)) == Posted()
    assert await bureau.notification.notify(question(3, origin="run-2")) == Posted(already_on_file=True)
    assert [row.sequence for row in await bureau.rows(outbox)] == [2]


async def test_the_staff_are_asked_for_once(bureau: Bureau, asked: list[str]) -> None:
    """By all kinds of postings together."""
    await bureau.journal.record(opening(FILING))
    request = RequestApproval(
        sequence=2, department="customer_service", roles=(Role.HEAD,), barred=("tom.hale",), facts=FACTS
    )
    await bureau.approval.request_approval(posting(FILING, entry(2), effects=(request,)))
    for sequence in (3, 4):
        await bureau.notification.notify(question(sequence, to="lin.wan"))
    assert beginning_with("SELECT staff", asked) == 1
    assert {row.recipient for row in await bureau.rows(outbox)} == {"lin.wan@amends.example"}


async def test_who_was_engaged_a_moment_ago_is_written_to(
    bureau: Bureau, mail_server: MailServer, as_owner: Callable[[str], Awaitable[None]]
) -> None:
    """A letter that was stored without an address would never be sent."""
    await bureau.journal.record(opening(FILING))
    await bureau.notification.notify(question(2, to="lin.wan"))
    await as_owner(
        "INSERT INTO staff SELECT 'new.here', name, 'new.here@amends.example', department, roles, language, true"
        " FROM staff WHERE subject = 'lin.wan'"
    )
    await bureau.notification.notify(question(3, to="new.here"))
    assert len(mail_server.mails_to("new.here@amends.example")) == 1


async def test_mails_that_are_sent_at_once_are_recorded_together(
    bureau: Bureau, mail_server: MailServer, asked: list[str]
) -> None:
    """Each activity returns when its own mails are known to be sent."""
    filings = [complaint(str(number)) for number in range(30)]
    notice = Notify(sequence=1, notice=Notice.ACKNOWLEDGEMENT, to=None)
    assert await asyncio.gather(*(bureau.notification.notify(opening(filing, notice)) for filing in filings)) == (
        [Posted()] * 30
    )
    assert [(row.status, row.attempts) for row in await bureau.rows(outbox)] == [("sent", 1)] * 30
    assert len(mail_server.sink.messages()) == 30
    assert 0 < beginning_with("WITH recorded AS", asked) < 30


async def test_a_record_that_fails_fails_for_all_who_share_it(bureau: Bureau, mail_server: MailServer) -> None:
    """Each of their workflows will try again."""
    broken = make_engine("postgresql://nobody@127.0.0.1:1/amends")
    worker = make_bureau(bureau.engine, mail_server.address, outbox_engine=broken)
    notice = Notify(sequence=1, notice=Notice.ACKNOWLEDGEMENT, to=None)
    filings = [opening(complaint(str(number)), notice) for number in range(4)]
    ends = await asyncio.gather(*map(worker.notification.notify, filings), return_exceptions=True)
    assert [type(end) for end in ends] == [AmendsError] * 4
    assert [row.status for row in await bureau.rows(outbox)] == ["pending"] * 4
    await worker.mailer.close()
