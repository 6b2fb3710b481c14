"""The lists of the queue: what is in them, page by page, and what it takes to find it among many complaints."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.engine import make_engine, make_owner_engine
from infra.db.tables import complaints
from infra.db.transaction import transact
from starter.access.caller import Caller, Scope
from starter.console.queue import counting
from starter.console.queue.address import Tab, View
from starter.console.queue.counting import MOST, Count, count_of, count_query
from starter.console.queue.finding import Finding, Found
from starter.wanted import Wanted
from tests.support.many_complaints import fill
from tests.support.plans import planned
from tests.support.postgres import Database, PostgresServer
from workflows.contract.parties import Actor, StandIn
from workflows.contract.vocabulary import Role, Severity, Status

MANY = 20_000
SEE_ALL = ("customer_service",)
WHOLE_TABLE = re.compile(r"Seq Scan on (complaints|searchable)\b")
DAY = timedelta(days=1)


def person(*roles: Role, department: str, subject: str = "agent-7", **more: Any) -> Caller:
    actor = Actor(subject=subject, roles=roles, department=department, authenticated_by="test", **more)
    return Caller(actor, frozenset(Scope))


ABSENT = StandIn(subject="agent-9", roles=(Role.HEAD,), department="legal_compliance")
SEES_ALL = person(Role.AGENT, department="customer_service")
OF_A_DEPARTMENT = person(Role.LEAD, department="technical_support")
CALLERS = {
    "of a department that sees all": SEES_ALL,
    "of a large department": OF_A_DEPARTMENT,
    "of a department without complaints": person(Role.HEAD, department="executive"),
    "deputy": person(Role.AGENT, department="marketing_pr", stands_in_for=(ABSENT,)),
    "contractor": person(Role.AGENT, department="technical_support", contractor=True),
}
FILTERS = [
    Wanted(),
    Wanted(severity=Severity.HIGH),
    Wanted(severity=Severity.CRITICAL),
    Wanted(status=Status.WAITING, department="technical_support"),
    Wanted(owner="agent-7"),
    Wanted(breached=True),
    Wanted(archived=True),
    Wanted(text="退款"),
    Wanted(text="zeppelin"),
]
VIEWS = [View(tab=tab, wanted=wanted, due_within=due) for tab in Tab for wanted in FILTERS for due in (None, DAY)]


@pytest.fixture(scope="module")
async def many(postgres_server: PostgresServer) -> AsyncIterator[Database]:
    """A database with thousands of complaints."""
    database = await postgres_server.create(template=postgres_server.first.name)
    await fill(database.owner_url, MANY)
    yield database
    await postgres_server.drop(database)


@pytest.fixture(scope="module")
async def busy(many: Database) -> AsyncIterator[AsyncEngine]:
    """The connections of the console to it."""
    engine = make_engine(many.app_url, plan_every_time=True)
    yield engine
    await engine.dispose()


@pytest.fixture
def finding(busy: AsyncEngine) -> Finding:
    return Finding(busy, SEE_ALL)


async def pages(finding: Finding, caller: Caller, view: View) -> list[Found]:
    """All of them, to the last one."""
    found = [await finding.page(caller, view)]
    while found[-1].next is not None:
        found.append(await finding.page(caller, replace(view, after=found[-1].next)))
    return found


@pytest.mark.parametrize(
    ("tab", "due_within", "rows"),
    [(Tab.MINE, None, 1), (Tab.MINE, 14 * DAY, 1), (Tab.ALL, None, 25), (Tab.ALL, DAY, 25)],
)
async def test_pages_are_the_whole_list(
    busy: AsyncEngine, finding: Finding, tab: Tab, due_within: timedelta | None, rows: int
) -> None:
    """In its order; nothing twice, nothing left out."""
    view = View(tab=tab, wanted=Wanted(archived=False), due_within=due_within, rows=rows)
    caller = OF_A_DEPARTMENT
    found = [row for page in await pages(finding, caller, view) for row in page.rows]
    whole = await finding.page(caller, replace(view, rows=MANY))
    assert found == list(whole.rows)
    assert whole.next is None
    assert len({(row["reference"], row.get("place")) for row in found}) == len(found)
    by_due_time = tab is Tab.MINE or due_within is not None
    keys = [(row["due_at"] if by_due_time else row["received_at"]) for row in found]
    assert keys == sorted(keys, reverse=not by_due_time)
    assert await count_of(busy, finding.all_of(caller, view)) == Count(len(found), is_all=True)
    assert len(found) > rows


async def test_a_complaint_is_listed_with_its_words_and_duties(finding: Finding) -> None:
    (row, *_) = (await finding.page(SEES_ALL, View(tab=Tab.ALL, wanted=Wanted(archived=False)))).rows
    assert row["excerpt"]
    assert [(duty.duty, duty.subject) for duty in row["duties"]] == [("handle", row["duties"][0].subject)]


async def test_what_is_wanted_narrows_both_lists(finding: Finding) -> None:
    severe = View(tab=Tab.ALL, wanted=Wanted(severity=Severity.HIGH, archived=False))
    found = (await finding.page(SEES_ALL, severe)).rows
    assert {(row["severity"], row["status"] == "archived") for row in found} == {("high", False)}
    somebody = person(Role.AGENT, department="marketing_pr", subject=found[0]["duties"][0].subject)
    theirs = (await finding.page(somebody, replace(severe, tab=Tab.MINE))).rows
    every = (await finding.page(somebody, View())).rows
    assert theirs == [row for row in every if row["severity"] == "high"]
    assert found[0]["reference"] in {row["reference"] for row in theirs}
    soon = View(due_within=every[0]["due_at"] - datetime.now(UTC) + timedelta(seconds=1))
    assert (await finding.page(somebody, soon)).rows == every[:1]


@pytest.mark.parametrize("who", CALLERS)
async def test_no_list_reads_a_whole_table(busy: AsyncEngine, who: str) -> None:
    """Neither a page, nor the question whether something concerns it, nor the number of all."""
    caller, found = CALLERS[who], Found((), None)
    finding = Finding(busy, SEE_ALL)
    slow: dict[str, str] = {}
    async with busy.connect() as connection:
        await connection.execute(text("SET LOCAL enable_seqscan = off"))  # as it is counted
        for view in (
            each for each in VIEWS if not each.wanted.archived
        ):  # of these there are enough, wherever one looks
            query = count_query(finding.all_of(caller, view))
            slow |= _slow(f"number of {view}", await planned(connection, query))
        await connection.rollback()
        for view in VIEWS:
            for name, query in _questions(finding, caller, view, found):
                slow |= _slow(f"{name} of {view}", await planned(connection, query))
    assert slow == {}


def _questions(finding: Finding, caller: Caller, view: View, found: Found) -> list[tuple[str, Select[Any]]]:
    asked = [("touching", finding.touching(caller, view, found, ["MANY-000000001", "MANY-000000777"]))]
    if view.tab is Tab.MINE or view.is_by_due_time:
        asked.append(("page", finding.question(caller, view, 51)))
    return asked


def _slow(question: str, plan: str) -> dict[str, str]:
    return {question: plan} if WHOLE_TABLE.search(plan) else {}


async def test_news_concern_a_page_only_if_they_can_be_seen_on_it(many: Database, finding: Finding) -> None:
    """Of a full page of the newest, not what is older; of one's own duties, not those of others."""
    newest, mine = View(tab=Tab.ALL, rows=25), View()
    pages = {view: await finding.page(OF_A_DEPARTMENT, view) for view in (newest, mine)}
    open_ones = select(complaints.c.reference, complaints.c.owner, complaints.c.department, complaints.c.duties)
    owner = make_owner_engine(many.owner_url)
    rows = await transact(
        owner, lambda connection: connection.execute(open_ones.where(complaints.c.status != "archived"))
    )
    everything = rows.mappings().all()
    own = next(row for row in everything if row["duties"][0]["subject"] == "agent-7")
    others = [row["reference"] for row in everything if row["duties"][0]["subject"] != "agent-7"]
    oldest_of_department = next(row["reference"] for row in everything if row["department"] == "technical_support")
    await owner.dispose()
    assert await finding.touches(OF_A_DEPARTMENT, mine, pages[mine], [own["reference"]])
    assert not await finding.touches(OF_A_DEPARTMENT, mine, pages[mine], others[:50])
    shown = [row["reference"] for row in pages[newest].rows]
    assert await finding.touches(OF_A_DEPARTMENT, newest, pages[newest], shown[-1:])
    assert not await finding.touches(OF_A_DEPARTMENT, newest, pages[newest], [oldest_of_department])


async def test_there_are_as_many_as_are_worth_counting(
    busy: AsyncEngine, finding: Finding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to a bound, and where that takes too long none at all."""
    everything = finding.all_of(SEES_ALL, View(tab=Tab.ALL))
    assert await count_of(busy, everything) == Count(MOST, is_all=False)
    mine = finding.all_of(SEES_ALL, View())
    assert await count_of(busy, mine) == Count(len((await finding.page(SEES_ALL, View(rows=MANY))).rows), is_all=True)
    monkeypatch.setattr(counting, "_LIMITS", text("SET LOCAL statement_timeout = 200"))
    one = select(complaints.c.reference).where(complaints.c.reference == "MANY-000000777")
    assert await count_of(busy, one.add_columns(text("pg_sleep(1)"))) is None
    assert await count_of(busy, one) == Count(1, is_all=True)
