"""Lists, searches and the inbox among very many complaints, while many read and some write: over HTTP, and as bare SQL.

Every reader asks a question over HTTP and, a moment later, the same question as the SQL that the door sends for it; the
order changes. So both sides live under the same load, which includes each other. People read before they ask again.
"""

from __future__ import annotations

import asyncio
import math
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

import asyncpg
from sqlalchemy import Select, event

from activities.journal import JournalActivities
from infra.db.engine import make_engine
from infra.db.tables import APPLICATION_ROLE
from infra.devstack.issuer import Issuer
from starter import inbox
from starter.access.caller import Caller, Scope
from starter.api.paging import LIMIT_DEFAULT
from starter.api.serving import CONNECTIONS
from starter.listing import Asked, thorough_query, usual_query
from starter.staff import actor_of
from starter.wanted import Wanted
from tests.bench.api import door_process
from tests.bench.http_line import HttpLine
from tests.support.desk import Desk
from tests.support.many_complaints import COMMON, RARE, fill
from tests.support.postings import complaint, entry, opening, posting
from workflows.contract.vocabulary import Severity, Status

COMPLAINTS = int(os.environ.get("BENCH_READING_COMPLAINTS", "1000000"))
QUESTIONS_EACH = int(os.environ.get("BENCH_READING_EACH", "40"))
"""Of each reader, besides those that warm everything up."""

READERS = 50
WRITERS = 5
WARM_UP = 5
THINKING = timedelta(milliseconds=int(os.environ.get("BENCH_READING_THINKING_MS", "1000")))
"""On average, between two questions of a reader: without it, what is measured is the queue of the machine's cores."""

BETWEEN_WRITES = timedelta(milliseconds=100)
EVENTS_EACH = 10
PAGE = LIMIT_DEFAULT + 1
"""Rows that the door asks for: one more than it shows tells whether there is another page."""

AGENT = "agent-7"
"""One of those whose complaints are made; the desk's staff are told of them."""

_ENGAGE = """
INSERT INTO staff (subject, name, department, roles, language)
VALUES ($1, $1, 'technical_support', ARRAY['agent'], 'zh') ON CONFLICT DO NOTHING
"""


class Sql(NamedTuple):
    """A statement with its parameters."""

    statement: str
    parameters: tuple[Any, ...]


class Question(NamedTuple):
    """What is asked: the kind it is counted under, who asks, the path, and the same as SQL; if that finds less than a
    page, the door goes on to look `thoroughly`.
    """

    kind: str
    token: str
    path: str
    sql: Sql
    thoroughly: Sql | None = None


class Answered(NamedTuple):
    """How long the answers took, in milliseconds, by kind."""

    api: dict[str, list[float]]
    bare: dict[str, list[float]]


async def measure_reading(desk: Desk) -> dict[str, float]:
    """Milliseconds of each kind of question over HTTP and bare, and the quotients. Leaves the complaints there."""
    began = time.perf_counter()
    owner = desk.connections.database_owner
    await fill(owner, COMPLAINTS)
    await _engage(owner)
    filled_in = time.perf_counter() - began
    async with AsyncExitStack() as resources:
        address = await resources.enter_async_context(door_process(desk))
        pool = await resources.enter_async_context(_pool(desk.connections.database))
        questions = await _questions(desk)
        stop = asyncio.Event()
        writing = [asyncio.create_task(_write(desk, number, stop)) for number in range(WRITERS)]
        answered = Answered({}, {})
        await asyncio.gather(*(_read(address, pool, questions, number, answered) for number in range(READERS)))
        stop.set()
        written = sum(await asyncio.gather(*writing))
    figures = {"reading_complaints": float(COMPLAINTS), "reading_filled_s": filled_in, "reading_writes": float(written)}
    for kind in answered.api:
        figures |= _figures(f"reading_{kind}", answered.api[kind], answered.bare[kind])
    return figures


def _figures(name: str, api: Sequence[float], bare: Sequence[float]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for percent in (50, 99):
        ours, theirs = _percentile(api, percent), _percentile(bare, percent)
        figures[f"{name}_p{percent}_ms"] = ours
        figures[f"{name}_bare_p{percent}_ms"] = theirs
        figures[f"{name}_p{percent}_ratio"] = ours / theirs
    return figures


def _percentile(values: Sequence[float], percent: int) -> float:
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]


async def _engage(owner_url: str) -> None:
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute(_ENGAGE, AGENT)
    finally:
        await connection.close()


