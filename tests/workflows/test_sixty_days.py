"""Sixty days in the life of a complaint that nobody touches, in seconds: every rung of every ladder, to the minute."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from infra.policies import load_policy
from tests.support.desk import Desk
from tests.workflows.case import Case, complaint
from tests.workflows.paths import answer, solve
from tests.workflows.people import AGENT, EXECUTIVE, HEAD, LEAD
from workflows.contract import commands as ask
from workflows.contract.vocabulary import Level, Severity, Status

NOTICED_WITHIN = timedelta(seconds=5)

TOLD = {Level.OWNER: AGENT, Level.LEAD: LEAD, Level.HEAD: HEAD, Level.EXECUTIVE: EXECUTIVE}
"""Nobody accepted it, so its owner is still whom it was assigned to."""


def _expected() -> list[tuple[timedelta, str]]:
    """When after filing what is due, from the policy itself: all clocks together, in the order of their due times."""
    expected: list[tuple[timedelta, int, str]] = []
    for number, name in enumerate(("first_reply", "first_solution", "resolution")):
        rule = load_policy("default").clock(name)
        target = rule.target[Severity.NORMAL]
        assert isinstance(target, timedelta)
        for rung in rule.ladder:
            assert rung.percent is not None
            due = target * rung.percent / 100
            if rung.percent == 100:
                expected.append((due, number, f"{name} breached"))
            expected.append((due, number, f"{name} tells {TOLD[rung.tell].subject}"))
    return [(due, said) for due, _, said in sorted(expected, key=lambda each: (each[0], each[1]))]


@pytest.fixture(scope="module")
async def case(desk: Desk) -> Case:
    """A complaint that nobody has touched for sixty days."""
    case = Case(desk, complaint("sixty-days"))
    await case.file()
    await case.pass_time(timedelta(days=60))
    return case


async def test_its_ladder_is_climbed_in_order_and_every_breach_has_its_due_time(case: Case) -> None:
    """The journal is what the policy says, and nothing is noticed more than a moment late."""
    received_at = (await case.view()).received_at
    climbed = [event for event in await case.journal() if event.type in ("rung_reached", "clock_breached")]
    happened = []
    for event in climbed:
        due_at = datetime.fromisoformat(str(event.data["due_at"]))
        what = f"tells {event.data['tell']}" if event.type == "rung_reached" else "breached"
        happened.append((due_at - received_at, f"{event.data['clock']} {what}"))
        assert due_at <= event.at < due_at + NOTICED_WITHIN
    assert happened == _expected()
    row = await case.row()
    assert (row.breached, row.level, row.status) == (True, Level.EXECUTIVE, Status.ASSIGNED)
    escalations = [message.staff for message in await case.messages() if message.notice == "escalation"]
    assert escalations == [event.data["tell"] for event in climbed if event.type == "rung_reached"]


async def test_it_can_still_be_solved(case: Case) -> None:
    """Late, and said to be late."""
    await case.give(ask.Accept(actor=EXECUTIVE))
    await solve(case, EXECUTIVE, HEAD)
    await answer(case, solved=True)
    states = {clock.name: clock.state.value for clock in (await case.view()).clocks}
    assert states == {
        "first_reply": "met_late",
        "first_solution": "met_late",
        "approval": "met",
        "execution": "met",
        "resolution": "met_late",
        "confirmation": "met",
        "reopening": "running",
    }
