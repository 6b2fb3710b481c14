"""A session opens the console to one browser, for a time, and ends everywhere at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.engine import make_engine
from infra.db.tables import console_sessions
from infra.db.transaction import transact
from starter.access.claims import Person
from starter.access.gate import DEVELOPMENT_TOKEN
from starter.console.sessions import GRACE, IDLE_FOR, LASTS, ROTATED_EVERY, Session, Sessions
from tests.support.entrance import Clock
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Role

ZHOU = Person("zhou.qi")
MOMENT = timedelta(seconds=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(engine: AsyncEngine, clock: Clock) -> Sessions:
    return Sessions(engine, now=clock)


async def opened(sessions: Sessions, person: Person = ZHOU) -> str:
    return await sessions.open(person, known_by=DEVELOPMENT_TOKEN)


async def found(sessions: Sessions, token: str) -> Session:
    session = await sessions.find(token)
    assert session is not None
    return session


async def test_a_session_is_found_by_its_id_alone(sessions: Sessions) -> None:
    person = Person("zhou.qi", (Role.LEAD, Role.AUDITOR), "customer_service")
    token = await opened(sessions, person)
    session = await found(sessions, token)
    assert (session.person, session.known_by) == (person, DEVELOPMENT_TOKEN)
    assert await sessions.find(token + "x") is None
    assert await sessions.find(session.session_key) is None


async def test_nobody_who_reads_the_table_can_use_it(sessions: Sessions, engine: AsyncEngine) -> None:
    token = await opened(sessions)
    (row,) = await transact(engine, lambda connection: connection.execute(select(console_sessions)))
    kept = [str(value) for value in row]
    assert token not in kept
    assert [await sessions.find(value) for value in kept] == [None] * len(kept)


async def test_the_id_changes_while_the_session_stays(sessions: Sessions, clock: Clock) -> None:
    first = await opened(sessions)
    before = await found(sessions, first)
    assert await sessions.rotated(before) is None
    clock.go_on(ROTATED_EVERY)
    second = await sessions.rotated(before)
    assert second
    assert await found(sessions, second) == await found(sessions, first) == before
    clock.go_on(GRACE - MOMENT)
    assert await sessions.find(first) is not None, "what is on its way with the last id arrives"
    clock.go_on(MOMENT)
    assert await sessions.find(first) is None
    assert await found(sessions, second) == before


async def test_an_id_that_never_arrived_locks_nobody_out(sessions: Sessions, clock: Clock) -> None:
    """The answer that brought it was lost: the browser shows the one that it has, and is given another in a moment."""
    first = await opened(sessions)
    clock.go_on(ROTATED_EVERY)
    lost = await sessions.rotated(await found(sessions, first))
    assert lost
    assert await sessions.rotated(await found(sessions, first)) is None, "it may be on its way yet"
    clock.go_on(GRACE)
    second = await sessions.rotated(await found(sessions, first))
    assert second
    assert await sessions.find(lost) is None
    assert await sessions.find(second) is not None


async def test_two_tabs_at_once_are_given_one_new_id(sessions: Sessions, clock: Clock) -> None:
    token = await opened(sessions)
    clock.go_on(ROTATED_EVERY)
    session = await found(sessions, token)
    given = [await sessions.rotated(session), await sessions.rotated(session)]
    assert given[0]
    assert given[1] is None


async def test_a_session_in_which_nothing_is_done_runs_out(sessions: Sessions, clock: Clock) -> None:
    token = await opened(sessions)
    for _ in range(3):
        clock.go_on(IDLE_FOR - MOMENT)
        assert await sessions.find(token) is not None
    session = await found(sessions, token)
    clock.go_on(IDLE_FOR)
    assert await sessions.find(token) is None
    assert not await sessions.is_open(session)


async def test_asking_whether_it_is_open_is_no_use_and_working_at_a_page_is(sessions: Sessions, clock: Clock) -> None:
    idle, busy = [await found(sessions, await opened(sessions)) for _ in range(2)]
    keys = [idle.session_key, busy.session_key]
    clock.go_on(IDLE_FOR - MOMENT)
    assert await sessions.still_open(keys, used=[busy.session_key]) == set(keys)
    clock.go_on(MOMENT)
    assert await sessions.still_open(keys, used=keys) == {busy.session_key}, "nor does use bring one back"


async def test_a_session_ends_after_a_working_day_however_busy(sessions: Sessions, clock: Clock) -> None:
    token = await opened(sessions)
    for _ in range(int(LASTS / IDLE_FOR) * 2 - 1):
        clock.go_on(IDLE_FOR / 2)
        assert await sessions.find(token) is not None
    clock.go_on(IDLE_FOR / 2)
    assert await sessions.find(token) is None


async def test_logging_out_ends_all_sessions_of_one_person(sessions: Sessions) -> None:
    id_token = "signed"  # noqa: S105 - no password
    office, home = await opened(sessions), await sessions.open(ZHOU, known_by="oidc", id_token=id_token)
    other = await opened(sessions, Person("lin.wan"))
    keys = [(await found(sessions, token)).session_key for token in (office, home)]
    assert await sessions.end_all("zhou.qi") == {keys[0]: None, keys[1]: "signed"}
    assert [await sessions.find(token) for token in (office, home)] == [None, None]
    assert (await found(sessions, other)).person.subject == "lin.wan"


async def test_sessions_that_are_over_are_forgotten(sessions: Sessions, clock: Clock, engine: AsyncEngine) -> None:
    await opened(sessions)
    clock.go_on(IDLE_FOR)
    await opened(sessions, Person("lin.wan"))
    rows = await transact(engine, lambda connection: connection.execute(select(console_sessions.c.subject)))
    assert [row.subject for row in rows] == ["lin.wan"]


async def test_nobody_is_logged_out_because_postgresql_is_away() -> None:
    engine = make_engine("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(AmendsError) as refusal:
        await Sessions(engine).find("anything")
    assert refusal.value.code is ErrorCode.UNREACHABLE
    await engine.dispose()
