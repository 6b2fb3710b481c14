"""Workers are killed and frozen, the database goes away: all events arrive, in order, and repeats can be explained."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.responses import Response

from activities.webhooks import delivering
from activities.webhooks.delivering import USUAL
from activities.webhooks.judging import Outcome, Standing
from activities.webhooks.recording import record
from activities.webhooks.register import SupersededError, claim, claimed
from infra.db.feed import HORIZON, Place
from infra.db.tables import SubscriptionState, subscriptions
from infra.db.transaction import transact
from tests.support.desk import Desk, working
from tests.support.receiver import Arrival, Receiver
from tests.support.worker_process import WorkerProcess
from tests.webhooks import brisk_worker
from tests.webhooks.conftest import RETRIES
from tests.webhooks.subscriber import Subscriber
from workflows import webhook

KILLS = 2
NOTES = 12

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_a_worker_that_lives_beats_often_enough() -> None:
    """The brisk one is as far from being taken for dead as that of a release."""
    released = webhook.HEARTBEAT_TIME_LIMIT / delivering.BEAT_EVERY
    assert brisk_worker.HEARTBEAT_TIME_LIMIT / brisk_worker.BEAT_EVERY >= released > 3


@asynccontextmanager
async def attended(hooks: Desk, queue: str, log_file: Path) -> AsyncIterator[tuple[Subscriber, WorkerProcess]]:
    """A subscriber whose subscriptions a worker of its own attends, and nobody's complaints."""
    environment = {
        "AMENDS_STATE_DIR": str(hooks.settings.state_dir),
        "AMENDS_TASK_QUEUE": queue,
        "AMENDS_WEBHOOK_PRIVATE_ADDRESSES": "true",
        "AMENDS_WEBHOOK_RETRIES": ",".join(f"PT{wait.total_seconds()}S" for wait in RETRIES),
    }
    worker = WorkerProcess(environment, log_file, program=brisk_worker.__name__)
    async with worker.kept_up():
        subscriber = Subscriber(hooks, queue, served_by=hooks.with_settings(task_queue=queue))
        yield subscriber, worker
        await subscriber.unsubscribe()


async def test_a_killed_worker_is_followed_and_repeats_what_it_had_not_recorded(
    hooks: Desk, endpoint: Receiver, tmp_path: Path
) -> None:
    """It dies while requests are under way, some of them taken: these come again, with their ids, and nothing else."""
    async with attended(hooks, "killed", tmp_path / "worker.log") as (subscriber, worker):
        at = iter((3, 20))
        next_kill = next(at)

        async def kills(_: Arrival) -> Response | None:
            nonlocal next_kill
            if len(endpoint.arrivals) == next_kill:
                next_kill = next(at, 0)
                worker.kill()
            return None

        endpoint.behave = kills
        made = await subscriber.subscribe(endpoint.url)
        cases = await subscriber.filed("a", "b", "c", notes=NOTES)
        journal = await subscriber.journal(*cases)
        await endpoint.until_accepted(*journal)
        assert worker.kills == KILLS
        assert sorted(endpoint.ids()) == sorted(journal)
        for case in cases:
            assert endpoint.ids(case.reference) == await subscriber.journal(case)
        assert len(endpoint.accepted) - len(journal) <= KILLS * USUAL.fresh
        assert (await subscriber.until_(made.about.subscription, waiting=0)).dead == 0


async def test_a_frozen_worker_that_comes_back_changes_nothing(hooks: Desk, endpoint: Receiver, tmp_path: Path) -> None:
    """Another has taken over. What the first still sends are repeats, in order; what it records is void."""
    async with attended(hooks, "frozen", tmp_path / "worker.log") as (subscriber, worker):
        made = await subscriber.subscribe(endpoint.url)
        cases = await subscriber.filed("a")
        await endpoint.until_accepted(*await subscriber.journal(*cases))
        freezes = True

        async def freezes_once(_: Arrival) -> Response | None:
            nonlocal freezes
            if freezes:
                freezes = False
                worker.freeze()
            return None

        endpoint.behave = freezes_once
        async with working(hooks.with_settings(task_queue="frozen")):
            await subscriber.note_in_haste(cases[0], NOTES)
            await cases[0].settle()
            cases += await subscriber.filed("b", notes=NOTES)
            journal = await subscriber.journal(*cases)
            await endpoint.until_accepted(*journal)
            assert not freezes
            called = len(endpoint.arrivals)
            worker.thaw()
            # What it holds is a repeat; what comes after that is the other's.
            await subscriber.note(cases[0], 2)
            journal = await subscriber.journal(*cases)
            await endpoint.until_accepted(*journal)
            assert sorted(endpoint.ids()) == sorted(journal)
            for case in cases:
                assert endpoint.ids(case.reference) == await subscriber.journal(case)
            assert len(endpoint.arrivals) - called <= USUAL.fresh + 2
            assert (await subscriber.until_(made.about.subscription, waiting=0)).state == "active"


