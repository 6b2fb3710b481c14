"""Nine ways in which a complaint desk on this engine can lose, forge or forget limits. None of them happens here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType

from infra.calendars import load_calendar
from tests.core.naive import Office
from tests.support.desk import Desk, working
from tests.workflows.case import Case, complaint
from tests.workflows.forsaken import forsaken_client
from tests.workflows.limits import DAY, HOUR, MINUTE, OFFICE_HOURS, RESOLUTION, TEN_HOURS, clock, policy, write_policy
from tests.workflows.people import AGENT, COMPLAINANT, EXECUTIVE, HEAD, LEAD
from workflows.contract import commands as ask
from workflows.contract.calendar import Calendar
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.views import ClockState, ClockView
from workflows.contract.vocabulary import Nature, Severity, WaitingFor

SOON = timedelta(seconds=5)
EVENTS_OF_A_LONG_WAIT = 45
"""With the question, the reminder and the answer, each of them written and sent; polling took eleven a minute."""

TIMERS_OF_A_LONG_WAIT = 2
"""One that was set before the wait, for the limit that now rests, and the reminder's."""

TIME_SKIPPING_ITSELF = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
}
PATIENCE = timedelta(seconds=1)


@pytest.fixture(scope="module")
async def limits(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """A desk where a first answer is due in one hour and a resolution in ten."""
    written = write_policy(tmp_path_factory.mktemp("limits"), *TEN_HOURS)
    async with working(desk.with_settings(task_queue="limits", policy=written)) as working_desk:
        yield working_desk


async def wait_for_the_complainant(case: Case, duration: timedelta) -> timedelta:
    """Ask, let time pass, have the answer; how long that took, to the microsecond."""
    asked = await case.give(ask.Wait(actor=AGENT, waiting_for=WaitingFor.COMPLAINANT, question="Which line was it?"))
    await case.pass_time(duration)
    answered = await case.give(ask.Resume(actor=COMPLAINANT, answer="The second one."))
    return answered.at - asked.at


async def clock_of(case: Case, name: str) -> ClockView:
    """A clock as the workflow shows it."""
    return next(clock for clock in (await case.view()).clocks if clock.name == name)


async def told(case: Case, name: str) -> list[tuple[str, str, datetime]]:
    """Which rungs of a clock were reached, who was told, and when that was due."""
    rungs = [event.data for event in await case.journal() if event.type == "rung_reached"]
    return [
        (str(rung["rung"]), str(rung["tell"]), datetime.fromisoformat(str(rung["due_at"])))
        for rung in rungs
        if rung["clock"] == name
    ]


async def test_a_pause_just_before_the_limit_moves_the_breach_by_its_own_length(limits: Desk) -> None:
    """Ten hours, a ten-minute wait at 9 h 30: breached ten minutes later, not never."""
    case = Case(limits, complaint("pause"))
    await case.file()
    await case.give(ask.Accept(actor=AGENT))
    await case.pass_time(9 * HOUR + 30 * MINUTE)
    paused = await wait_for_the_complainant(case, 10 * MINUTE)
    assert 10 * MINUTE <= paused < 10 * MINUTE + SOON
    await case.pass_time(2 * HOUR)
    [breach] = [
        event
        for event in await case.journal()
        if event.type == "clock_breached" and event.data["clock"] == RESOLUTION.name
    ]
    due_at = datetime.fromisoformat(str(breach.data["due_at"]))
    assert due_at == (await case.view()).received_at + 10 * HOUR + paused
    assert due_at <= breach.at < due_at + SOON


async def test_a_year_of_waiting_costs_a_handful_of_events(limits: Desk) -> None:
    """Nothing wakes up in between but the one reminder; so no complainant is silent for too long for the engine."""
    case = Case(limits, complaint("year"))
    await case.file()
    await case.give(ask.Accept(actor=AGENT))
    before = len((await case.history()).events)
    assert await wait_for_the_complainant(case, 365 * DAY) >= 365 * DAY
    history = (await case.history()).events[before:]
    kinds = [EventType.Name(event.event_type) for event in history if event.event_type not in TIME_SKIPPING_ITSELF]
    assert len(kinds) <= EVENTS_OF_A_LONG_WAIT, kinds
    assert kinds.count("EVENT_TYPE_TIMER_FIRED") == TIMERS_OF_A_LONG_WAIT, kinds
    resolution = await clock_of(case, "resolution")
    assert (resolution.state, resolution.breached_at) == (ClockState.RUNNING, None)
    assert resolution.used < HOUR
    assert resolution.paused >= 365 * DAY


async def test_another_severity_or_policy_keeps_the_time_used_and_the_workflow(limits: Desk) -> None:
    """One run from the beginning to the end, four hours used before and after, and the pause remembered."""
    case = Case(limits, complaint("change"))
    await case.file()
    await case.give(ask.Accept(actor=AGENT))
    await case.pass_time(4 * HOUR)
    paused = await wait_for_the_complainant(case, 3 * HOUR)
    received_at = (await case.view()).received_at
    await case.give(ask.Classify(actor=LEAD, nature=Nature.SERVICE, severity=Severity.CRITICAL, reason="She is ill."))
    graver = await clock_of(case, "resolution")
    assert (graver.round, graver.started_at, graver.paused) == (1, received_at, paused)
    assert graver.due_at == received_at + 5 * HOUR + paused
    later = policy(clock("resolution", "filed", "executed", 16 * HOUR, pausable=True), *TEN_HOURS[2:], title="Later")
    adopt = ask.AdoptPolicy(actor=EXECUTIVE, policy=later, calendar=_calendar_of(limits), reason="The board decided.")
    await case.give(adopt)
    longer = await clock_of(case, "resolution")
    assert (longer.round, longer.started_at, longer.paused) == (1, received_at, paused)
    assert longer.due_at == received_at + 8 * HOUR + paused
    assert 4 * HOUR <= longer.used < 4 * HOUR + MINUTE
    assert len(await case.runs()) == 1


async def test_a_complaint_that_ended_while_the_database_was_away_warns_nobody(limits: Desk) -> None:
    """The workflow itself is the record: what it was told it knows, whatever the tables missed at the time."""
    case = Case(limits, complaint("ended"))
    await case.file()
    await limits.stack.stop_postgres()
    try:
        await limits.client.command(case.reference, ask.Withdraw(actor=COMPLAINANT, reason="It works again."))
    finally:
        await limits.stack.start_postgres()
    await case.settle()
    await case.pass_time(40 * DAY)
    assert (await case.story())[3:] == ["withdrawn", "closed", "clock_expired", "archived"]
    assert [message.notice for message in await case.messages()] == ["acknowledgement", "assignment", "closing"]


@pytest.fixture(scope="module")
async def untouched(limits: Desk) -> Case:
    """Filed sixteen hours ago, and nobody has answered."""
    case = Case(limits, complaint("untouched"))
    await case.file()
    await case.pass_time(16 * HOUR)
    return case


async def test_what_comes_after_the_limit_is_told_too(untouched: Case) -> None:
    """At 110 and at 150 percent."""
    owner, lead, head = AGENT.subject, LEAD.subject, HEAD.subject
    rungs = [("50 %", owner), ("75 %", owner), ("100 %", lead), ("110 %", head), ("150 %", EXECUTIVE.subject)]
    assert [(rung, tell) for rung, tell, _ in await told(untouched, "resolution")] == rungs
    assert (await clock_of(untouched, "resolution")).state is ClockState.BREACHED


async def test_a_resolution_is_warned_of_while_the_first_reply_is_still_open(untouched: Case) -> None:
    """The clocks run side by side: each rung of the one has its own time, whatever becomes of the other."""
    received_at = (await untouched.view()).received_at
    assert (await clock_of(untouched, "response")).stopped_at is None
    warned = [due_at - received_at for _, _, due_at in await told(untouched, "resolution")]
    assert warned == [5 * HOUR, 7.5 * HOUR, 10 * HOUR, 11 * HOUR, 15 * HOUR]


async def test_a_missed_first_reply_is_not_taken_for_a_reply(untouched: Case) -> None:
    """It goes on until somebody answers, and is then met late."""
    missed = await clock_of(untouched, "response")
    assert (missed.state, missed.stopped_at) == (ClockState.BREACHED, None)
    assert missed.percent >= 1500
    accepted = await untouched.give(ask.Accept(actor=AGENT))
    replied = await clock_of(untouched, "response")
    assert (replied.state, replied.stopped_at) == (ClockState.MET_LATE, accepted.at)
    assert replied.breached_at == missed.breached_at == missed.started_at + HOUR


@pytest.mark.parametrize("waited", [7 * HOUR, 3 * DAY], ids=["hours", "days"])
async def test_a_pause_takes_only_working_time_out_of_a_limit_in_working_time(limits: Desk, waited: timedelta) -> None:
    """A night or a weekend of waiting moves it by nothing, a working day by its windows."""
    case, calendar = Case(limits, complaint(f"office-{waited}")), _calendar_of(limits)
    await case.file()
    alone = policy(OFFICE_HOURS, title="Nothing else rings")
    await case.give(ask.AdoptPolicy(actor=EXECUTIVE, policy=alone, calendar=calendar, reason="To watch it alone."))
    before = await clock_of(case, OFFICE_HOURS.name)
    asked = await case.give(ask.Wait(actor=HEAD, waiting_for=WaitingFor.COMPLAINANT, question="Which line was it?"))
    await case.pass_time(waited)
    answered = await case.give(ask.Resume(actor=COMPLAINANT, answer="The second one."))
    after = await clock_of(case, OFFICE_HOURS.name)
    office = Office(calendar)
    assert office.worked(before.due_at, after.due_at) == office.worked(asked.at, answered.at)
    assert after.due_at - before.due_at <= answered.at - asked.at + 3 * DAY
    await case.pass_time(after.due_at - answered.at + MINUTE)
    assert (await clock_of(case, OFFICE_HOURS.name)).breached_at == after.due_at


def test_a_start_while_the_server_is_away_fails_loudly_and_leaves_nothing_behind() -> None:
    """No clock falls back to something weaker: whoever files is told that nothing was filed."""

    async def start_in_vain() -> None:
        client = await forsaken_client(PATIENCE)
        tasks = asyncio.all_tasks()
        with pytest.raises(AmendsError) as failed:
            await client.file(complaint("away"))
        assert failed.value.code is ErrorCode.UNREACHABLE
        assert asyncio.all_tasks() == tasks

    # On a loop of its own: what other tests keep running on the common one comes and goes.
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, start_in_vain()).result()


async def test_no_time_limit_of_the_engine_ends_a_complaint(limits: Desk) -> None:
    """It lives as long as it takes."""
    case = Case(limits, complaint("endless"))
    await case.file()
    started = (await case.history()).events[0].workflow_execution_started_event_attributes
    assert started.workflow_execution_timeout.ToTimedelta() == timedelta(0)
    assert started.workflow_run_timeout.ToTimedelta() == timedelta(0)
    assert not started.HasField("retry_policy")


def _calendar_of(desk: Desk) -> Calendar:
    return load_calendar(str(Path(desk.settings.policy).with_name("office.yaml")))
