"""The archive: the server's history of a run, kept once, sealed to everything archived before it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import Row
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.history.v1 import History, HistoryEvent
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client, WorkflowHistory
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import ActivityEnvironment, WorkflowEnvironment

from activities.archive import ArchiveActivities
from infra.archived_history import Manifest, pack, unpack
from infra.db.tables import archive, events
from infra.devstack.binaries import temporal_binary
from tests.activities.conftest import Bureau
from tests.support.postings import complaint, entry, opening, posting
from workflows.contract.effects import ExportHistory
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import FileComplaint
from workflows.contract.names import WORKFLOW_TYPE, workflow_id
from workflows.contract.ports import Posted, Posting


@pytest.fixture(scope="module")
async def temporal() -> AsyncIterator[Client]:
    """A real server; no worker is needed for a history to begin."""
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=str(temporal_binary())) as environment:
        yield environment.client


@dataclass(frozen=True)
class Archiving:
    """The activity under test, as a worker runs it."""

    activities: ArchiveActivities

    async def archive(self, posting: Posting, *, attempt: int = 1) -> Posted:
        """One attempt."""
        environment = ActivityEnvironment()
        environment.info = replace(environment.info, attempt=attempt)
        return await environment.run(self.activities.archive, posting)


@pytest.fixture
def archiving(bureau: Bureau, temporal: Client) -> Archiving:
    """The activity under test."""
    return Archiving(ArchiveActivities(bureau.engine, bureau.post_office, temporal))


async def start_run(temporal: Client, filing: FileComplaint) -> str:
    """A run of the complaint's workflow; returns its id. A run that is there is ended first."""
    handle = await temporal.start_workflow(
        WORKFLOW_TYPE,
        id=workflow_id(filing.reference),
        task_queue="nobody",
        id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
    )
    assert handle.result_run_id is not None
    return handle.result_run_id


async def forget(temporal: Client, filing: FileComplaint, run_id: str) -> None:
    """What the end of the retention time brings about."""
    execution = WorkflowExecution(workflow_id=workflow_id(filing.reference), run_id=run_id)
    await temporal.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(namespace=temporal.namespace, workflow_execution=execution)
    )
    handle = temporal.get_workflow_handle(execution.workflow_id, run_id=run_id)
    async with asyncio.timeout(30):
        while True:
            try:
                await handle.describe()
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    return
                raise


def export(filing: FileComplaint, run_id: str, *, sequence: int = 2, final: bool = True) -> Posting:
    """The posting that archives a run."""
    effect = ExportHistory(sequence=sequence, run_id=run_id, final=final)
    return posting(filing, entry(sequence), effects=(effect,))


def manifest(row: Row[Any]) -> Manifest:
    """What an archived row says of itself."""
    return Manifest(**{name: getattr(row, name) for name in Manifest.__dataclass_fields__})


async def test_what_is_archived_is_the_history_that_the_server_has(
    bureau: Bureau, temporal: Client, archiving: Archiving
) -> None:
    """It can be unpacked and replayed without the server."""
    filing = complaint()
    run_id = await start_run(temporal, filing)
    await bureau.journal.record(opening(filing))
    assert await archiving.archive(export(filing, run_id)) == Posted()

    (row,) = await bureau.rows(archive)
    fetched = await temporal.get_workflow_handle(workflow_id(filing.reference), run_id=run_id).fetch_history()
    kept = unpack(row.history, row.sha256)
    assert list(kept.events) == list(fetched.events)
    assert WorkflowHistory(workflow_id(filing.reference), kept.events).run_id == run_id
    assert hashlib.sha256(kept.SerializeToString(deterministic=True)).hexdigest() == row.sha256
    assert (row.reference, row.run_id, row.final, row.events) == (filing.reference, run_id, True, len(fetched.events))
    assert len(await bureau.rows(events)) == 2


async def test_archiving_twice_keeps_the_first(bureau: Bureau, temporal: Client, archiving: Archiving) -> None:
    """Also when both come at once."""
    filing = complaint()
    run_id = await start_run(temporal, filing)
    await bureau.journal.record(opening(filing))
    assert await asyncio.gather(*(archiving.archive(export(filing, run_id)) for _ in range(3))) == [Posted()] * 3
    assert await archiving.archive(export(filing, run_id)) == Posted()
    assert len(await bureau.rows(archive)) == 1