@asynccontextmanager
async def _pool(url: str) -> AsyncIterator[asyncpg.Pool]:
    """As many connections as the door has, under the same settings."""
    session = {"role": APPLICATION_ROLE, "jit": "off", "plan_cache_mode": "force_custom_plan"}
    async with asyncpg.create_pool(url, min_size=CONNECTIONS, max_size=CONNECTIONS, server_settings=session) as pool:
        yield pool


async def _questions(desk: Desk) -> list[Question]:
    """Those of an executive, of somebody who sees all, and of somebody who sees their department."""
    issuer = Issuer.kept(desk.settings.state_dir)
    listed = [
        Wanted(),
        Wanted(status=Status.WAITING),
        Wanted(department="marketing_pr", severity=Severity.HIGH),
        Wanted(owner=AGENT),
        Wanted(archived=False, breached=True),
        Wanted(severity=Severity.CRITICAL),
    ]
    searched = [Wanted(text=words) for words in (*COMMON, *RARE)]
    questions = []
    for subject in ("grace.adler", "zhou.qi", AGENT):
        actor = await actor_of(desk.engine, subject, authenticated_by="bench")
        caller = Caller(actor, frozenset(Scope))
        token = issuer.token(subject)
        for wanted in (*listed, *searched):
            asked = Asked(wanted, PAGE, caller, tuple(desk.settings.see_all))
            path = f"/api/v1/complaints?{_parameters(wanted)}"
            usual = await _sql(desk, usual_query(asked))
            if wanted in listed:
                questions.append(Question("list", token, path, usual))
            else:
                questions.append(Question("search", token, path, usual, await _sql(desk, thorough_query(asked))))
        questions.append(Question("inbox", token, "/api/v1/inbox", await _sql(desk, inbox.page_query(actor, PAGE))))
    return questions


def _parameters(wanted: Wanted) -> str:
    given = {name: getattr(wanted, name) for name in Wanted.__slots__ if getattr(wanted, name) is not None}
    given = {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}
    return urlencode({"q" if name == "text" else name: value for name, value in given.items()})


async def _sql(desk: Desk, query: Select[Any]) -> Sql:
    """What the driver is given for a query."""
    sent: list[Sql] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: tuple[Any, ...], *_: object) -> None:
        sent.append(Sql(statement, parameters))

    engine = make_engine(desk.connections.database, connections=1)
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    async with engine.connect() as connection:
        await connection.execute(query)
    await engine.dispose()
    return sent[-1]


async def _read(
    address: str, pool: asyncpg.Pool, questions: Sequence[Question], number: int, answered: Answered
) -> None:
    """One reader, who asks a third of the time for each kind."""
    chance = random.Random(number)  # noqa: S311 - the same questions in every run
    kinds = sorted({question.kind for question in questions})
    async with AsyncExitStack() as resources:
        lines = {
            token: await resources.enter_async_context(HttpLine(address, {"Authorization": f"Bearer {token}"}))
            for token in {question.token for question in questions}
        }
        for count in range(WARM_UP + QUESTIONS_EACH):
            question = chance.choice([each for each in questions if each.kind == kinds[count % len(kinds)]])
            line = lines[question.token]
            sides: list[tuple[dict[str, list[float]], Callable[[], Awaitable[object]]]] = [
                (answered.api, partial(line.ask, "GET", question.path)),
                (answered.bare, partial(_ask, pool, question)),
            ]
            chance.shuffle(sides)
            for side, ask in sides:
                await asyncio.sleep(chance.uniform(0, 2) * THINKING.total_seconds())
                began = time.perf_counter()
                await ask()
                if count >= WARM_UP:
                    side.setdefault(question.kind, []).append((time.perf_counter() - began) * 1000)


async def _ask(pool: asyncpg.Pool, question: Question) -> None:
    """The SQL of a question, and if need be that for those who look thoroughly."""
    found = await pool.fetch(question.sql.statement, *question.sql.parameters)
    if question.thoroughly is None or len(found) == PAGE:
        return
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        await connection.fetch(question.thoroughly.statement, *question.thoroughly.parameters)


async def _write(desk: Desk, number: int, stop: asyncio.Event) -> int:
    """Put complaints on file, and have things happen to them, until told to stop; how many postings that was."""
    journal, written = JournalActivities(desk.engine), 0
    while not stop.is_set():
        filing = complaint(f"reading-{number}-{written}-{time.time_ns()}")
        postings = (opening(filing), *(posting(filing, entry(sequence)) for sequence in range(2, EVENTS_EACH + 1)))
        for each in postings:
            await journal.record(each)
            written += 1
            await asyncio.sleep(BETWEEN_WRITES.total_seconds())
    return written
