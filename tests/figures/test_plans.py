"""What is open and what was received lately is found by indexes, however many complaints there are besides."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.transaction import transact
from starter.figures import arrivals, lag
from starter.figures.asked import Asked
from starter.figures.period import Period
from starter.figures.replies import replies_query
from starter.figures.standing import standing_query
from tests.figures.lives import fill
from tests.support.plans import planned
from tests.support.postgres import Database

MANY = 20_000
NOW = datetime.now(UTC)
WEEK = Asked(Period.of_last(7, NOW, "Asia/Shanghai"), timedelta(hours=24))
WHOLE_TABLE = re.compile(r"Seq Scan on (complaints|events|outbox)\b")

QUESTIONS: dict[str, Callable[[], Select[Any]]] = {
    "open": lambda: standing_query(WEEK, NOW),
    "received": lambda: arrivals.arrivals_query(WEEK),
    "before": lambda: arrivals.received_before_query(WEEK, NOW),
    "first": lambda: arrivals.first_query(WEEK),
    "hot": lambda: arrivals.hot_query(WEEK, NOW),
    "replies": lambda: replies_query(WEEK, 200),
    "written": lag.written_query,
    "unnoticed": lambda: lag.unnoticed_query(WEEK, NOW),
}


async def test_no_question_about_a_week_reads_a_whole_table(engine: AsyncEngine, database: Database) -> None:
    await fill(database.owner_url, MANY, timedelta(days=730))
    for name, question in QUESTIONS.items():
        plan = await transact(engine, partial(planned, query=question()))
        assert not WHOLE_TABLE.search(plan), f"{name}:\n{plan}"
