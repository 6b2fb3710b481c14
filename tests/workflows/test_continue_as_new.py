"""A complaint outlives any history: its server suggests a new run, here after few events, and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from itertools import count

import pytest
from temporalio.api.enums.v1 import EventType

from infra.archived_history import unpack
from infra.devstack.stack import Stack
from tests.support.conditions import until
from tests.support.desk import Desk, running_desk, working
from tests.support.mail import MailServer
from tests.workflows.case import Case, complaint
from tests.workflows.conftest import TIME_SKIPPING
from tests.workflows.long_lives import outlive_runs, write_long_notes
from tests.workflows.paths import PATHS, take
from tests.workflows.people import AGENT, HEAD
from workflows.contract import commands as ask
from workflows.contract.views import ClockView, Receipt
from workflows.contract.vocabulary import Outcome

STARTED_AND_SIGNALED = 2
"""Events of a run before its first task."""

EVENTS_PER_RUN = {"limit.historyCount.suggestContinueAsNew": "40"}


@pytest.fixture(scope="module")
async def restless(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """A desk whose server finds a history of 40 events long."""
    state_dir = tmp_path_factory.mktemp("restless") / "state"
    async with (
        running_desk(state_dir, dynamic_config=TIME_SKIPPING | EVENTS_PER_RUN) as servers,
        working(servers) as desk,
    ):
        yield desk
    await Stack.purge(state_dir)


def _note(command_id: str) -> ask.AddNote:
    return ask.AddNote(actor=AGENT, text=f"This is {command_id}.", command_id=command_id)


async def test_nothing_is_lost_while_commands_arrive_throughout(restless: Desk) -> None:
    """Every update has its receipt, every signal acted once, every bad signal is recorded, and no number is missing."""
    case = Case(restless, complaint("throughout"))
    await case.file()

    async def give(name: str) -> list[Receipt]:
        return [await restless.client.command(case.reference, _note(f"{name}-{number}")) for number in range(20)]

    async def send(name: str) -> None:
        for number in range(30):
            await restless.client.signal(case.reference, _note(f"{name}-{number}"))
            if number % 5 == 0:
                await case.workflow.signal("nonsense", number)

    answers = await asyncio.gather(give("first"), give("second"), give("third"), send("signal"))
    await case.settle()
    journal = await case.journal()
    assert [event.sequence for event in journal] == list(range(1, len(journal) + 1))
    by_command = {event.command_id: event.sequence for event in journal if event.type == "noted"}
    receipts = [receipt for answer in answers if answer is not None for receipt in answer]
    assert len(receipts) == 60
    assert all(by_command[receipt.command_id] == receipt.sequence for receipt in receipts)
    assert [event.type for event in journal].count("noted") == len(by_command) == 60 + 30
    assert [event.type for event in journal].count("command_refused") == 6
    sent = [by_command[f"signal-{number}"] for number in range(30)]
    assert sent == sorted(sent)
    assert len(await case.runs()) > 3


async def test_signals_to_a_run_that_still_waits_for_its_first_task_are_acted_on(restless: Desk) -> None:
    """The server has a run wait that follows soon after its start."""
    case = Case(restless, complaint("waiting"))
    await case.file()
    numbers = count()

    async def is_waiting() -> bool:
        await restless.client.signal(case.reference, _note(f"signal-{next(numbers)}"))
        run = await case.workflow.describe()
        return run.execution_time != run.start_time and run.history_length == STARTED_AND_SIGNALED

    await until(is_waiting, "a run waits for its first task")
    await case.settle()
    noted = [event.command_id for event in await case.journal() if event.type == "noted"]
    assert noted == [f"signal-{number}" for number in range(next(numbers))]


async def test_each_run_that_went_before_is_archived_whole(restless: Desk) -> None:
    """In order, from its start to its hand-over, before the server can forget it."""
    case = Case(restless, complaint("archived-runs"))
    await case.file()
    await outlive_runs(case, 3)
    await case.settle()
    *earlier, present = await case.runs()
    kept = await case.archived_runs()
    assert [run.run_id for run in kept] == [run.run_id for run in earlier]
    assert present.previous_run_id == kept[-1].run_id
    for archived, recorded in zip(kept, earlier, strict=True):
        assert not archived.final
        assert tuple(unpack(archived.history, archived.sha256).events) == recorded.events
        assert recorded.events[-1].event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW


async def test_a_command_repeated_in_a_later_run_acts_once(restless: Desk) -> None:
    """By update with the same id, by update with another, and by signal."""
    case = Case(restless, complaint("repeated"))
    await case.file()
    command = ask.AddNote(actor=AGENT, text="Once and for all.", command_id="once")
    first = await case.give(command)
    await outlive_runs(case, 2)
    await case.settle()
    assert await case.give(command) == first
    assert await case.workflow.execute_update("note", command, id="other", result_type=Receipt) == first
    await case.signal("note", command)
    assert [event.command_id for event in await case.journal()].count("once") == 1


async def test_clocks_are_carried(restless: Desk) -> None:
    """They started when the complaint was received, and a limit runs out when it always would have."""
    case = Case(restless, complaint("clocks"))
    await case.file()
    before = (await case.view()).clocks
    await outlive_runs(case, 2)
    await case.settle()
    assert [_booked(clock) for clock in (await case.view()).clocks] == [_booked(clock) for clock in before]
    await case.pass_time(timedelta(hours=25))
    breaches = [event.data for event in await case.journal() if event.type == "clock_breached"]
    received_at = (await case.view()).received_at
    assert [(breach["clock"], breach["due_at"]) for breach in breaches] == [
        (name, (received_at + timedelta(hours=24)).isoformat().replace("+00:00", "Z"))
        for name in ("first_reply", "first_solution")
    ]


async def test_mail_that_could_not_be_delivered_is_carried(restless: Desk, mail_server: MailServer) -> None:
    """And delivered by a later run."""
    settings = {"task_queue": "no-mail", "smtp": mail_server.address}
    async with working(restless.with_settings(**settings)) as silent:
        case = Case(silent, complaint("undelivered"))
        await mail_server.stop()
        await silent.client.file(case.complaint)
        await outlive_runs(case, 1)
        assert {message.status for message in await case.messages()} == {"pending"}
        await mail_server.start()
        await case.settle()
    messages = await case.messages()
    assert [(message.notice, message.status) for message in messages] == [
        ("acknowledgement", "sent"),
        ("assignment", "sent"),
    ]
    delivered = [mail.message_id for mail in mail_server.sink.messages()]
    assert sorted(delivered) == sorted(message.message_id for message in messages)


async def test_what_is_too_much_to_carry_is_written_first(restless: Desk) -> None:
    """Three megabytes gathered in an outage, more than one run can hand to the next."""
    case = Case(restless, complaint("too-much"))
    await case.file()
    await restless.stack.stop_postgres()
    try:
        await write_long_notes(case, 20)
    finally:
        await restless.stack.start_postgres()
    await case.settle()
    assert [event.type for event in await case.journal()].count("noted") == 20
    assert len(await case.runs()) > 1


async def test_what_another_complaint_has_not_answered_is_carried(restless: Desk) -> None:
    """And said again by a later run, until it is answered; it acts once."""
    elsewhere = restless.with_settings(task_queue="unheard")
    case, lost = Case(restless, complaint("asks")), Case(elsewhere, complaint("lost"))
    await asyncio.gather(case.file(), elsewhere.client.file(lost.complaint))
    command = ask.Merge(actor=HEAD, into=lost.reference, reason="the same parcel")
    await restless.client.command(case.reference, command)
    await outlive_runs(case, 2)
    assert (await case.view()).kin.merging is not None
    async with working(elsewhere):
        await until(partial(_is_merged, case), "it has been answered and merged")
        await lost.settle()
        assert (await lost.story()).count("absorbed") == 1
    await case.settle()
    assert (await case.story()).count("merged") == 1


async def _is_merged(case: Case) -> bool:
    return (await case.view()).summary.outcome is Outcome.MERGED


@pytest.mark.parametrize("name", ["unhappy", "waiting_expires"])
async def test_a_path_across_several_runs_tells_the_same_story(restless: Desk, name: str) -> None:
    """Proposals, approvals, waits and rounds are carried too."""
    case = Case(restless, complaint(f"path-{name}"))
    await take(case, PATHS[name])
    assert await case.story() == PATHS[name].whole_story
    runs = await case.archived_runs()
    assert len(runs) > 1
    assert [run.final for run in runs] == [False] * (len(runs) - 1) + [True]


def _booked(clock: ClockView) -> tuple[object, ...]:
    """A clock without what grows by the second."""
    ledger = [(segment.start, segment.kind, segment.department) for segment in clock.ledger]
    return clock.name, clock.round, clock.due_at, ledger
