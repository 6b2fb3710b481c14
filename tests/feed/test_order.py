"""The stream in which everything comes once and in order, whichever transaction commits first."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

import pytest
from sqlalchemy import ClauseElement, Executable, Select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from infra.db.feed import LOOKED_AT, page_query
from infra.db.tables import complaints, events
from infra.db.transaction import transact
from starter.feed import START, Change, Feed, Place
from tests.feed.journals import Journal, OpenPosting, read_on
from workflows.contract.errors import AmendsError, ErrorCode


class Explain(Executable, ClauseElement):
    """The plan of a query, with the parameters it is sent with."""

    inherit_cache = False

    def __init__(self, query: Select[Any]) -> None:
        self.query = query


@compiles(Explain)
def _explain(explain: Explain, compiler: SQLCompiler, **options: Any) -> str:
    return f"EXPLAIN {compiler.process(explain.query, **options)}"


STEPS = 250
AT_ONCE = 5


@pytest.fixture
def feed(engine: AsyncEngine) -> Feed:
    """Of the test's database."""
    return Feed(engine)


async def test_what_commits_late_is_not_skipped(feed: Feed, engine: AsyncEngine) -> None:
    """As long as an older transaction is under way, what younger ones wrote waits for it."""
    older, younger = Journal("older"), Journal("younger")
    open_posting = await OpenPosting.begin(engine, older)
    await younger.grow(engine)
    found, place = await read_on(feed, START)
    assert found == []
    await open_posting.end()
    assert (await read_on(feed, place))[0] == [*older.event_ids, *younger.event_ids]


async def test_what_is_rolled_back_holds_up_nothing(feed: Feed, engine: AsyncEngine) -> None:
    """A worker that dies in the middle of a posting."""
    doomed, other = Journal("doomed"), Journal("other")
    open_posting = await OpenPosting.begin(engine, doomed)
    await other.grow(engine)
    await open_posting.end(commit=False)
    assert (await read_on(feed, START))[0] == other.event_ids


@pytest.mark.parametrize("seed", range(4))
async def test_everything_comes_once_and_in_order_however_transactions_end(
    feed: Feed, engine: AsyncEngine, seed: int
) -> None:
    """Any interleaving of postings, commits, rollbacks and readers with pages of any size."""
    chance = random.Random(seed)  # noqa: S311 - for a repeatable test
    idle, under_way = [Journal(str(number)) for number in range(12)], list[OpenPosting]()
    journals = tuple(idle)
    found: list[str] = []
    place = START
    for _ in range(STEPS):
        step = chance.choice(["begin", "end", "read"])
        if step == "begin" and len(under_way) < AT_ONCE:
            journal = idle.pop(chance.randrange(len(idle)))
            under_way.append(await OpenPosting.begin(engine, journal, chance.randint(1, 3)))
        elif step == "end" and under_way:
            ended = under_way.pop(chance.randrange(len(under_way)))
            await ended.end(commit=chance.random() < 0.8)
            idle.append(ended.journal)
        elif step == "read":
            page = await feed.page(place, chance.randint(1, 7))
            found += [change.event_id for change in page.changes]
            place = page.place
    for each in under_way:
        await each.end()
    rest, _ = await read_on(feed, place)
    by_complaint = defaultdict[str, list[str]](list)
    for event_id in found + rest:
        by_complaint[event_id.rpartition(":")[0]].append(event_id)
    assert by_complaint == {journal.reference: journal.event_ids for journal in journals if journal.length}
    assert (await read_on(feed, START, limit=chance.randint(1, 9)))[0] == found + rest


async def test_any_event_is_a_place_to_go_on_from(feed: Feed, engine: AsyncEngine) -> None:
    """By its id alone, which is all that a subscriber has to keep."""
    for key in "abc":
        await Journal(key).grow(engine, entries=4)
    everything, _ = await read_on(feed, START)
    for number, event_id in enumerate(everything, start=1):
        place = await feed.place_of(event_id)
        assert place
        assert [change.event_id for change in await feed.after(place, 100)] == everything[number:]


async def test_a_cursor_is_a_place_that_names_no_complaint(feed: Feed, engine: AsyncEngine) -> None:
    """It leads to where it was made, also in the middle of what one transaction wrote."""
    for key in "abc":
        await Journal(key).grow(engine, entries=3)
    place = START
    for _ in range(9):
        page = await feed.page(place, 1)
        place = page.place
        cursor = place.cursor
        assert page.changes[0].reference not in cursor
        assert await feed.place_of(cursor) == place
    end = (await feed.page(place, 1)).place
    assert await feed.place_of(end.cursor) == end


async def test_cursors_hold_whatever_was_left_out_before_them(feed: Feed, engine: AsyncEngine) -> None:
    """Also where a page begins and ends in the middle of what one transaction wrote."""
    journals = [Journal(key) for key in "abc"]
    async with engine.begin() as connection:
        for journal in journals:
            await journal.write(connection, entries=3)
    for wanted in ((), (events.c.type != "filed",), (complaints.c.reference == journals[2].reference,)):
        place, places = START, list[Place]()
        while not (page := await feed.page(place, 2, wanted)).is_last:
            places += page.places
            place = page.place
        places += page.places
        assert [await feed.place_of(each.cursor) for each in places] == places