async def test_what_was_kept_is_found_when_the_server_has_forgotten_the_run(
    bureau: Bureau, temporal: Client, archiving: Archiving
) -> None:
    """A worker died before it could report, and the next attempt came after the retention time."""
    filing = complaint()
    run_id = await start_run(temporal, filing)
    await bureau.journal.record(opening(filing))
    await archiving.archive(export(filing, run_id))
    await forget(temporal, filing, run_id)
    with pytest.raises(RPCError):
        await archiving.archive(export(filing, run_id))
    assert await archiving.archive(export(filing, run_id), attempt=2) == Posted()
    assert len(await bureau.rows(archive)) == 1


async def test_each_archived_run_is_sealed_to_the_one_before_it(
    bureau: Bureau, temporal: Client, archiving: Archiving
) -> None:
    """Runs of one complaint and of others, archived at once, make one chain without a gap."""
    first, *others = [complaint(str(number)) for number in range(5)]
    for filing in (first, *others):
        await bureau.journal.record(opening(filing))
    earlier_run = await start_run(temporal, first)
    await archiving.archive(export(first, earlier_run, final=False))
    runs = {filing.reference: (filing, await start_run(temporal, filing)) for filing in (first, *others)}
    await asyncio.gather(*(archiving.archive(export(filing, run, sequence=3)) for filing, run in runs.values()))

    rows = await bureau.rows(archive)
    assert [row.ordinal for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.final for row in rows] == [False, True, True, True, True, True]
    assert [row.previous_seal for row in rows] == [None, *(row.seal for row in rows[:-1])]
    assert all(manifest(row).seal == row.seal for row in rows)


async def test_a_changed_row_does_not_match_its_seal_any_more(
    bureau: Bureau, temporal: Client, archiving: Archiving
) -> None:
    """Whichever field it is."""
    filing = complaint()
    await bureau.journal.record(opening(filing))
    await archiving.archive(export(filing, await start_run(temporal, filing)))
    (row,) = await bureau.rows(archive)
    genuine = manifest(row)
    other_hash = hashlib.sha256(b"forged").hexdigest()
    changes: dict[str, Any] = {
        "ordinal": 2,
        "reference": complaint("other").reference,
        "run_id": "another",
        "final": False,
        "events": 99,
        "sha256": other_hash,
        "archived_at": genuine.archived_at.replace(year=2020),
        "previous_seal": other_hash,
    }
    assert set(changes) == set(Manifest.__dataclass_fields__)
    assert all(replace(genuine, **{name: value}).seal != row.seal for name, value in changes.items())


async def test_a_history_that_was_tampered_with_is_not_unpacked(
    bureau: Bureau, temporal: Client, archiving: Archiving, as_owner: Callable[[str], Awaitable[None]]
) -> None:
    """Neither a forged one nor a damaged one, even if somebody got at the table as its owner."""
    filing = complaint()
    await bureau.journal.record(opening(filing))
    await archiving.archive(export(filing, await start_run(temporal, filing)))
    forged = pack([]).content.hex()
    await as_owner(f"UPDATE archive SET history = '\\x{forged}'")  # noqa: S608 - only hexadecimal digits
    (row,) = await bureau.rows(archive)
    genuine = pack(History(events=[HistoryEvent(event_id=number) for number in range(99)]).events).content
    damaged = genuine[:20] + bytes([genuine[20] ^ 0xFF]) + genuine[21:]
    for content in (row.history, row.history[:-3], damaged, b"nothing packed"):
        with pytest.raises(AmendsError) as refused:
            unpack(content, row.sha256)
        assert refused.value.code is ErrorCode.HISTORY_DIFFERS


async def test_a_run_the_server_does_not_know_is_an_error_and_nothing_is_written(
    bureau: Bureau, archiving: Archiving
) -> None:
    """The entry that says "archived" must not stand without the archived history."""
    filing = complaint()
    await bureau.journal.record(opening(filing))
    with pytest.raises(RPCError, match=r"not found|Invalid RunId"):
        await archiving.archive(export(filing, "0197a5f0-0000-7000-8000-000000000000"))
    assert await bureau.rows(archive) == []
    assert len(await bureau.rows(events)) == 1
