from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from temporalio.api.history.v1 import History

from infra.connections import resolve
from infra.db.engine import make_owner_engine
from infra.db.tables import archive
from infra.db.transaction import transact
from infra.devstack.stack import Stack
from infra.settings import Settings
from starter.audit.runs import run_in_file
from starter.read_model import ReadModel
from tests.cli.recorded import NOTES, SHORT_RUNS, archived_complaint, hurried_policy
from tests.cli.shell import Shell
from tests.support.desk import Desk, running_desk, working
from workflows.contract.names import workflow_id


@pytest.fixture(scope="module")
async def recorded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """An Amends whose workflows continue as new after a few events."""
    directory = tmp_path_factory.mktemp("recorded")
    policy = str(hurried_policy(directory))
    async with running_desk(directory / "state", policy=policy, dynamic_config=SHORT_RUNS) as desk, working(desk):
        yield desk
    await Stack.purge(directory / "state")


@pytest.fixture
def shell(recorded: Desk) -> Shell:
    return Shell(recorded.settings.state_dir)


@pytest.fixture(scope="module")
async def reference(recorded: Desk) -> str:
    """A complaint with a whole life behind it."""
    return await archived_complaint(recorded, "lived")


async def test_the_timeline_is_read_from_all_runs_of_the_recorded_history(shell: Shell, reference: str) -> None:
    story = await shell.json("audit", "timeline", reference)
    assert len(story["runs"]) > 1
    assert {run["origin"] for run in story["runs"]} == {"server"}
    assert story["missing"] == []
    entries = [moment["entry"] for moment in story["moments"]]
    assert [entry["sequence"] for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry["event"]["type"] for entry in entries[:3]] == ["filed", "classified", "assigned"]
    assert entries[-1]["event"]["type"] == "archived"
    notes = [entry for entry in entries if entry["event"]["type"] == "noted"]
    assert len(notes) == NOTES
    assert {entry["actor"]["subject"] for entry in notes} == {"tom.hale"}
    assert len({moment["run_id"] for moment in story["moments"]}) > 1


async def test_the_timeline_says_under_which_policy_and_how_late_a_limit_was_noticed(
    shell: Shell, reference: str
) -> None:
    story = (await shell.quick("audit", "timeline", reference, "--json")).json
    assert story["moments"][0]["policy"] is None
    assert {moment["policy"].partition("@")[0] for moment in story["moments"][1:]} == {"demo"}
    (breach,) = [one for one in story["moments"] if one["entry"]["event"]["type"] == "clock_breached"]
    assert breach["due_at"] == breach["entry"]["event"]["due_at"] <= breach["entry"]["at"]
    assert breach["noticed_late_by"].startswith("PT")
    shown = (await shell("audit", "timeline", reference)).out
    for expected in ("clock_breached", "tom.hale (lead; test)", breach["policy"], "noticed late by"):
        assert expected in shown


async def test_what_the_present_code_decided_holds(shell: Shell, reference: str) -> None:
    verdict = await shell.json("audit", "replay", reference)
    assert verdict["holds"]
    assert len(verdict["runs"]) > 1


@pytest.fixture
async def forgetful(shell: Shell, amends: Shell) -> Shell:
    """The same tables, but a Temporal server that knows nothing of what they tell."""
    return Shell(
        shell.state_dir, (("TEMPORAL_ADDRESS", resolve(Settings.load(state_dir=amends.state_dir)).temporal.address),)
    )


async def test_what_the_server_has_forgotten_is_read_from_the_archive(
    shell: Shell, forgetful: Shell, reference: str
) -> None:
    """The same story, and it still holds."""
    before, after = [(await one.quick("audit", "timeline", reference, "--json")).json for one in (shell, forgetful)]
    assert {run["origin"] for run in after["runs"]} == {"archive"}
    assert after["moments"] == before["moments"]
    assert (await forgetful.json("audit", "replay", reference))["holds"]


async def test_a_complaint_that_the_server_has_forgotten_is_shown_and_closed_to_commands(
    forgetful: Shell, reference: str
) -> None:
    shown = (await forgetful.quick("show", reference, "--json")).json
    assert (shown["source"], shown["view"], shown["file"]["status"]) == ("read_model", None, "archived")
    assert shown["events"][-1]["type"] == "archived"
    late = await forgetful.quick("act", reference, "note", "--as", "tom.hale", "--text", "x", "--json")
    assert (late.code, late.error["code"]) == (3, "archived")