async def test_an_event_is_a_place_where_it_fulfils_conditions(feed: Feed, engine: AsyncEngine) -> None:
    """Elsewhere it is as if it were not there."""
    journal = Journal("1")
    await journal.grow(engine)
    its = complaints.c.reference == journal.reference
    (event_id,) = journal.event_ids
    assert await feed.place_of(event_id, [its]) == await feed.place_of(event_id)
    assert await feed.place_of(event_id, [~its]) is None


async def test_nobody_waits_at_a_place_that_is_not_there_yet(feed: Feed, engine: AsyncEngine) -> None:
    """As all old cursors are not, after a restore on a server that has counted fewer transactions."""
    await Journal("1").grow(engine)
    now = await feed.now()
    future = now._replace(transaction_id=now.transaction_id + 1000)
    assert await feed.place_of(future.cursor) is None
    with pytest.raises(AmendsError) as refused:
        await feed.page(future, 10)
    assert (refused.value.code, refused.value.field) == (ErrorCode.INVALID_INPUT, "after")
    with pytest.raises(AmendsError, match="begin with `start`"):
        await anext(feed.listen(future))
    assert await feed.place_of(now.cursor) == now


async def test_an_event_that_may_not_be_told_yet_is_a_place(feed: Feed, engine: AsyncEngine) -> None:
    """Its complaint shows it already; the stream goes on behind it when it has come there."""
    older, younger = Journal("older"), Journal("younger")
    open_posting = await OpenPosting.begin(engine, older)
    await younger.grow(engine)
    place = await feed.place_of(younger.event_ids[0])
    assert place
    assert (await feed.page(place, 10)).place == place
    await open_posting.end()
    await younger.grow(engine)
    assert (await read_on(feed, place))[0] == younger.event_ids[1:]


@pytest.mark.parametrize(
    "event_id",
    ["", "1", ":", "7K2M-9QXD-4TBC:1", "7K2M-9QXD-4TBC:0", "7K2M:9999999999", "\0:1", "5-", "-5", "5-5", "９:1", "1-٣"],
)
async def test_what_is_no_event_is_no_place(feed: Feed, event_id: str) -> None:
    """Whatever people mistype."""
    assert await feed.place_of(event_id) is None


async def test_a_change_says_what_the_journal_says(feed: Feed, engine: AsyncEngine) -> None:
    """Whose, which, when, by whom and what."""
    journal = Journal("1")
    await journal.grow(engine)
    (change,) = await feed.after(START, 10)
    assert (change.event_id, change.reference) == (f"{journal.reference}:1", journal.reference)
    assert (change.sequence, change.type, change.command_id) == (1, "filed", "command-1")
    assert change.data["type"] == "filed"
    assert Change.model_validate_json(change.model_dump_json()) == change


async def test_conditions_choose_and_leave_no_gap(feed: Feed, engine: AsyncEngine) -> None:
    """A rare one among many: empty pages in between, and then there it is."""
    rare = Journal("rare")
    await Journal("many").grow(engine, entries=LOOKED_AT + 1)
    await rare.grow(engine, entries=2)
    await Journal("more").grow(engine, entries=2)
    wanted = (complaints.c.reference == rare.reference, events.c.type != "filed")
    first = await feed.page(START, 10, wanted)
    assert (first.changes, first.is_last) == ([], False)
    second = await feed.page(first.place, 10, wanted)
    assert [change.event_id for change in second.changes] == [f"{rare.reference}:2"]
    assert second.is_last


async def test_a_page_looks_up_its_entries(engine: AsyncEngine, owner_engine: AsyncEngine) -> None:
    """However long the journals are: they are neither sorted nor read from the start."""
    for number in range(20):
        await Journal(str(number)).grow(engine, entries=LOOKED_AT // 2)
    async with owner_engine.begin() as connection:
        await connection.execute(text("ANALYZE"))
    query = page_query(Place(5, "A", 1), 100, (complaints.c.department == "sales",))

    async def plan(connection: AsyncConnection) -> str:
        return "\n".join((await connection.execute(Explain(query))).scalars())

    shown = await transact(engine, plan)
    assert "Index Only Scan using events_transaction_id_reference_sequence_ix on events" in shown
    assert "Seq Scan on events" not in shown


async def test_a_journal_from_another_server_is_noticed(
    feed: Feed, engine: AsyncEngine, owner_engine: AsyncEngine
) -> None:
    """After a restored dump the stream would be out of order without a word; the refusal says what mends it."""
    journal = Journal("1")
    await journal.grow(engine, entries=2)
    async with owner_engine.begin() as connection:
        await connection.execute(text("UPDATE events SET transaction_id = '4000000000'"))
    with pytest.raises(AmendsError, match="restored from a dump") as refused:
        await feed.after(START, 10)
    assert refused.value.code is ErrorCode.SETUP
    async with owner_engine.begin() as connection:
        await connection.execute(text(str(refused.value).rpartition(": ")[2]))
    assert (await read_on(feed, START))[0] == journal.event_ids