async def test_a_database_that_is_away_for_a_moment_costs_no_repeat(
    hooks: Desk, subscriber: Subscriber, endpoint: Receiver
) -> None:
    """Recording what has been sent is insisted on."""
    stopped = asyncio.Event()

    async def stops_postgres(arrival: Arrival) -> Response | None:
        if not stopped.is_set() and arrival.payload["type"] == "complaint.noted":
            await hooks.stack.stop_postgres()
            stopped.set()
        return None

    endpoint.behave = stops_postgres
    await subscriber.subscribe(endpoint.url)
    (case,) = await subscriber.filed("a")
    try:
        await subscriber.note_in_haste(case, 3)
        await stopped.wait()
    finally:
        await hooks.stack.start_postgres()
    await case.settle()
    journal = await subscriber.journal(case)
    await endpoint.until_accepted(*journal)
    assert endpoint.ids() == journal
    assert max(Counter(arrival.event_id for arrival in endpoint.arrivals).values()) == 1


async def test_what_an_older_attempt_records_is_void(engine: AsyncEngine) -> None:
    """The later attempt holds the subscription, whichever of the two is faster."""
    row = {
        "subscription": "sub_1",
        "owner": "shop",
        "authenticated_by": "oidc",
        "sources": ["web"],
        "url": "https://hooks.example.org/",
        "event_types": [],
        "state": SubscriptionState.ACTIVE,
        "transaction_id": HORIZON,
        "reference": "",
        "sequence": 0,
        "created_at": AT,
    }
    await transact(engine, lambda connection: connection.execute(insert(subscriptions).values(row)))
    older, later = AT, AT + timedelta(seconds=15)
    before = await transact(engine, partial(claim, subscription="sub_1", at=older))
    assert before is not None
    await transact(engine, partial(claim, subscription="sub_1", at=later))
    standing = Standing(SubscriptionState.GONE, 3, None, "answered 410", has_accepted=False)
    outcome = Outcome(standing, Place(before.place.transaction_id + 5, "X", 1))
    with pytest.raises(SupersededError):
        await transact(engine, lambda connection: record(connection, before, older, outcome))
    for late in (claim, claimed):
        with pytest.raises(SupersededError):
            await transact(engine, partial(late, subscription="sub_1", at=older))
    after = await transact(engine, partial(claimed, subscription="sub_1", at=later))
    assert after == before


async def test_a_place_that_was_set_meanwhile_stays(engine: AsyncEngine) -> None:
    """Somebody has it sent again from the start while a page is under way."""
    await test_what_an_older_attempt_records_is_void(engine)
    at = AT + timedelta(minutes=1)
    before = await transact(engine, partial(claim, subscription="sub_1", at=at))
    assert before is not None
    await transact(
        engine,
        lambda connection: connection.execute(
            subscriptions.update().values(transaction_id=0, reference="", sequence=0, revision=2)
        ),
    )
    standing = Standing(SubscriptionState.ACTIVE, 0, None, None, has_accepted=True)
    outcome = Outcome(standing, Place(before.place.transaction_id + 5, "X", 1))
    await transact(engine, lambda connection: record(connection, before, at, outcome))
    rows = await transact(engine, lambda connection: connection.execute(select(subscriptions)))
    row_after = rows.one()
    assert (row_after.transaction_id, row_after.reference, row_after.sequence) == (0, "", 0)
    assert row_after.accepted_at is not None
