"""What backend services see when something is wrong: a code, within their patience, and no other error."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from starter.client import AmendsClient
from tests.support.desk import Desk, working
from tests.workflows.case import Case, complaint
from tests.workflows.forsaken import forsaken_client
from tests.workflows.people import AGENT
from workflows.contract import commands as ask
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import Start
from workflows.contract.names import WORKFLOW_TYPE, workflow_id
from workflows.contract.reference import reference_for
from workflows.contract.views import Filing
from workflows.contract.vocabulary import Status

PATIENCE = timedelta(seconds=1)
OVERHEAD = timedelta(seconds=2)

Call: TypeAlias = Callable[[AmendsClient, str], Awaitable[object]]

CALLS: dict[str, Call] = {
    "command": lambda client, reference: client.command(reference, ask.Accept(actor=AGENT)),
    "signal": lambda client, reference: client.signal(reference, ask.Accept(actor=AGENT)),
    "view": lambda client, reference: client.view(reference),
    "allowed": lambda client, reference: client.allowed(reference, AGENT),
}
"""All that is asked of a complaint that is there."""

ANSWERED_BY_WORKER = [name for name in CALLS if name != "signal"]


async def code_of(call: Awaitable[object]) -> ErrorCode:
    """The code with which a call fails in time."""
    with pytest.raises(AmendsError) as failed:
        async with asyncio.timeout((PATIENCE + OVERHEAD).total_seconds()):
            await call
    return failed.value.code


@pytest.fixture(scope="module")
async def without_server() -> AmendsClient:
    """A client whose server was there when it connected, and is gone."""
    return await forsaken_client(PATIENCE)


@pytest.fixture(scope="module")
async def without_worker(desk: Desk) -> Case:
    """A complaint on a queue that nobody polls."""
    idle = desk.with_settings(task_queue="nobody")
    idle = replace(idle, client=AmendsClient(desk.temporal, task_queue="nobody", patience=PATIENCE))
    case = Case(idle, complaint("nobody"))
    await idle.client.file(case.complaint)
    return case


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("typed", ["", "nonsense", "7K2M-9QXD-4TB", "7K2M-9QXD-4TBCC", "0000-0000-0000"])
async def test_a_mistyped_reference_is_told_before_anything_is_sent(
    without_server: AmendsClient, name: str, typed: str
) -> None:
    """No server is needed for that."""
    assert await code_of(CALLS[name](without_server, typed)) is ErrorCode.REFERENCE_MISTYPED


@pytest.mark.parametrize("name", CALLS)
async def test_an_unknown_reference_is_told(desk: Desk, name: str) -> None:
    """It is written as one, but nobody filed it."""
    assert await code_of(CALLS[name](desk.client, reference_for("test", "never"))) is ErrorCode.UNKNOWN_REFERENCE


@pytest.mark.parametrize("name", CALLS)
async def test_without_a_server_a_call_fails_in_time(without_server: AmendsClient, name: str) -> None:
    """Not after the minutes for which the SDK would try again."""
    reference = reference_for("test", "never")
    assert await code_of(CALLS[name](without_server, reference)) is ErrorCode.UNREACHABLE


async def test_without_a_server_filing_fails_in_time(without_server: AmendsClient) -> None:
    """The channel must keep the complaint and file it later."""
    assert await code_of(without_server.file(complaint("no-server"))) is ErrorCode.UNREACHABLE


async def test_a_client_that_never_reached_its_server_says_so(unused_tcp_port: int) -> None:
    """One that was told to connect when first used."""
    temporal = await Client.connect(f"127.0.0.1:{unused_tcp_port}", lazy=True, data_converter=pydantic_data_converter)
    client = AmendsClient(temporal, task_queue="amends", patience=PATIENCE)
    assert await code_of(client.file(complaint("lazy"))) is ErrorCode.UNREACHABLE
    assert await code_of(client.view(reference_for("test", "lazy"))) is ErrorCode.UNREACHABLE


@pytest.mark.parametrize("name", ANSWERED_BY_WORKER)
async def test_without_a_worker_a_call_is_not_answered(without_worker: Case, name: str) -> None:
    """Which is another thing than a server that is away."""
    assert await code_of(CALLS[name](without_worker.desk.client, without_worker.reference)) is ErrorCode.NO_ANSWER


async def test_what_was_not_answered_may_be_repeated(desk: Desk) -> None:
    """With the same command id it acts once, whether or not the first one went through after all."""
    idle = desk.with_settings(task_queue="late")
    case = Case(idle, complaint("late"))
    impatient = AmendsClient(desk.temporal, task_queue="late", patience=PATIENCE)
    note = ask.AddNote(actor=AGENT, text="Is anybody there?", command_id="note-1")
    await impatient.file(case.complaint)
    assert await code_of(impatient.command(case.reference, note)) is ErrorCode.NO_ANSWER
    async with working(idle):
        receipt = await case.give(note)
    assert receipt.command_id == "note-1"
    assert (await case.story()).count("noted") == 1


async def test_filing_twice_gives_the_same_complaint(new_case: Callable[..., Case]) -> None:
    """Also at the same moment."""
    case = new_case()
    filings = await asyncio.gather(*(case.desk.client.file(case.complaint) for _ in range(5)))
    await case.settle()
    known = {"reference": case.reference, "workflow_id": workflow_id(case.reference)}
    assert sorted(filings, key=lambda filing: filing.duplicate) == [
        Filing(**known, duplicate=False),
        *[Filing(**known, duplicate=True)] * 4,
    ]
    assert (await case.story()).count("filed") == 1


async def test_two_complaints_that_meet_in_one_reference_are_not_merged(new_case: Callable[..., Case]) -> None:
    """Rare as that is, the second one is told to take another key."""
    case = new_case()
    await case.desk.temporal.start_workflow(
        WORKFLOW_TYPE,
        Start(complaint=case.complaint),
        id=workflow_id(case.reference),
        task_queue=case.desk.settings.task_queue,
        memo={"source": ["another source", "another key"]},
    )
    assert await code_of(case.desk.client.file(case.complaint)) is ErrorCode.REFERENCE_TAKEN


async def test_a_reference_may_be_typed_carelessly(new_case: Callable[..., Case]) -> None:
    """As people read it from a letter."""
    case = new_case()
    await case.file()
    typed = case.reference.lower().replace("-", " ")
    assert (await case.desk.client.view(typed)).summary.status is Status.ASSIGNED