async def test_an_archived_history_that_was_changed_does_not_hold(
    recorded: Desk, forgetful: Shell, reference: str
) -> None:
    kept = (await ReadModel(recorded.engine).archived_runs(reference))[0]
    await _rewrite_archive(recorded, kept.run_id, gzip.compress(b"forged"))
    try:
        result = await forgetful.quick("audit", "replay", reference, "--json")
    finally:
        await _rewrite_archive(recorded, kept.run_id, kept.history)
    assert (result.code, result.error["code"]) == (1, "history_differs")
    assert "SHA-256" in result.error["message"]


async def test_a_history_in_a_file_is_replayed_whatever_its_form(
    recorded: Desk, reference: str, tmp_path: Path
) -> None:
    """Temporal's JSON and its protobuf message, compressed or not. Nothing has to be up."""
    history = await recorded.temporal.get_workflow_handle(workflow_id(reference)).fetch_history()
    written = history.to_json().encode()
    path = tmp_path / "history"
    nowhere = Shell(tmp_path / "nothing is up")
    for content in (written, gzip.compress(written), _protobuf(written, tmp_path)):
        path.write_bytes(content)
        verdict = (await nowhere.quick("audit", "replay", str(path), "--json")).json
        assert verdict["holds"]
        assert verdict["runs"][0]["workflow_id"] == workflow_id(reference)


async def test_a_history_that_the_code_would_not_have_made_is_exit_code_1(
    recorded: Desk, reference: str, tmp_path: Path
) -> None:
    history = json.loads(
        (await recorded.temporal.get_workflow_handle(workflow_id(reference)).fetch_history()).to_json()
    )
    scheduled = next(event for event in history["events"] if "activityTaskScheduledEventAttributes" in event)
    scheduled["activityTaskScheduledEventAttributes"]["activityType"]["name"] = "shred"
    path = tmp_path / "forged.json"
    path.write_text(json.dumps(history))
    result = await Shell(tmp_path).quick("audit", "replay", str(path), "--json")
    assert result.code == 1
    verdict = json.loads(result.out)
    assert not verdict["holds"]
    (run,) = verdict["runs"]
    assert (run["event_id"], run["event_type"]) == (int(scheduled["eventId"]), "activity_task_scheduled")
    assert "'shred'" in run["difference"]
    assert "Failure {" not in run["difference"]


@pytest.mark.parametrize("content", [b"", b"no history", b'{"events": []}', b"{}", b"\x1f\x8bno gzip"])
async def test_a_file_without_a_history_is_exit_code_2(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "history.json"
    path.write_bytes(content)
    result = await Shell(tmp_path).quick("audit", "replay", str(path), "--json")
    assert (result.code, result.error["code"]) == (2, "invalid_input")


async def test_what_cannot_be_examined_is_exit_code_2(shell: Shell, tmp_path: Path) -> None:
    """Whatever the reason: nobody may take it for a verdict."""
    unknown = await shell.quick("audit", "replay", "1111-1111-1111", "--json")
    assert (unknown.code, unknown.error["code"]) == (2, "unknown_reference")
    mistyped = await shell.quick("audit", "replay", "no-such-file.json", "--json")
    assert (mistyped.code, mistyped.error["code"]) == (2, "reference_mistyped")
    unreachable = await Shell(tmp_path).quick("audit", "replay", "1111-1111-1111", "--json")
    assert (unreachable.code, unreachable.error["code"]) == (2, "unreachable")


async def test_an_unknown_reference_has_no_timeline(shell: Shell) -> None:
    result = await shell.quick("audit", "timeline", "1111-1111-1111", "--json")
    assert (result.code, result.error["code"]) == (4, "unknown_reference")


async def test_a_history_of_another_workflow_is_not_examined(tmp_path: Path, recorded: Desk, reference: str) -> None:
    history: dict[str, Any] = json.loads(
        (await recorded.temporal.get_workflow_handle(workflow_id(reference)).fetch_history()).to_json()
    )
    history["events"][0]["workflowExecutionStartedEventAttributes"]["workflowType"]["name"] = "Order"
    path = tmp_path / "order.json"
    path.write_text(json.dumps(history))
    result = await Shell(tmp_path).quick("audit", "replay", str(path), "--json")
    assert (result.code, result.error["message"]) == (2, "the history is of a Order workflow, not of a Complaint")


def _protobuf(written: bytes, directory: Path) -> bytes:
    path = directory / "history.json"
    path.write_bytes(written)
    run = run_in_file(path)
    return History(events=run.events).SerializeToString()


async def _rewrite_archive(recorded: Desk, run_id: str, history: bytes) -> None:
    """As its owner: the application may not."""
    engine = make_owner_engine(recorded.connections.database_owner)
    rewrite = update(archive).where(archive.c.run_id == run_id).values(history=history)
    await transact(engine, lambda connection: connection.execute(rewrite))
    await engine.dispose()
