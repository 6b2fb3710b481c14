"""The calendar is in the history as data: a changed file moves no due time of an open complaint, a command does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from temporalio.worker import UnsandboxedWorkflowRunner

from infra.calendars import load_calendar
from tests.core.naive import Office
from tests.replay import corpus
from tests.support.desk import Desk, working
from tests.workflows.case import Case, complaint
from tests.workflows.limits import HOUR, OFFICE_HOURS, REOPENING, write_calendar, write_policy
from tests.workflows.people import AGENT, EXECUTIVE
from workflows.contract import commands as ask
from workflows.contract.views import ClockView

CLOSED_FOR = 14


async def test_a_calendar_that_has_changed_since_changes_no_due_time_on_replay(desk: Desk, tmp_path: Path) -> None:
    """Two weeks from now on become holidays. What was filed before keeps its due time, after a replay too, until a
    recorded command moves it; what is filed now is due two weeks later.
    """
    written = write_policy(tmp_path, OFFICE_HOURS, REOPENING)
    before = load_calendar(str(tmp_path / "office.yaml"))
    there = desk.with_settings(task_queue="calendar", policy=written)
    async with working(there) as first:
        old = Case(first, complaint("calendar-old"))
        await old.file()
        opened = await _clock(old)
    assert opened.due_at == Office(before).after(opened.started_at, 10 * HOUR)

    days = (opened.started_at.date() + timedelta(days=number) for number in range(-1, CLOSED_FOR))
    write_calendar(tmp_path, *days)
    after = load_calendar(str(tmp_path / "office.yaml"))
    await corpus.replayer(UnsandboxedWorkflowRunner()).replay_workflow(await old.history())
    async with working(there) as second:
        new = Case(second, complaint("calendar-new"))
        await new.file()
        filed_now = await _clock(new)
        assert filed_now.due_at == Office(after).after(filed_now.started_at, 10 * HOUR) > opened.due_at
        assert (await _clock(old)).due_at == opened.due_at
        await old.give(ask.AddNote(actor=AGENT, text="Nothing moves by being touched."))
        assert (await _clock(old)).due_at == opened.due_at

        await old.give(ask.AmendCalendar(actor=EXECUTIVE, calendar=after, reason="We are closed for two weeks."))
        moved = await _clock(old)
        assert moved.due_at == Office(after).after(opened.started_at, 10 * HOUR)
        [amended] = [event.data for event in await old.journal() if event.type == "calendar_amended"]
        assert (amended["before"], amended["after"]) == (f"office@{before.version}", f"office@{after.version}")
    await corpus.replayer(UnsandboxedWorkflowRunner()).replay_workflow(await old.history())


async def _clock(case: Case) -> ClockView:
    return next(clock for clock in (await case.view()).clocks if clock.name == OFFICE_HOURS.name)
