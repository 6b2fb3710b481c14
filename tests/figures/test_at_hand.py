"""Figures are counted once for all who ask for the same, and again when they are old."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from starter.access.caller import Caller, Scope
from starter.figures.asked import Asked
from starter.figures.at_hand import AT_ONCE, KEPT_FOR, KEPT_TIMES, FiguresAtHand
from starter.figures.measuring import Figures, measure
from starter.figures.period import Period
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Role

ASKED = Asked(Period(date(2026, 11, 1), date(2026, 11, 7), "UTC"), timedelta(hours=24))


def caller(subject: str, role: Role, request: str) -> Caller:
    actor = Actor(subject=subject, roles=(role,), department="technical_support", authenticated_by="test")
    return Caller(actor, frozenset(Scope)).during(request)


class Counter:
    """Counts in a real database, remembers for whom, and can be held up or fail."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self.asked: list[Asked] = []
        self.at_once = self.most_at_once = 0
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.seconds = 0.0
        self.takes = 0.0
        self.fails = False
        self.waited: list[float] = []

    async def __call__(self, asked: Asked) -> Figures:
        """Count."""
        self.asked.append(asked)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.may_go_on.wait()
            self.seconds += self.takes
            if self.fails:
                raise AmendsError(ErrorCode.UNREACHABLE, "it does not answer")
            return await measure(self._engine, asked, datetime.now(UTC))
        finally:
            self.at_once -= 1

    def at_hand(self) -> FiguresAtHand:
        """Figures that are counted so."""
        return FiguresAtHand(self, clock=lambda: self.seconds, wait=self.wait)

    async def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.waited.append(seconds)
        self.seconds += seconds


@pytest.fixture
def counter(engine: AsyncEngine) -> Counter:
    return Counter(engine)


async def test_many_who_ask_at_the_same_time_are_counted_for_once(counter: Counter) -> None:
    at_hand = counter.at_hand()
    answers = await asyncio.gather(*(at_hand.of(ASKED) for _ in range(20)))
    assert len(counter.asked) == 1
    assert all(answer is answers[0] for answer in answers)


async def test_they_are_kept_for_a_moment_and_longer_if_they_took_long(counter: Counter) -> None:
    at_hand = counter.at_hand()
    first = await at_hand.of(ASKED)
    counter.seconds += KEPT_FOR.total_seconds() - 1
    assert await at_hand.of(ASKED) is first
    counter.seconds += 1
    counter.takes = KEPT_FOR.total_seconds()
    second = await at_hand.of(ASKED)
    assert second is not first
    counter.seconds += KEPT_FOR.total_seconds() * KEPT_TIMES - 1
    assert await at_hand.of(ASKED) is second
    counter.seconds += 1
    assert await at_hand.of(ASKED) is not second


async def test_after_news_those_are_waited_for_that_know_of_it(counter: Counter) -> None:
    at_hand = counter.at_hand()
    old = await at_hand.of(ASKED)
    counter.seconds += 1
    news = datetime.now(UTC)
    assert old.as_of < news <= (await at_hand.counted_after(ASKED, news)).as_of
    assert counter.waited == [KEPT_FOR.total_seconds() - 1]


async def test_who_sees_everything_is_told_the_same_and_others_their_own(counter: Counter) -> None:
    at_hand = counter.at_hand()
    for subject, role, request in (("a", Role.EXECUTIVE, "1"), ("b", Role.AUDITOR, "2"), ("c", Role.EXECUTIVE, "3")):
        await at_hand.of(replace(ASKED, caller=caller(subject, role, request)))
    assert counter.asked == [ASKED]
    for subject, request in (("d", "4"), ("d", "5"), ("e", "6")):
        await at_hand.of(replace(ASKED, caller=caller(subject, Role.AGENT, request)))
    assert [asked.caller and asked.caller.actor.subject for asked in counter.asked[1:]] == ["d", "e"]


async def test_few_are_counted_at_once(counter: Counter) -> None:
    at_hand = counter.at_hand()
    wishes = [replace(ASKED, department=f"department_{number}") for number in range(5)]
    await asyncio.gather(*map(at_hand.of, wishes))
    assert (len(counter.asked), counter.most_at_once) == (5, AT_ONCE)


async def test_a_failure_is_told_and_tried_again(counter: Counter) -> None:
    at_hand = counter.at_hand()
    counter.fails = True
    with pytest.raises(AmendsError):
        await at_hand.of(ASKED)
    counter.fails = False
    assert (await at_hand.of(ASKED)).received == {}


async def test_who_stops_waiting_leaves_the_figures_to_the_others(counter: Counter) -> None:
    at_hand = counter.at_hand()
    counter.may_go_on.clear()
    impatient = asyncio.create_task(at_hand.of(ASKED))
    patient = asyncio.create_task(at_hand.of(ASKED))
    await asyncio.wait([impatient], timeout=0)
    impatient.cancel()
    counter.may_go_on.set()
    assert (await patient).received == {}
    assert len(counter.asked) == 1
