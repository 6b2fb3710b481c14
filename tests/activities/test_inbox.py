"""What the postings say of duties, as members of staff find it in their inboxes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.journal import JournalActivities
from infra.db.tables import complaints
from starter.inbox import Inbox, Item, wanted
from tests.activities.conftest import Bureau
from tests.support.plans import planned
from tests.support.postings import RECEIVED_AT, complaint, entry, filed, posting
from workflows.contract.parties import Actor, StandIn
from workflows.contract.ports import Posting
from workflows.contract.views import Duty
from workflows.contract.vocabulary import DutyKind, Role, Severity

SERVICE, LEGAL = "customer_service", "legal_compliance"
MANY_ROWS = 5000
_keys = count(1)


def actor(subject: str, *roles: Role, department: str = SERVICE, **more: Any) -> Actor:
    """Somebody on the staff."""
    return Actor(subject=subject, roles=roles, department=department, authenticated_by="test", **more)


AGENT = actor("zhou.qi", Role.AGENT)
LEAD = actor("tom.hale", Role.LEAD)
EXECUTIVE = actor("grace.adler", Role.EXECUTIVE, department="executive")

APPROVAL = {"duty": DutyKind.APPROVE, "department": SERVICE, "roles": (Role.LEAD, Role.HEAD)}


def duty(kind: DutyKind, subject: str, **more: Any) -> Duty:
    """A duty of somebody called by name."""
    return Duty(duty=kind, subject=subject, **more)


def in_hours(hours: float) -> datetime:
    """So many hours from now; before now, if it is less than none."""
    return datetime.now(UTC) + timedelta(hours=hours)


class Desk:
    """Complaints on file, each with what has to be done about it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._journal = JournalActivities(engine)
        self._inbox = Inbox(engine)

    async def file(self, *duties: Duty, severity: Severity = Severity.NORMAL, minutes: int = 0) -> str:
        """A complaint received so many minutes after the others; its reference."""
        filing = complaint(str(next(_keys)))
        opening = posting(filing, filed(filing))
        received = opening.entries[0].event.model_copy(update={"received_at": RECEIVED_AT + timedelta(minutes=minutes)})
        entries = (opening.entries[0].model_copy(update={"event": received}),)
        await self.record(opening.model_copy(update={"entries": entries}), *duties, severity=severity)
        return filing.reference

    async def record(self, given: Posting, *duties: Duty, severity: Severity = Severity.NORMAL) -> None:
        """A posting after which these are the duties."""
        summary = given.summary.model_copy(update={"duties": duties, "severity": severity})
        await self._journal.record(given.model_copy(update={"summary": summary}))

    async def inbox(self, reader: Actor, *, limit: int = 100, after: Item | None = None) -> list[Item]:
        """What somebody finds."""
        return await self._inbox.of(reader, limit, after=after)

    async def kinds(self, reader: Actor) -> list[str]:
        """The same in words."""
        return [item.duty for item in await self.inbox(reader)]


@pytest.fixture
def desk(engine: AsyncEngine) -> Desk:
    """An empty one."""
    return Desk(engine)


async def test_duties_are_a_part_of_the_row_and_go_with_the_posting_after_which_they_are_done(
    desk: Desk, bureau: Bureau
) -> None:
    """As the case says them, without what is left at its default."""
    filing, due_at = complaint(), in_hours(2)
    await desk.record(posting(filing, filed(filing)), duty(DutyKind.ACCEPT, "zhou.qi", due_at=due_at), Duty(**APPROVAL))
    (row,) = await bureau.rows(complaints)
    assert row.duties == [
        {"duty": "accept", "subject": "zhou.qi", "due_at": due_at.isoformat().replace("+00:00", "Z")},
        {"duty": "approve", "department": SERVICE, "roles": ["lead", "head"]},
    ]
    (item,) = await desk.inbox(AGENT)
    assert (item.duty, item.due_at, item.reference) == (DutyKind.ACCEPT, due_at, filing.reference)
    assert (item.subject, item.severity, item.department) == (filing.subject, Severity.NORMAL, SERVICE)
    await desk.record(posting(filing, entry(2)))
    assert await desk.inbox(AGENT) == []
    assert (await bureau.rows(complaints))[0].duties == []


