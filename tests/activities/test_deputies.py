"""What cannot wait until somebody is back goes to those who act for them, and never through somebody barred."""

from __future__ import annotations

import pytest

from infra.db.tables import outbox
from tests.activities.conftest import Bureau
from tests.support.mail import MailServer
from tests.support.postings import complaint, entry, opening, posting
from workflows.contract.effects import Effect, Notice, Notify, RequestApproval
from workflows.contract.vocabulary import Role

FILING = complaint()
HEAD, LEAD, AGENT, OTHER_AGENT = "lin.wan", "tom.hale", "zhou.qi", "mary.okoro"
EXECUTIVES = ("grace.adler", "xu.ming")
FACTS = {"by": AGENT, "round": "1", "solution": "退款 300 元。", "redress": "refund 300.00 CNY"}


async def absent(bureau: Bureau, **deputies: str | None) -> None:
    """These people are away, and named these deputies; `lin_wan` stands for lin.wan."""
    for person, deputy in deputies.items():
        subject, named = person.replace("_", "."), f"'{deputy}'" if deputy else "NULL"
        await bureau.run(f"UPDATE staff SET deputy = {named} WHERE subject = '{subject}'")  # noqa: S608 - our own words
        await bureau.run(
            "INSERT INTO absences (subject, starts_at, ends_at)"  # noqa: S608 - our own words
            f" VALUES ('{subject}', now() - interval '1 hour', now() + interval '1 hour')"
        )


async def told(bureau: Bureau, *effects: Effect) -> list[str | None]:
    """Who gets a letter, in the order of the letters' ids."""
    await bureau.journal.record(opening(FILING))
    if isinstance(effects[0], RequestApproval):
        await bureau.approval.request_approval(posting(FILING, entry(2), effects=effects))
    else:
        await bureau.notification.notify(posting(FILING, entry(2), effects=effects))
    return [row.staff for row in await bureau.rows(outbox)]


def request(*roles: Role, barred: tuple[str, ...] = ()) -> RequestApproval:
    return RequestApproval(sequence=2, department="customer_service", roles=roles, barred=barred, facts=FACTS)


def notice(notice: Notice, to: str) -> Notify:
    facts = {"level": "head", "reason": "?", "owner": to, "department": "customer_service", "by": AGENT}
    return Notify(sequence=2, notice=notice, to=to, facts=facts)


@pytest.mark.parametrize(
    ("away", "barred", "asked"),
    [
        ({}, (), [HEAD]),
        ({"lin_wan": LEAD}, (), [HEAD, LEAD]),
        ({"lin_wan": None}, (), [HEAD]),
        ({"lin_wan": AGENT, "zhou_qi": LEAD}, (), [HEAD, LEAD]),
        ({"lin_wan": AGENT, "zhou_qi": HEAD}, (), [HEAD]),
        ({"lin_wan": LEAD}, (LEAD,), [HEAD]),
        ({"lin_wan": AGENT, "zhou_qi": LEAD}, (AGENT,), [HEAD]),
        ({"lin_wan": LEAD}, (HEAD,), [*EXECUTIVES]),
        ({"lin_wan": LEAD, "xu_ming": OTHER_AGENT}, (HEAD,), [EXECUTIVES[0], OTHER_AGENT, EXECUTIVES[1]]),
        ({"tom_hale": AGENT}, (), [HEAD]),
    ],
)
async def test_deputies_of_absent_approvers_are_asked_too(
    bureau: Bureau, away: dict[str, str | None], barred: tuple[str, ...], asked: list[str]
) -> None:
    """Not those of people who are barred, nor anybody barred, nor anybody a barred person would pass it on to."""
    await absent(bureau, **away)
    assert await told(bureau, request(Role.HEAD, barred=barred)) == asked
    for row in await bureau.rows(outbox):
        is_deputy = row.staff not in {HEAD, *EXECUTIVES}
        assert ("代理人" in row.body or "as the deputy" in row.body) == is_deputy


async def test_a_deputy_who_is_entitled_anyway_is_asked_once(bureau: Bureau, mail_server: MailServer) -> None:
    await absent(bureau, lin_wan=LEAD)
    assert await told(bureau, request(Role.LEAD, Role.HEAD)) == [HEAD, LEAD]
    assert mail_server.sink.repeats() == 0


async def test_an_escalation_reaches_the_deputy_in_their_own_language(bureau: Bureau) -> None:
    """In addition: who is absent finds it when they are back."""
    await absent(bureau, lin_wan=LEAD)
    assert await told(bureau, notice(Notice.ESCALATION, HEAD)) == [HEAD, LEAD]
    rows = {row.staff: row for row in await bureau.rows(outbox)}
    assert (rows[HEAD].language, rows[LEAD].language) == ("zh", "en")
    assert rows[LEAD].recipient == "tom.hale@amends.example"
    assert "as the deputy of 林婉, who is absent" in rows[LEAD].body
    assert "代理人" not in rows[HEAD].body


async def test_a_deputy_who_is_told_of_the_same_event_gets_one_letter(bureau: Bureau, mail_server: MailServer) -> None:
    """Head and lead are both told, and the lead is the head's deputy."""
    await absent(bureau, lin_wan=LEAD)
    escalations = [notice(Notice.ESCALATION, subject) for subject in (LEAD, HEAD)]
    assert await told(bureau, *escalations) == [HEAD, LEAD]
    assert not any("deputy" in row.body for row in await bureau.rows(outbox))
    assert mail_server.sink.repeats() == 0


async def test_what_can_wait_waits(bureau: Bureau) -> None:
    """A letter about a case of their own is for its owner."""
    await absent(bureau, lin_wan=LEAD)
    assert await told(bureau, notice(Notice.ASSIGNMENT, HEAD)) == [HEAD]
