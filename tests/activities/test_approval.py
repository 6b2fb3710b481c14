"""Requests for approval reach everybody entitled, and never the proposer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from infra.db.tables import outbox
from tests.activities.conftest import Bureau
from tests.support.mail import MailServer
from tests.support.postings import complaint, entry, opening, posting
from workflows.contract.effects import Notice, Notify, RequestApproval
from workflows.contract.ports import Posted
from workflows.contract.vocabulary import Role

FILING = complaint()
FACTS = {"by": "zhou.qi", "round": "1", "solution": "退款 300 元。", "redress": "refund 300.00 CNY"}
HEAD, LEAD, EXECUTIVES = "lin.wan", "tom.hale", ("grace.adler", "xu.ming")


def request(*roles: Role, barred: tuple[str, ...] = ()) -> RequestApproval:
    """A request in customer service."""
    return RequestApproval(sequence=2, department="customer_service", roles=roles, barred=barred, facts=FACTS)


@pytest.mark.parametrize(
    ("roles", "barred", "asked"),
    [
        ((Role.HEAD,), (), (HEAD,)),
        ((Role.LEAD, Role.HEAD), (), (HEAD, LEAD)),
        ((Role.LEAD, Role.HEAD), (HEAD,), (LEAD,)),
        ((Role.EXECUTIVE,), (), EXECUTIVES),
        ((Role.HEAD, Role.EXECUTIVE), (), (*EXECUTIVES[:1], HEAD, *EXECUTIVES[1:])),
        ((Role.HEAD,), (HEAD,), EXECUTIVES),
        ((Role.HEAD,), (HEAD, EXECUTIVES[0]), EXECUTIVES[1:]),
    ],
)
async def test_those_with_the_role_in_the_department_are_asked_else_the_executives(
    bureau: Bureau, mail_server: MailServer, roles: tuple[Role, ...], barred: tuple[str, ...], asked: tuple[str, ...]
) -> None:
    """Who handled the case is barred, and then somebody above decides."""
    await bureau.journal.record(opening(FILING))
    effect = request(*roles, barred=barred)
    assert await bureau.approval.request_approval(posting(FILING, entry(2), effects=(effect,))) == Posted()
    assert tuple(row.staff for row in await bureau.rows(outbox)) == asked
    assert {mail.recipients[0] for mail in mail_server.sink.messages()} == {f"{who}@amends.example" for who in asked}


async def test_each_is_asked_once_in_their_own_language(bureau: Bureau, mail_server: MailServer) -> None:
    """However often the posting is tried."""
    await bureau.journal.record(opening(FILING))
    for _ in range(2):
        await bureau.approval.request_approval(posting(FILING, entry(2), effects=(request(Role.LEAD, Role.HEAD),)))
    texts = {mail.recipients[0]: mail.read().get_content() for mail in mail_server.sink.messages()}
    assert f"amends act {FILING.reference} approve --as {HEAD}" in texts[f"{HEAD}@amends.example"]
    assert "- 退款 300.00 CNY" in texts[f"{HEAD}@amends.example"]
    assert "- refund 300.00 CNY" in texts[f"{LEAD}@amends.example"]
    assert mail_server.sink.repeats() == 0


async def test_who_is_not_active_is_not_asked(bureau: Bureau, as_owner: Callable[[str], Awaitable[None]]) -> None:
    """Nor counted as somebody who could answer."""
    await as_owner(f"UPDATE staff SET active = false WHERE subject = '{HEAD}'")  # noqa: S608 - our own words
    await bureau.journal.record(opening(FILING))
    await bureau.approval.request_approval(posting(FILING, entry(2), effects=(request(Role.HEAD),)))
    assert tuple(row.staff for row in await bureau.rows(outbox)) == EXECUTIVES


async def test_a_request_that_nobody_may_answer_is_seen_in_the_outbox(bureau: Bureau) -> None:
    """Else the approval would be waited for in silence."""
    await bureau.journal.record(opening(FILING))
    effect = request(Role.HEAD, barred=(HEAD, *EXECUTIVES))
    assert await bureau.approval.request_approval(posting(FILING, entry(2), effects=(effect,))) == Posted()
    (row,) = await bureau.rows(outbox)
    assert (row.status, row.audience, row.staff) == ("no_address", "staff", None)
    assert "目前没有人有权审批" in row.body


async def test_who_is_entitled_in_several_steps_gets_one_letter(bureau: Bureau) -> None:
    """Their consent counts in one of them only."""
    await bureau.journal.record(opening(FILING))
    first, second = request(Role.LEAD), request(Role.LEAD, Role.HEAD)
    second = second.model_copy(update={"facts": FACTS | {"step": "second"}})
    await bureau.approval.request_approval(posting(FILING, entry(2), effects=(first, second)))
    letters = {row.staff: row.body for row in await bureau.rows(outbox)}
    assert letters.keys() == {HEAD, LEAD}
    assert "second" in letters[HEAD]
    assert "second" not in letters[LEAD]


async def test_contractors_are_not_asked(bureau: Bureau, as_owner: Callable[[str], Awaitable[None]]) -> None:
    """They never approve, whatever role they have."""
    await as_owner(f"UPDATE staff SET contractor = true WHERE subject = '{LEAD}'")  # noqa: S608 - our own words
    await bureau.journal.record(opening(FILING))
    await bureau.approval.request_approval(posting(FILING, entry(2), effects=(request(Role.LEAD, Role.HEAD),)))
    assert [row.staff for row in await bureau.rows(outbox)] == [HEAD]


async def test_a_delegate_reads_for_whom_they_decide_and_why(bureau: Bureau) -> None:
    """In their own language; and is not invited to hand it on."""
    await bureau.journal.record(opening(FILING))
    facts = FACTS | {"step": "line", "on_behalf_of": HEAD, "reason": "on a journey"}
    told = [Notify(sequence=2, notice=Notice.APPROVAL_REQUEST, to=who, facts=facts) for who in (LEAD, "zhou.qi")]
    await bureau.notification.notify(posting(FILING, entry(2), effects=tuple(told)))
    letters = {row.staff: row.body for row in await bureau.rows(outbox)}
    assert f"You decide on behalf of {HEAD}, who handed this over to you: on a journey" in letters[LEAD]
    assert "Your consent is asked for in step line." in letters[LEAD]
    assert f"您代 {HEAD} 审批" in letters["zhou.qi"]
    assert all(f"approve --as {who}" in body and " delegate " not in body for who, body in letters.items())
