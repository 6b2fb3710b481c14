"""What is counted, on real rows: each figure as the board says that it is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.tables import outbox
from infra.db.transaction import transact
from starter.access.caller import Caller, Scope
from starter.figures.asked import Asked
from starter.figures.lengths import Length
from starter.figures.measuring import Figures, measure
from starter.figures.people import load_of
from starter.figures.period import Period
from starter.figures.replies import READ_MOST, Replies, every
from starter.figures.standing import Urgency
from tests.figures.files import LEGAL, SERVICE, TECHNICAL, Files, Happened, answered, closed, duty
from tests.figures.lives import fill
from tests.support.postgres import Database
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Nature, Role, Status

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WEEK = Asked(Period.of_last(7, NOW, "UTC"), timedelta(hours=24))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IN_THE_WEEK = NOW - 3 * DAY


@pytest.fixture
def files(engine: AsyncEngine) -> Files:
    return Files(engine)


async def counted(engine: AsyncEngine, asked: Asked = WEEK) -> Figures:
    return await measure(engine, asked, NOW)


async def test_what_is_open_is_counted_by_how_its_limits_stand(engine: AsyncEngine, files: Files) -> None:
    old = NOW - 200 * DAY
    late, soon, far = NOW - HOUR, NOW + 23 * HOUR, NOW + 25 * HOUR
    await files.add(old, status=Status.INVESTIGATING, due_at=soon, duties=[duty("handle", late)], breached=True)
    await files.add(NOW, status=Status.INVESTIGATING, due_at=soon, duties=[duty("attend", late)])
    await files.add(NOW, status=Status.INVESTIGATING, due_at=far, duties=[duty("handle", far)])
    await files.add(NOW, status=Status.WAITING, department=TECHNICAL, owner="he.jun", duties=[duty("handle", None)])
    await files.add(NOW, status=Status.CLOSED, due_at=late, breached=True)
    await files.add(NOW, status=Status.ARCHIVED, due_at=late, breached=True)
    found = (await counted(engine)).open
    by_urgency = {urgency: sum(row.count for row in found if row.urgency is urgency) for urgency in Urgency}
    assert by_urgency == {Urgency.OVERDUE: 1, Urgency.AT_RISK: 1, Urgency.ON_TRACK: 2}
    load = load_of(found)
    assert (load.count, load.on_track, load.breached, load.oldest) == (4, 2, 1, old)
    assert {(row.department, row.owner, row.status) for row in found} == {
        (SERVICE, "zhou.qi", Status.INVESTIGATING),
        (TECHNICAL, "he.jun", Status.WAITING),
    }


async def test_only_what_the_caller_may_see_is_counted(engine: AsyncEngine, files: Files) -> None:
    for department, owner in (
        (SERVICE, "zhou.qi"),
        (TECHNICAL, "he.jun"),
        (TECHNICAL, "raj.patel"),
        (LEGAL, "fang.min"),
    ):
        await files.add(IN_THE_WEEK, department=department, owner=owner, status=Status.ASSIGNED)
        await files.add(IN_THE_WEEK, department=department, owner=owner, happened=(closed(HOUR),))

    async def seen_by(subject: str, role: Role, department: str, *, contractor: bool = False) -> tuple[int, int, int]:
        actor = Actor(
            subject=subject, roles=(role,), department=department, authenticated_by="test", contractor=contractor
        )
        figures = await counted(engine, replace(WEEK, caller=Caller(actor, frozenset(Scope)), see_all=(LEGAL,)))
        assert sum(figures.endings.closed.values()) == figures.endings.all.closed
        return sum(row.count for row in figures.open), sum(figures.received.values()), figures.endings.all.closed

    assert await seen_by("xu.ming", Role.EXECUTIVE, "executive") == (4, 8, 4)
    assert await seen_by("fang.min", Role.AGENT, LEGAL) == (4, 8, 4)
    assert await seen_by("he.jun", Role.AGENT, TECHNICAL) == (2, 4, 2)
    assert await seen_by("raj.patel", Role.AGENT, TECHNICAL, contractor=True) == (1, 2, 1)
    assert (await counted(engine, replace(WEEK, department=TECHNICAL))).endings.all.closed == 2


async def test_each_complaint_is_closed_once_and_merged_ones_are_not_handled(engine: AsyncEngine, files: Files) -> None:
    again: Happened = (closed(HOUR), ("reopened", 2 * HOUR, {}), closed(DAY + 4 * HOUR))
    await files.add(IN_THE_WEEK, happened=again, breached=True)
    await files.add(IN_THE_WEEK, happened=(closed(HOUR, "merged"),))
    await files.add(IN_THE_WEEK, happened=(closed(HOUR, "withdrawn"),), owner="mary.okoro")
    await files.add(IN_THE_WEEK, status=Status.INVESTIGATING, happened=(closed(HOUR), ("reopened", 2 * HOUR, {})))
    await files.add(NOW - 60 * DAY, happened=(closed(50 * DAY),))
    await files.add(NOW - 60 * DAY, happened=(closed(59 * DAY),), department=TECHNICAL, owner="he.jun")
    endings = (await counted(engine)).endings
    whole = endings.all
    assert (whole.closed, whole.handled, whole.on_time, whole.resolved, whole.reopened) == (5, 4, 3, 3, 2)
    assert endings.closed == {date(2026, 11, 19): 3, date(2026, 11, 20): 1, date(2026, 11, 21): 1}
    assert endings.reopened == {date(2026, 11, 19): 2}
    assert {owner: ended.handled for owner, ended in endings.by_owner.items()} == {
        "zhou.qi": 2,
        "mary.okoro": 1,
        "he.jun": 1,
    }
    assert endings.by_department[TECHNICAL].took == Length(59 * DAY, 59 * DAY)


async def test_how_long_it_took_is_told_by_median_and_ninth_tenth(engine: AsyncEngine, files: Files) -> None:
    for hours in range(1, 12):
        await files.add(IN_THE_WEEK, happened=(("accepted", hours * HOUR / 2, {}), closed(hours * HOUR)))
    await files.add(IN_THE_WEEK, happened=(closed(70 * HOUR, "withdrawn"),))
    figures = await counted(engine)
    assert figures.endings.all.took == Length(6 * HOUR, 10 * HOUR)
    assert figures.replies[None] == Replies(12, 11, Length(3 * HOUR, 5 * HOUR))


async def test_the_first_reply_is_a_persons_and_the_first_one(engine: AsyncEngine, files: Files) -> None:
    by_itself: Happened = (("classified", HOUR, {}), ("assigned", HOUR, {}))
    await files.add(IN_THE_WEEK, happened=(*by_itself, ("asked", 3 * HOUR, {}), ("accepted", 4 * HOUR, {})))
    await files.add(IN_THE_WEEK, happened=by_itself, department=TECHNICAL)
    await files.add(NOW - 30 * DAY, happened=(("accepted", 28 * DAY, {}),))
    replies = (await counted(engine)).replies
    assert replies == {
        None: Replies(2, 1, Length(3 * HOUR, 3 * HOUR)),
        SERVICE: Replies(1, 1, Length(3 * HOUR, 3 * HOUR)),
        TECHNICAL: Replies(1, 0, None),
    }


def test_of_very_many_an_even_part_is_read() -> None:
    assert [every(count) for count in (0, 1, READ_MOST, READ_MOST + 1, 10 * READ_MOST)] == [1, 1, 1, 2, 10]


async def test_answers_are_counted_each_and_scores_where_there_are_any(engine: AsyncEngine, files: Files) -> None:
    called = ("called_back", 5 * HOUR, {"solved": True, "score": 4})
    await files.add(
        IN_THE_WEEK, happened=(("executed", HOUR, {}), answered(HOUR, solved=False, score=1), called, closed(6 * HOUR))
    )
    await files.add(IN_THE_WEEK, happened=(("executed", HOUR, {}), answered(HOUR, solved=True)))
    await files.add(IN_THE_WEEK, happened=(("executed", HOUR, {}),))
    ended = (await counted(engine)).endings.all
    assert (ended.executed, ended.answered, ended.answers, ended.solved) == (3, 2, 3, 2)
    assert (ended.scores, ended.score_sum) == (2, 5)


async def test_days_begin_at_midnight_where_the_desk_is(engine: AsyncEngine, files: Files) -> None:
    for hour in (15, 16):  # a minute before and at midnight in Shanghai
        await files.add(datetime(2026, 11, 20, hour, tzinfo=UTC) - (timedelta(minutes=1) if hour == 16 else 0 * HOUR))
    await files.add(datetime(2026, 11, 20, 16, tzinfo=UTC))
    shanghai = replace(WEEK, period=Period.of_last(7, NOW, "Asia/Shanghai"))
    assert (await counted(engine, shanghai)).received == {date(2026, 11, 20): 2, date(2026, 11, 21): 1}
    assert (await counted(engine)).received == {date(2026, 11, 20): 3}


async def test_hot_is_what_grew_by_more_than_chance(engine: AsyncEngine, files: Files) -> None:
    before = WEEK.period.since - HOUR
    for product, department, earlier, now in (
        ("tv", SERVICE, 2, 12),
        ("fridge", SERVICE, 6, 8),
        ("radio", LEGAL, 0, 4),
    ):
        for count, at in ((earlier, before), (now, IN_THE_WEEK)):
            for _ in range(count):
                await files.add(at, product=product, department=department)
    await files.add(WEEK.period.compared_from(NOW) - HOUR, product="tv")
    figures = await counted(engine)
    kinds = [(hot.nature, hot.product, hot.department, hot.count, hot.before) for hot in figures.hot]
    assert kinds == [(Nature.QUALITY, "tv", None, 12, 2), (Nature.QUALITY, None, SERVICE, 20, 8)]
    assert [round(hot.deviations, 2) for hot in figures.hot] == [2.67, 2.27]
    assert (sum(figures.received.values()), figures.received_before) == (24, 8)
    assert figures.first == WEEK.period.compared_from(NOW) - HOUR


async def test_what_is_behind_is_measured(engine: AsyncEngine, files: Files) -> None:
    nothing = (await counted(engine)).lag
    assert (nothing.newest, nothing.took, nothing.unnoticed, nothing.letters) == (None, None, 0, 0)
    late = NOW - timedelta(minutes=1)
    reference = await files.add(NOW - HOUR, status=Status.ASSIGNED, due_at=late)
    await files.add(NOW - HOUR, status=Status.ASSIGNED, due_at=NOW - timedelta(seconds=1))
    letter = {
        "message_id": "letter",
        "reference": reference,
        "sequence": 1,
        "notice": "acknowledgement",
        "audience": "complainant",
        "language": "en",
        "subject": "We have it",
        "body": "…",
        "status": "pending",
        "created_at": NOW - HOUR + timedelta(seconds=2),
    }
    await transact(engine, lambda connection: connection.execute(insert(outbox), letter))
    lag = (await counted(engine)).lag
    two_seconds = timedelta(seconds=2)
    assert (lag.newest, lag.entries, lag.took) == (NOW - HOUR, 1, Length(two_seconds, two_seconds))
    assert (lag.unnoticed, lag.unnoticed_since) == (1, late)
    assert (lag.letters, lag.letters_since) == (1, letter["created_at"])


async def test_the_parts_of_a_year_agree_with_the_whole(engine: AsyncEngine, database: Database) -> None:
    await fill(database.owner_url, 2000, 400 * DAY)
    now = datetime.now(UTC)
    figures = await measure(engine, replace(WEEK, period=Period.of_last(365, now, "Asia/Shanghai")), now)
    endings = figures.endings
    assert 1500 < endings.all.closed < 2000
    for parts in (endings.by_department, endings.by_owner):
        assert sum((part for part in parts.values()), start=type(endings.all)()) == replace(endings.all, took=None)
    assert sum(endings.closed.values()) == endings.all.closed
    assert sum(endings.reopened.values()) == endings.all.reopened
    replies = dict(figures.replies)
    whole = replies.pop(None)
    assert whole.read == sum(figures.received.values()) == sum(part.read for part in replies.values())
    assert whole.replied == sum(part.replied for part in replies.values())
    assert set(figures.received) <= set(figures.asked.period.steps())
    assert set(endings.by_owner) <= set(figures.people)
