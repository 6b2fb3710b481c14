"""No list reads a whole table, whoever asks for whatever: the plans of PostgreSQL for every question of the API."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Select, event, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.engine import make_engine
from infra.db.tables import complaints
from starter import inbox, listing
from starter.access.caller import Caller, Scope
from starter.access.sight import sight
from starter.listing import Asked, Listing, ListPlace, thorough_query, unread_query, usual_query
from starter.read_model import MessagePlace, ReadModel
from starter.resemblance import BY_INDEX_ALONE, LOOK, Resemblance, contact_query, contacts
from starter.resembling import Told
from starter.wanted import Wanted
from tests.support.many_complaints import COMMON, EVENTS_EACH, NOWHERE, RARE, fill
from tests.support.plans import planned
from tests.support.postgres import Database, PostgresServer
from workflows.contract.parties import Actor, StandIn
from workflows.contract.vocabulary import Channel, Nature, Role, Severity, Status

MANY = 20_000
SEE_ALL = ("customer_service",)
LIMIT = 51
WHOLE_TABLE = re.compile(r"Seq Scan on (complaints|events|searchable|outbox)\b")


def person(*roles: Role, department: str, subject: str = "agent-7", **more: Any) -> Caller:
    """Somebody on the staff."""
    actor = Actor(subject=subject, roles=roles, department=department, authenticated_by="test", **more)
    return Caller(actor, frozenset(Scope))


def system(*sources: str) -> Caller:
    """A service."""
    return Caller(Actor(subject="shop", roles=(), authenticated_by="test"), frozenset({Scope.READ}), frozenset(sources))


ABSENT = StandIn(subject="agent-9", roles=(Role.HEAD,), department="legal_compliance")
CALLERS = {
    "executive": person(Role.EXECUTIVE, department="executive"),
    "auditor": person(Role.AUDITOR, department="executive"),
    "of a department that sees all": person(Role.AGENT, department="customer_service"),
    "of a large department": person(Role.LEAD, department="technical_support"),
    "of a department without complaints": person(Role.HEAD, department="executive"),
    "deputy": person(Role.AGENT, department="marketing_pr", stands_in_for=(ABSENT,)),
    "contractor": person(Role.AGENT, department="technical_support", contractor=True),
    "service": system("source-1"),
    "service of a new source": system("source-1", "new"),
    "service without complaints": system("new"),
}

FILTERS = [
    Wanted(),
    *(Wanted(status=status) for status in Status),
    *(Wanted(department=name) for name in ("technical_support", "executive", "nowhere")),
    *(Wanted(owner=name) for name in ("agent-7", "nobody")),
    *(Wanted(nature=nature) for nature in (Nature.QUALITY, Nature.POLICY)),
    *(Wanted(severity=severity) for severity in Severity),
    *(Wanted(channel=channel) for channel in (Channel.WEB, Channel.REGULATOR)),
    *(Wanted(breached=breached) for breached in (True, False)),
    *(Wanted(archived=archived) for archived in (True, False)),
    *(Wanted(policy=policy) for policy in ("default", "default@0123456789ab", "default@nothing", "nothing")),
    Wanted(parent="RY6S-78N4-6RJQ"),
    Wanted(status=Status.WAITING, severity=Severity.HIGH, department="marketing_pr", breached=True),
]
CONTACTS = ("+86 138 0000 0777", "138-0000-0777", "13800000777", "777@customer.example", "@customer.example")
WORDS = [*RARE, *COMMON, *NOWHERE, "many-000000777", "退 zeppelin", "天", *CONTACTS]
SEARCHES = [
    *(Wanted(text=words) for words in WORDS),
    Wanted(text="退款", status=Status.WAITING),
    Wanted(text="鲸鱼", owner="agent-7"),
    Wanted(text="delivery", department="marketing_pr", archived=True),
]
NEARLY_ALL = (
    Wanted(),
    Wanted(status=Status.ARCHIVED),
    Wanted(archived=True),
    Wanted(breached=False),
    Wanted(policy="default"),
    Wanted(policy="default@0123456789ab"),
)
"""Their pages are always found among the newest."""


@pytest.fixture(scope="module")
async def many(postgres_server: PostgresServer) -> AsyncIterator[Database]:
    """A database with thousands of complaints."""
    database = await postgres_server.create(template=postgres_server.first.name)
    await fill(database.owner_url, MANY)
    yield database
    await postgres_server.drop(database)


@pytest.fixture(scope="module")
async def busy(many: Database) -> AsyncIterator[AsyncEngine]:
    """The connections of the API to it."""
    engine = make_engine(many.app_url, plan_every_time=True)
    yield engine
    await engine.dispose()


def pages(caller: Caller) -> Iterator[tuple[str, Select[Any]]]:
    """Every list that a caller may ask for, the first page and a later one, both ways it is asked."""
    place = ListPlace(received_at=datetime.now(UTC) - timedelta(minutes=MANY / 2), reference="MANY-000000000")
    for wanted in (*FILTERS, *SEARCHES):
        for page, after in (("first", None), ("later", place)):
            asked = Asked(wanted, LIMIT, caller, SEE_ALL, after)
            yield f"{page} page of {wanted}, newest first", usual_query(asked)
            if wanted.text:
                yield f"whether there is more than was read for the {page} page of {wanted}", unread_query(asked)
            if wanted not in NEARLY_ALL:
                yield f"{page} page of {wanted}, then sorted", thorough_query(asked)


async def whole_tables(connection: AsyncConnection, asked: Iterator[tuple[str, Select[Any]]]) -> dict[str, str]:
    """The questions for which a whole table would be read, with their plans."""
    found = {}
    for question, query in asked:
        plan = await planned(connection, query)
        if WHOLE_TABLE.search(plan):
            found[question] = plan
    return found


@pytest.mark.parametrize("who", CALLERS)
async def test_no_list_of_complaints_reads_a_whole_table(busy: AsyncEngine, who: str) -> None:
    """Whatever is looked for and however rare it is, and the inbox neither."""
    caller = CALLERS[who]
    async with busy.connect() as connection:
        newest = ((question, query) for question, query in pages(caller) if "newest" in question)
        assert await whole_tables(connection, newest) == {}
        await connection.execute(text("SET LOCAL enable_seqscan = off"))  # as `Listing` asks for these
        thorough = ((question, query) for question, query in pages(caller) if "newest" not in question)
        assert await whole_tables(connection, thorough) == {}
        await connection.rollback()
        assert await whole_tables(connection, iter([("inbox", inbox.wanted(caller.actor))])) == {}


async def test_one_complaint_is_found_by_its_reference(busy: AsyncEngine) -> None:
    """Its row with who may see it."""
    row = select(complaints).where(complaints.c.reference == "MANY-000000777")
    asked = ((who, row.add_columns(sight(caller, SEE_ALL).label("is_seen"))) for who, caller in CALLERS.items())
    async with busy.connect() as connection:
        assert await whole_tables(connection, asked) == {}


async def test_what_belongs_to_one_complaint_is_found_by_its_reference(busy: AsyncEngine) -> None:
    """Its journal and its messages, page by page."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(busy.sync_engine, "before_cursor_execute", note)
    model, place = ReadModel(busy), MessagePlace(created_at=datetime.now(UTC), message_id="1")
    assert len(await model.events("MANY-000000777", after=1, limit=LIMIT)) == EVENTS_EACH - 1
    assert await model.messages("MANY-000000777", LIMIT, before=place) == []
    event.remove(busy.sync_engine, "before_cursor_execute", note)
    async with busy.connect() as connection:
        for statement, parameters in asked:
            plan = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
            assert not WHOLE_TABLE.search("\n".join(plan.scalars())), statement
    assert len(asked) == 2