async def test_a_duty_of_roles_is_for_those_who_have_one_in_the_department_and_for_nobody_barred(desk: Desk) -> None:
    """An executive is one anywhere."""
    await desk.file(Duty(**APPROVAL, but_not=("lin.wan",)))
    await desk.file(Duty(duty=DutyKind.APPROVE, department=LEGAL, roles=(Role.HEAD, Role.EXECUTIVE)))
    assert await desk.kinds(LEAD) == ["approve"]
    assert await desk.kinds(EXECUTIVE) == ["approve"]
    assert await desk.kinds(AGENT) == []
    assert await desk.kinds(actor("lin.wan", Role.HEAD)) == []
    assert await desk.kinds(actor("nora.lind", Role.LEAD, department=LEGAL)) == []
    assert await desk.kinds(actor("both", Role.LEAD, Role.EXECUTIVE)) == ["approve", "approve"]


async def test_people_of_contractors_have_the_duties_that_name_them(desk: Desk) -> None:
    """None by their role: those are for employees."""
    await desk.file(duty(DutyKind.HANDLE, "luo.jie"), Duty(**APPROVAL))
    assert await desk.kinds(actor("luo.jie", Role.LEAD, contractor=True)) == ["handle"]


async def test_a_deputy_finds_the_duties_of_those_who_are_absent_beside_their_own(desk: Desk) -> None:
    """Each once, and said for whom."""
    head = StandIn(subject="lin.wan", roles=(Role.HEAD,), department=SERVICE)
    deputy = actor("tom.hale", Role.LEAD, stands_in_for=(head,))
    mine = await desk.file(Duty(**APPROVAL), minutes=1)
    theirs = await desk.file(duty(DutyKind.HANDLE, "lin.wan"), minutes=2)
    found = await desk.inbox(deputy)
    assert [(item.reference, item.on_behalf_of) for item in found] == [(mine, None), (theirs, "lin.wan")]
    assert await desk.kinds(LEAD) == ["approve"]


async def test_a_deputy_finds_nothing_that_they_or_the_absent_one_are_barred_from(desk: Desk) -> None:
    """Nor a right that the absent one was handed, which is handed no further."""
    other = StandIn(subject="shen.yi", roles=(Role.HEAD,), department=LEGAL)
    deputy = actor("tom.hale", Role.LEAD, stands_in_for=(other,))
    wanted_of = {"duty": DutyKind.APPROVE, "department": LEGAL, "roles": (Role.HEAD,)}
    await desk.file(Duty(**wanted_of, but_not=("shen.yi",)))
    await desk.file(Duty(**wanted_of, but_not=("tom.hale",)))
    await desk.file(duty(DutyKind.APPROVE, "shen.yi"))
    await desk.file(duty(DutyKind.HANDLE, "shen.yi", but_not=("tom.hale",)))
    assert await desk.kinds(deputy) == []
    assert await desk.kinds(actor("shen.yi", Role.HEAD, department=LEGAL)) == ["approve", "approve", "handle"]


async def test_a_deputy_with_a_seat_of_their_own_takes_nobody_elses(desk: Desk) -> None:
    """One seat to a person."""
    absent = StandIn(subject="lin.wan", roles=(Role.HEAD,), department=SERVICE)
    deputy = actor("tom.hale", Role.LEAD, stands_in_for=(absent,))
    at = in_hours(1)
    theirs = duty(DutyKind.ATTEND, "lin.wan", due_at=at), duty(DutyKind.VOTE, "lin.wan", due_at=at, number=1)
    await desk.file(*theirs)
    assert [(item.duty, item.on_behalf_of) for item in await desk.inbox(deputy)] == [
        ("attend", "lin.wan"),
        ("vote", "lin.wan"),
    ]
    await desk.file(*theirs, duty(DutyKind.ATTEND, "tom.hale", due_at=in_hours(0.5)))
    assert [item.on_behalf_of for item in await desk.inbox(deputy)] == [None, "lin.wan", "lin.wan"]


