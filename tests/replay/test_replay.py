"""Recorded histories replay with the present code: complaints that are open when it is deployed go on."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from temporalio.workflow import NondeterminismError

from tests.replay import corpus
from tests.replay.scenes import SCENES
from tests.workflows.paths import PATHS
from workflows import postings
from workflows.contract.ports import JournalPort
from workflows.state import VERSION, restore

REPOSITORY = Path(__file__).parents[2]
SEVERAL_RUNS = {"several_runs", "several_runs_without_mail"}

SCHEDULED = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED


@pytest.fixture(scope="module")
def histories() -> dict[str, WorkflowHistory]:
    """The corpus by name."""
    return {name: corpus.load(name) for name in corpus.names()}


def test_every_path_and_scene_is_in_the_corpus(histories: dict[str, WorkflowHistory]) -> None:
    """A new path needs `python -m tests.replay.record`."""
    assert {name.split("-")[0] for name in histories} == {*PATHS, *SCENES, *SEVERAL_RUNS}


@pytest.mark.parametrize("runner", [SandboxedWorkflowRunner(), UnsandboxedWorkflowRunner()], ids=["in", "out"])
@pytest.mark.parametrize("name", corpus.names())
async def test_a_recorded_run_replays(histories: dict[str, WorkflowHistory], name: str, runner: WorkflowRunner) -> None:
    """In the sandbox, which notices what is not deterministic, and out of it, as workers run."""
    await corpus.replayer(runner).replay_workflow(histories[name])


async def test_the_corpus_replays_whatever_the_hash_seed() -> None:
    """No decision depends on the order of a set."""
    checks = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.replay.check",
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stderr=asyncio.subprocess.PIPE,
        )
        for seed in ("1", "4294967295")
    ]
    said = [(await check.communicate())[1].decode() for check in checks]
    assert [check.returncode for check in checks] == [0, 0], said


def _of_another_activity(events: list[HistoryEvent]) -> None:
    next(
        event for event in events if event.event_type == SCHEDULED
    ).activity_task_scheduled_event_attributes.activity_type.name = "forget"


def _with_an_event_missing(events: list[HistoryEvent]) -> None:
    del events[10]


def _with_a_failure_at_its_end(events: list[HistoryEvent]) -> None:
    events[-1].event_type = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED
    events[-1].workflow_execution_failed_event_attributes.SetInParent()


@pytest.mark.parametrize("change", [_of_another_activity, _with_an_event_missing, _with_a_failure_at_its_end])
async def test_a_changed_history_does_not_replay(change: Callable[[list[HistoryEvent]], None]) -> None:
    """Replaying can fail, so the tests above prove something."""
    history = corpus.load("standard")
    events = list(history.events)
    change(events)
    with pytest.raises((NondeterminismError, RuntimeError)):
        await corpus.replayer(UnsandboxedWorkflowRunner()).replay_workflow(WorkflowHistory(history.workflow_id, events))


async def test_a_changed_workflow_does_not_replay_the_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters are sent by another activity than before: complaints under way would be stuck."""
    monkeypatch.setitem(postings._ACTIVITY_OF, "notify", JournalPort.record)  # noqa: SLF001 - a change of the code
    with pytest.raises(NondeterminismError):
        await corpus.replayer(UnsandboxedWorkflowRunner()).replay_workflow(corpus.load("standard"))


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_state_of_every_version_is_read(version: int) -> None:
    """Every later version must read what an earlier one handed over, wherever it had something."""
    carried = json.loads((corpus.STATE_FILE.parent / f"state_v{version}.json").read_text())
    state = restore(carried)
    assert carried["version"] == version
    assert state.version == VERSION
    assert not [name for name in carried if not getattr(state, name)]
    kinds = {effect.kind for effect in state.effects}
    assert len(kinds) == len({effect["kind"] for effect in carried["effects"]})
    assert version < VERSION or kinds == set(postings._ACTIVITY_OF)  # noqa: SLF001 - all there are
    assert [entry.sequence for entry in state.entries] == [state.case.sequence + 1, state.case.sequence + 2]
    assert state.case.procedure is not None
    assert state.case.procedure.policy.name == "default"
    assert restore(state.model_dump(mode="json")) == state


def test_a_state_of_a_version_nobody_knows_is_not_guessed_at() -> None:
    """An older worker leaves it to a newer one."""
    carried = json.loads(corpus.STATE_FILE.read_text())
    with pytest.raises(ValueError, match=f"version {VERSION + 1} is not known"):
        restore(carried | {"version": VERSION + 1})
