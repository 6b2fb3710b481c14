from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.e2e.doomed_life import DoomedLife, Lived
from tests.e2e.kill_points import LIVES, KillPoint
from tests.e2e.records import check_delivery
from tests.e2e.standard_path import STORY, write_policy
from tests.support.desk import Desk
from workflows.contract.vocabulary import Status

pytestmark = [pytest.mark.timeout(150), pytest.mark.xdist_group("worker_killed")]

REOPENING = timedelta(seconds=3)
UNDISTURBED: tuple[KillPoint, ...] = ()
Plan = tuple[KillPoint, ...]


def named(plan: Plan) -> str:
    """The kill points of a life, as its test is called."""
    return ", ".join(point.name for point in plan)


@pytest.fixture(scope="module")
async def lives(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> dict[Plan, Lived | BaseException]:
    """All lives, lived side by side, and one that nobody disturbs."""
    directory = tmp_path_factory.mktemp("lives")
    policy = write_policy(directory / "policy.yaml", reopening=REOPENING)
    plans = (UNDISTURBED, *LIVES)
    doomed = [DoomedLife(desk, plan, directory / str(number), policy) for number, plan in enumerate(plans)]
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


def test_undisturbed_the_standard_path_is_what_the_others_are_measured_by(lived: Callable[[Plan], Lived]) -> None:
    """Nobody died, nothing was repeated, every event is there."""
    life = lived(UNDISTURBED)
    assert [event.type for event in life.record.journal] == STORY
    assert life.kills == 0
    assert life.sink.repeats() == 0
    life.record.check_journal()
    life.record.check_notices()
    check_delivery([life.record], life.sink)


@pytest.mark.parametrize("plan", LIVES, ids=named)
def test_a_complaint_whose_worker_was_killed_ends_as_if_nothing_had_happened(
    plan: Plan, lived: Callable[[Plan], Lived]
) -> None:
    """The same events by the same commands, without gap or double, and the file is archived once."""
    life, undisturbed = lived(plan), lived(UNDISTURBED)
    assert life.kills == len(plan)
    life.record.check_journal()
    assert life.record.story == undisturbed.record.story
    assert life.record.complaint.status == Status.ARCHIVED
    assert life.summary.status is Status.ARCHIVED
    assert life.summary.sequence == life.record.complaint.sequence
    assert [run.final for run in life.record.archived_runs] == [True]


@pytest.mark.parametrize("plan", LIVES, ids=named)
def test_every_notification_arrives_once_however_often_it_is_sent(plan: Plan, lived: Callable[[Plan], Lived]) -> None:
    """Keyed by Message-ID; only a mail that was taken without the outbox's knowledge is sent again."""
    life, undisturbed = lived(plan), lived(UNDISTURBED)
    check_delivery([life.record], life.sink)
    assert life.record.notices == undisturbed.record.notices
    assert life.sink.repeats() >= sum(point.repeats_mail is True for point in plan)
    if all(point.repeats_mail is False for point in plan):
        assert life.sink.repeats() == 0


def test_the_mails_sent_again_are_counted(
    lived: Callable[[Plan], Lived], record_property: Callable[[str, object], None]
) -> None:
    """They are the price of never losing one."""
    ends = [lived(plan) for plan in LIVES]
    mails = sum(len(life.sink.messages()) for life in ends)
    repeats = sum(life.sink.repeats() for life in ends)
    record_property("workers killed", sum(life.kills for life in ends))
    record_property("mails sent again, under the Message-ID of the first", f"{repeats} of {mails}")
    assert 0 < repeats < mails
