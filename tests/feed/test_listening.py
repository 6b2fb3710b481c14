"""Listeners hear of every change as it comes, each at their own pace, and outlive the database's absence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, aclosing
from datetime import timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs
from structlog.typing import EventDict

from infra.db.tables import complaints
from infra.db.transaction import transact
from starter.feed import PAGE_CHANGES, SEATS, START, Feed, Place
from tests.feed.journals import Journal, OpenPosting
from tests.support.conditions import DEADLINE, until
from tests.support.postgres import Database, PostgresServer
from workflows.contract.errors import AmendsError, ErrorCode

SOON = timedelta(milliseconds=50)


@pytest.fixture
async def feed(engine: AsyncEngine) -> AsyncIterator[Feed]:
    """Of the test's database."""
    feed = Feed(engine)
    yield feed
    await feed.close()


async def hear(feed: Feed, count: int, after: Place = START) -> list[str]:
    """The event ids of the next changes: this many, or a few more that come with the last one."""
    heard: list[str] = []
    async with asyncio.timeout(DEADLINE.total_seconds()), aclosing(feed.listen(after)) as pages:
        async for page in pages:
            heard += [change.event_id for change in page.changes]
            if len(heard) >= count:
                break
    return heard


async def test_listeners_hear_everything_once_while_many_write(feed: Feed, engine: AsyncEngine) -> None:
    """Eight complaints grow at once; three listeners hear the same, in the same order."""
    journals = [Journal(str(number)) for number in range(8)]

    async def keep_growing(journal: Journal) -> None:
        for _ in range(25):
            await journal.grow(engine)

    listeners = [asyncio.create_task(hear(feed, 8 * 25)) for _ in range(3)]
    await asyncio.gather(*map(keep_growing, journals))
    first, *others = await asyncio.gather(*listeners)
    assert others == [first, first]
    assert sorted(first) == sorted(event_id for journal in journals for event_id in journal.event_ids)
    for journal in journals:
        assert [each for each in first if each.startswith(journal.reference)] == journal.event_ids


async def test_who_listens_from_now_on_hears_nothing_older(feed: Feed, engine: AsyncEngine) -> None:
    """And of what comes, everything: also what had begun before."""
    await Journal("old").grow(engine)
    begun = Journal("begun")
    open_posting = await OpenPosting.begin(engine, begun)
    listening = asyncio.create_task(hear(feed, 1, after=await feed.now()))
    await open_posting.end()
    assert await listening == begun.event_ids


async def test_a_slow_listener_holds_up_nobody_and_loses_nothing(feed: Feed, engine: AsyncEngine) -> None:
    """It takes one page, and the rest only when another listener has had everything."""
    journal = Journal("1")
    await journal.grow(engine, entries=PAGE_CHANGES + 1)
    async with aclosing(feed.listen(START)) as slow:
        heard = [change.event_id for change in (await anext(slow)).changes]
        assert len(heard) == PAGE_CHANGES
        await journal.grow(engine, entries=PAGE_CHANGES)
        assert await hear(feed, journal.length) == journal.event_ids
        while len(heard) < journal.length:
            heard += [change.event_id for change in (await anext(slow)).changes]
    assert heard == journal.event_ids


async def test_a_page_is_empty_when_there_is_nothing_to_tell(feed: Feed, engine: AsyncEngine) -> None:
    """So that a listener can give a sign of life; also while others hear a lot."""
    journal = Journal("1")
    await journal.grow(engine)
    async with aclosing(feed.listen(START, [complaints.c.reference == "none"], silence=SOON)) as pages:
        for _ in range(3):
            assert (await anext(pages)).changes == []
            await journal.grow(engine)


async def test_silence_is_counted_from_the_beginning(feed: Feed, engine: AsyncEngine) -> None:
    """What comes in between does not put off the moment at which a listener can look at the clock."""
    journal, loop = Journal("1"), asyncio.get_running_loop()
    growing = loop.create_future()
    loop.call_later(12 * SOON.total_seconds(), growing.set_result, None)

    async def grow() -> None:
        await growing
        await journal.grow(engine)

    began = loop.time()
    async with aclosing(feed.listen(START, silence=20 * SOON)) as pages, asyncio.TaskGroup() as tasks:
        tasks.create_task(grow())
        assert (await anext(pages)).changes
        assert (await anext(pages)).changes == []
    assert loop.time() - began < 28 * SOON.total_seconds()


async def test_nobody_asks_the_database_while_nobody_listens(feed: Feed, engine: AsyncEngine) -> None:
    """The poller ends with the last listener."""
    asked = 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    journal = Journal("1")
    await journal.grow(engine)
    await hear(feed, 1)
    event.listen(engine.sync_engine, "before_cursor_execute", count)
    polled = asyncio.create_task(hear(feed, 2))
    await until(lambda: _is(asked > 3), "a listener makes the feed ask again and again")
    await journal.grow(engine)
    await polled
    await until(lambda: _is(not _polls()), "the poller ends")


async def test_who_is_dismissed_ends_at_once(feed: Feed, engine: AsyncEngine) -> None:
    """However long they would have waited; who comes later is told everything."""
    ends = [asyncio.create_task(_to_the_end(feed)) for _ in range(2)]
    await until(lambda: _is(feed.listeners == 2), "both listen")
    feed.dismiss()
    async with asyncio.timeout(DEADLINE.total_seconds()):
        assert await asyncio.gather(*ends) == [0, 0]
    journal = Journal("1")
    await journal.grow(engine)
    assert await hear(feed, 1) == journal.event_ids


async def test_one_name_may_not_take_all_the_seats(feed: Feed) -> None:
    """Others still find one, and so do they when they have left one."""
    with ExitStack() as seats:
        for _ in range(SEATS):
            seats.enter_context(feed.seat("shop"))
        with pytest.raises(AmendsError) as refused, feed.seat("shop"):
            pass
        assert refused.value.code is ErrorCode.TOO_MANY_REQUESTS
        with feed.seat("bank"):
            pass
    with feed.seat("shop"):
        pass


async def test_an_outage_is_waited_out_and_said_once(
    feed: Feed, engine: AsyncEngine, database: Database, postgres_server: PostgresServer
) -> None:
    """What is written afterwards is heard, and nothing again that was heard before."""
    journal = Journal("1")
    await journal.grow(engine)
    with capture_logs() as logs:
        listening = asyncio.create_task(hear(feed, 3))
        await until(lambda: _is(feed.listeners == 1), "it listens")
        await postgres_server.execute(f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS false")
        await postgres_server.cut_connections(database)
        await until(lambda: _is(_said(logs, "feed.interrupted")), "the outage is noticed")
        with pytest.raises(AmendsError):
            await transact(engine, lambda connection: connection.execute(text("SELECT 1")))
        await postgres_server.execute(f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS true")
        await journal.grow(engine, entries=2)
        assert await listening == journal.event_ids
    assert [entry["event"] for entry in logs].count("feed.interrupted") == 1
    assert _said(logs, "feed.resumed")


def _polls() -> bool:
    return any(task.get_name() == "feed" for task in asyncio.all_tasks())


async def _to_the_end(feed: Feed) -> int:
    return len([page async for page in feed.listen(START)])


async def _is(fact: bool) -> bool:
    return fact


def _said(logs: Sequence[EventDict], what: str) -> bool:
    return any(entry["event"] == what for entry in logs)