async def test_what_is_due_first_comes_first_then_the_gravest_then_the_oldest(desk: Desk) -> None:
    """And last what is under no limit."""
    soon, later = in_hours(1), in_hours(9)
    mine = {"subject": AGENT.subject, "duty": DutyKind.HANDLE}
    expected = [
        await desk.file(Duty(**mine, due_at=in_hours(-3))),
        await desk.file(Duty(**mine, due_at=soon), severity=Severity.CRITICAL, minutes=9),
        await desk.file(Duty(**mine, due_at=soon), minutes=1),
        await desk.file(Duty(**mine, due_at=soon), minutes=2),
        await desk.file(Duty(**mine, due_at=later), severity=Severity.CRITICAL),
        await desk.file(Duty(**mine), severity=Severity.HIGH),
        await desk.file(Duty(**mine), severity=Severity.LOW),
    ]
    assert [item.reference for item in await desk.inbox(AGENT)] == expected


async def test_the_pages_of_an_inbox_are_all_of_it_and_each_thing_once(desk: Desk) -> None:
    """Also where two things to do are alike, and in one complaint."""
    due_at = in_hours(1)
    for number in range(3):
        task = duty(DutyKind.TASK, AGENT.subject, due_at=due_at, number=1, about="1")
        await desk.file(
            task, task.model_copy(update={"number": 2}), duty(DutyKind.HANDLE, AGENT.subject), minutes=number
        )
    whole = await desk.inbox(AGENT)
    assert len(whole) == 9
    pages: list[Item] = []
    while page := await desk.inbox(AGENT, limit=2, after=pages[-1] if pages else None):
        pages += page
    assert pages == whole


async def test_a_meeting_that_has_begun_is_nothing_to_go_to_any_more(desk: Desk) -> None:
    """Its minutes are still to be written."""
    await desk.file(
        duty(DutyKind.ATTEND, AGENT.subject, due_at=in_hours(-1)),
        duty(DutyKind.MINUTES, AGENT.subject, due_at=in_hours(-1)),
    )
    await desk.file(duty(DutyKind.ATTEND, AGENT.subject, due_at=in_hours(1)))
    assert await desk.kinds(AGENT) == ["minutes", "attend"]


async def test_an_inbox_is_found_by_the_index(
    desk: Desk, bureau: Bureau, as_owner: Callable[[str], Awaitable[None]]
) -> None:
    """Among thousands of complaints of others, by name, by role and on behalf of somebody absent."""
    await desk.file(duty(DutyKind.HANDLE, "somebody.else"))
    columns = ", ".join(f'"{column.name}"' for column in complaints.columns)
    copied = (
        columns.replace('"reference"', "'copy-' || n")
        .replace('"source_key"', "n::text")
        .replace(
            '"duties"', """jsonb_build_array(jsonb_build_object('duty', 'handle', 'subject', 'agent-' || n % 50))"""
        )
    )
    await bureau.run(
        f"INSERT INTO complaints ({columns}) SELECT {copied} FROM complaints, generate_series(1, {MANY_ROWS}) AS n"  # noqa: S608 - our own names
    )
    await as_owner("ANALYZE complaints")  # as the server does by itself after a while
    mine = await desk.file(duty(DutyKind.HANDLE, "lin.wan"))
    head = StandIn(subject="lin.wan", roles=(Role.HEAD,), department=SERVICE)
    deputy = actor("tom.hale", Role.LEAD, stands_in_for=(head,))
    async with bureau.engine.connect() as connection:
        plan = await planned(connection, wanted(deputy))
    assert "complaints_duties_ix" in plan, plan
    assert "Seq Scan on complaints" not in plan
    assert [item.reference for item in await desk.inbox(deputy)] == [mine]
    assert len(await desk.inbox(actor("agent-7", Role.AGENT), limit=1000)) == MANY_ROWS / 50