@pytest.mark.parametrize("who", CALLERS)
async def test_what_resembles_a_complaint_is_found_without_reading_a_whole_table(busy: AsyncEngine, who: str) -> None:
    """By the searches above, and then by references; those who see it find it."""
    contact = {"phone": "138-0000 0777", "email": "777@customer.example", "name": "Somebody 777"}
    caller, told = CALLERS[who], Told(text="delivery", **contact)
    asked = {"references": [f"MANY-{number:09}" for number in range(250)], "terms": ["退款", "delivery"]}
    async with busy.connect() as connection:
        query = LOOK.where(sight(caller, SEE_ALL)).params(asked)
        assert await whole_tables(connection, iter([("resembling", query)])) == {}
        await connection.execute(BY_INDEX_ALONE)  # as `Resemblance` asks for these
        for patterns in contacts(told):
            plan = await planned(connection, contact_query(patterns).where(sight(caller, SEE_ALL)))
            assert "searchable_content_ix" in plan
            assert not WHOLE_TABLE.search(plan), plan
    found = await Resemblance(busy, SEE_ALL).of(told, caller, datetime.now(UTC))
    assert {each.row.reference for each in found} <= {"MANY-000000777"}
    assert found or who not in ("executive", "auditor", "of a department that sees all")


@pytest.mark.parametrize(
    ("word", "index"),
    [
        ("鲸", "short_words"),
        ("鲸鱼", "short_words"),
        ("q7", "short_words"),
        ("zeppelin", "content"),
        ("天我的了", "content"),
        ("138-0000-0777", "content"),
        ("777@customer.example", "content"),
    ],
)
async def test_a_rare_word_is_found_by_the_index_made_for_it(busy: AsyncEngine, word: str, index: str) -> None:
    """Short ones by characters, others by trigrams."""
    async with busy.connect() as connection:
        plan = await planned(connection, thorough_query(Asked(Wanted(text=word), LIMIT)))
    assert f"searchable_{index}_ix" in plan, plan


