"""A worker dies while a meeting is called, told, voted in and decided: it takes place as if nothing had happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.doomed_life import DoomedLife, Lived
from tests.e2e.kill_points import KillPoint, after, sent, writing, written
from tests.e2e.records import check_delivery
from tests.e2e.standard_path import AGENT, COMMANDS, write_policy
from tests.support.desk import Desk
from tests.support.postgres_proxy import Exchange
from workflows.contract import commands as ask
from workflows.contract.parties import Actor, Party
from workflows.contract.vocabulary import Choice, Role, Status

pytestmark = [pytest.mark.timeout(150), pytest.mark.xdist_group("worker_killed")]

Plan = tuple[KillPoint, ...]

LAWYER = Actor(subject="shen.yi", roles=(Role.HEAD,), department="legal_compliance", authenticated_by="test")
ACCEPT, *SOLVE = COMMANDS
MEET: tuple[ask.Command, ...] = (
    ask.CallMeeting(
        actor=AGENT, command_id="call_meeting", departments=("legal_compliance",), agenda="Who pays for the flood?"
    ),
    ask.RecordMinutes(
        actor=AGENT, command_id="record_minutes", present=(AGENT.subject, LAWYER.subject), minutes="Both were there."
    ),
    ask.Move(actor=LAWYER, command_id="move", text="We pay."),
    ask.CastVote(actor=LAWYER, command_id="vote", motion=1, choice=Choice.FOR),
    ask.CastVote(actor=AGENT, command_id="vote too", motion=1, choice=Choice.FOR),
    ask.DecideMeeting(
        actor=AGENT,
        command_id="decide_meeting",
        decision="We pay.",
        motion=1,
        tasks=(
            ask.TaskOrder(
                text="Tell the insurance.",
                owner=Party(department="legal_compliance"),
                due_at=datetime.now(UTC) + timedelta(days=1),
            ),
        ),
    ),
)
DO: tuple[ask.Command, ...] = (ask.CompleteTask(actor=LAWYER, command_id="complete_task", task=1, result="They know."),)
PEOPLE_ACT = (ACCEPT, *MEET, *SOLVE, *DO)
"""The task is done last, and closes what the complainant has confirmed."""

BY_ITSELF = {"call_meeting": 1}
"""It is given its time."""


def _asks_for_diaries(exchange: Exchange) -> bool:
    return "LEFT OUTER JOIN absences" in exchange.sql


UNDISTURBED: Plan = ()
LIVES: tuple[Plan, ...] = (
    (KillPoint("looking for a time", request=_asks_for_diaries), writing("meeting_scheduled")),
    (KillPoint("a time found, before it is reported", answer=_asks_for_diaries), sent("meeting_scheduled")),
    (written("meeting_scheduled"), KillPoint("with a vote in hand", step="during vote")),
    (after("record_minutes"), writing("meeting_decided")),
    (written("meeting_decided"), writing("closing_deferred"), after("complete_task")),
)


def named(plan: Plan) -> str:
    """The kill points of a life, as its test is called."""
    return ", ".join(point.name for point in plan)


@pytest.fixture(scope="module")
async def lives(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> dict[Plan, Lived | BaseException]:
    """All lives, lived side by side, and one that nobody disturbs."""
    directory = tmp_path_factory.mktemp("meetings")
    policy = write_policy(directory / "policy.yaml", reopening=timedelta(seconds=3))
    plans = (UNDISTURBED, *LIVES)
    doomed = [
        DoomedLife(desk, plan, directory / f"meeting-{number}", policy, commands=PEOPLE_ACT, leads_to=BY_ITSELF)
        for number, plan in enumerate(plans)
    ]
    ends = await asyncio.gather(*(life.live() for life in doomed), return_exceptions=True)
    return dict(zip(plans, ends, strict=True))


@pytest.fixture(scope="module")
def lived(lives: dict[Plan, Lived | BaseException]) -> Callable[[Plan], Lived]:
    """One of the lives; what went wrong in it, if anything did."""

    def look_up(plan: Plan) -> Lived:
        end = lives[plan]
        if isinstance(end, BaseException):
            raise end
        return end

    return look_up


@pytest.mark.parametrize("plan", LIVES, ids=named)
def test_a_meeting_whose_worker_was_killed_is_held_as_if_nothing_had_happened(
    plan: Plan, lived: Callable[[Plan], Lived]
) -> None:
    """The same events by the same commands; everybody is invited once, and every vote is counted once."""
    life, undisturbed = lived(plan), lived(UNDISTURBED)
    assert (life.kills, undisturbed.kills) == (len(plan), 0)
    for each in (life, undisturbed):
        each.record.check_journal()
        check_delivery([each.record], each.sink)
        assert each.record.complaint.status == Status.ARCHIVED
    assert life.record.story == undisturbed.record.story
    assert life.record.notices == undisturbed.record.notices
    (carried,) = life.record.entries("motion_carried")
    assert (carried.data["votes"]["for"], carried.data["seats"]) == (2, 2)
