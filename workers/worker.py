"""The complaint worker: workflow and activities on one task queue, until it is told to stop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.metadata import version

from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner

from activities.mailer import Mailer
from infra.connections import Connections, connect_temporal
from infra.db.engine import make_engine
from infra.policies import load_policy
from infra.settings import Settings
from workers.activities import build_activities
from workflows.complaint import Complaint

CACHED_WORKFLOWS = 1000
"""Complaints whose state stays in memory; one that was evicted costs a replay when it is next touched."""

GRACE = timedelta(seconds=10)
"""How long a stopping worker lets running activities finish; what does not is tried again by another worker."""


@asynccontextmanager
async def complaint_worker(
    settings: Settings,
    connections: Connections,
    *,
    workflow_runner: WorkflowRunner | None = None,
    cached_workflows: int = CACHED_WORKFLOWS,
) -> AsyncIterator[Worker]:
    """A worker on the settings' task queue, running while the block does.

    It is unsandboxed: the sandbox reloads only `workflows/complaint.py` and checks none of what that passes through,
    which the import walls and the linter do; it would double the CPU of every workflow task. The tests run sandboxed.

    Raises:
        AmendsError: `unreachable`, `unknown_policy`, `invalid_input` or `setup`, before anything is polled.
    """
    policy = load_policy(settings.policy)
    temporal = await connect_temporal(connections.temporal)
    engine = make_engine(connections.database)
    password = settings.smtp_password
    mailer = Mailer(
        connections.smtp,
        settings.smtp_from,
        user=settings.smtp_user,
        password=password.get_secret_value() if password else None,
    )
    worker = Worker(
        temporal,
        task_queue=settings.task_queue,
        workflows=[Complaint],
        activities=build_activities(
            settings,
            policy=policy,
            engine=engine,
            mailer=mailer,
            temporal=temporal,
            survey_secret=connections.survey_secret.get_secret_value(),
        ),
        workflow_runner=workflow_runner or UnsandboxedWorkflowRunner(),
        max_cached_workflows=cached_workflows,
        graceful_shutdown_timeout=GRACE,
        # Without it the SDK hashes every loaded module at the start to make up an id.
        build_id=f"amends-{version('amends')}",
    )
    try:
        async with worker:
            yield worker
    finally:
        await mailer.close()
        await engine.dispose()
