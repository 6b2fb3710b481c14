"""Each path of a complaint, from filing to the archive, on the real servers and with the outbox delivered."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TypeAlias

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from infra.archived_history import unpack
from tests.support.desk import Desk, working
from tests.workflows.case import Case, complaint
from tests.workflows.paths import PATHS, take
from workflows.contract.vocabulary import Status

EVENT_BUDGET = 100
"""What a standard complaint may cost in history, people thinking between commands."""

TIME_SKIPPING_EVENTS = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
)
"""What only a test does to a workflow."""

UNCACHED = ("standard", "meeting", "nobody_touches", "unhappy", "waiting_expires")
"""The paths that between them use every mechanism of the workflow."""

Played: TypeAlias = Mapping[str, Case | BaseException]


async def _play(desk: Desk, names: Sequence[str]) -> Played:
    """Let complaints take their paths side by side, because each spends most of its time waiting for its timer."""
    cases = [
        Case(desk, complaint(f"path-{name}-{desk.settings.task_queue}", **PATHS[name].complaint())) for name in names
    ]
    faults = await asyncio.gather(
        *(take(case, PATHS[name]) for name, case in zip(names, cases, strict=True)), return_exceptions=True
    )
    return {name: fault or case for name, case, fault in zip(names, cases, faults, strict=True)}


def _arrived(played: Played, name: str) -> Case:
    case = played[name]
    if isinstance(case, BaseException):
        raise case
    return case


@pytest.fixture(scope="module")
async def played(desk: Desk) -> Played:
    """Every path."""
    return await _play(desk, tuple(PATHS))


@pytest.fixture(scope="module")
async def played_uncached(desk: Desk) -> AsyncIterator[Played]:
    """Paths on a worker that forgets a workflow after each task, so that every task replays all that went before."""
    async with working(desk.with_settings(task_queue="uncached"), cached_workflows=0) as uncached:
        yield await _play(uncached, UNCACHED)


@pytest.mark.parametrize("name", PATHS)
async def test_a_path_is_told_to_the_word_in_the_journal(played: Played, name: str) -> None:
    """Every event is there, in order, numbered without a gap, and the row says how it ended."""
    case = _arrived(played, name)
    journal = await case.journal()
    assert [event.type for event in journal] == PATHS[name].whole_story
    assert [event.sequence for event in journal] == list(range(1, len(journal) + 1))
    row = await case.row()
    assert (row.status, row.outcome, row.sequence) == (Status.ARCHIVED, PATHS[name].outcome, len(journal))


@pytest.fixture(scope="module")
def delivered(desk: Desk, played: Played) -> Counter[str]:
    """How often the mail server has taken each message by now."""
    assert played
    return Counter(mail.message_id for mail in desk.stack.mail.messages())


@pytest.mark.parametrize("name", PATHS)
async def test_everybody_was_told_exactly_once(played: Played, delivered: Counter[str], name: str) -> None:
    """Every message of the outbox has reached the mail server, none of them twice."""
    case = _arrived(played, name)
    messages = await case.messages()
    assert {message.notice for message in messages} >= {"acknowledgement"}
    assert {message.status for message in messages} == {"sent"}
    assert {delivered[message.message_id] for message in messages} == {1}


@pytest.mark.parametrize("name", PATHS)
async def test_the_file_is_kept(played: Played, name: str) -> None:
    """One run, final, readable, and the same as the server's up to the moment of the export."""
    case = _arrived(played, name)
    (kept,) = await case.archived_runs()
    assert kept.final
    archived = unpack(kept.history, kept.sha256).events
    assert list(archived) == list((await case.history()).events)[: len(archived)]


@pytest.mark.parametrize("name", ["standard", "taken_in_hand"])
async def test_a_standard_complaint_stays_within_its_event_budget(played: Played, name: str) -> None:
    """From the start to the end of the run, the timer of the reopening window and the archive included."""
    history = await _arrived(played, name).history()
    assert len(_recorded(history)) <= EVENT_BUDGET


@pytest.mark.parametrize("name", UNCACHED)
async def test_a_worker_that_forgets_everything_tells_the_same_story(played_uncached: Played, name: str) -> None:
    """The workflow decides the same when all of it is replayed at every step."""
    case = _arrived(played_uncached, name)
    assert await case.story() == PATHS[name].whole_story


def _recorded(history: WorkflowHistory) -> list[str]:
    return [
        EventType.Name(event.event_type) for event in history.events if event.event_type not in TIME_SKIPPING_EVENTS
    ]