async def test_a_search_for_which_the_usual_plan_is_too_slow_is_answered_all_the_same(
    busy: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same complaints in the same order, and the connection that was given up is replaced."""
    questions = [Wanted(), *(Wanted(text=words) for words in (*COMMON, *RARE, *NOWHERE)), Wanted(status=Status.WAITING)]
    lists = Listing(busy)
    expected = [await lists.page(Asked(wanted, LIMIT)) for wanted in questions]
    monkeypatch.setattr(listing, "HASTE", timedelta(0))
    assert [await lists.page(Asked(wanted, LIMIT)) for wanted in questions] == expected
    assert [len(rows) for rows in expected[1:3]] == [LIMIT, LIMIT]


def searches() -> list[Asked]:
    """Every search, page by page, whoever asks."""
    later = ListPlace(received_at=datetime.now(UTC) - timedelta(minutes=MANY / 2), reference="MANY-000000000")
    words = [Wanted(text=words) for words in WORDS]
    return [
        Asked(each, 5, caller, SEE_ALL, at) for each in words for caller in CALLERS.values() for at in (None, later)
    ]


async def test_a_search_finds_the_same_however_many_of_the_newest_are_read_first(
    busy: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where all were read, nothing is asked again."""
    lists, asked = Listing(busy), searches()
    expected = [await lists.rows(each) for each in asked]
    for read in (1, 100, 2 * MANY):
        monkeypatch.setattr(listing, "READ_FOR_WORDS", read)
        if read > MANY:
            monkeypatch.setattr(listing, "thorough_query", None)
        listing.remembered.cache_clear()
        assert [await lists.rows(each) for each in asked] == expected, f"{read} were read first"
    listing.remembered.cache_clear()


async def test_pages_are_the_whole_list(busy: AsyncEngine) -> None:
    """Also of what is found word by word, to the last one."""
    wanted = replace(Wanted(text="鲸"), archived=True)
    lists, place = Listing(busy), None
    whole = await lists.page(Asked(wanted, MANY))
    found = []
    while page := await lists.page(Asked(wanted, 1, after=place)):
        found += page
        place = ListPlace(received_at=page[-1].received_at, reference=page[-1].reference)
    assert found == whole
    assert len(whole) > 1
