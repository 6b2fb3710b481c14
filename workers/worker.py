"""The complaint worker: workflow and activities on one task queue, until it is told to stop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner

from activities.mailer import Mailer
from infra.connections import Connections, connect_temporal
from infra.db import directory
from infra.db.engine import make_engine
from infra.db.transaction import transact
from infra.policies import check_departments
from infra.policy_in_force import PolicyInForce
from infra.settings import Settings
from workers.activities import build_activities
from workers.webhooks import webhook_worker
from workflows.complaint import Complaint
from workflows.contract.errors import AmendsError, ErrorCode

CACHED_WORKFLOWS = 1000
"""Complaints whose state stays in memory; one that was evicted costs a replay when it is next touched."""

WORKFLOW_TASKS = 100
"""How many workflow tasks are worked on at once."""

GRACE = timedelta(seconds=10)
"""How long a stopping worker lets running activities finish; what does not is tried again by another worker."""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def complaint_worker(
    settings: Settings,
    connections: Connections,
    *,
    workflow_runner: WorkflowRunner | None = None,
    cached_workflows: int = CACHED_WORKFLOWS,
) -> AsyncIterator[Worker]:
    """A worker on the settings' task queue, running while the block does, and beside it that of webhooks on its own.

    It is unsandboxed: the sandbox reloads only `workflows/complaint.py` and checks none of what that passes through,
    which the import walls and the linter do; it would double the CPU of every workflow task. The tests run sandboxed.

    Raises:
        AmendsError: `unreachable`, `unknown_policy`, `unknown_department`, `invalid_input` or `setup`, before anything
            is polled.
    """
    policy_in_force = PolicyInForce(settings.policy, zone=ZoneInfo(settings.time_zone))
    temporal = await connect_temporal(connections.temporal)
    engine = make_engine(connections.database)
    password = settings.smtp_password
    mailer = Mailer(
        connections.smtp,
        settings.smtp_from,
        user=settings.smtp_user,
        password=password.get_secret_value() if password else None,
    )
    runner = workflow_runner or UnsandboxedWorkflowRunner()
    worker = Worker(
        temporal,
        task_queue=settings.task_queue,
        workflows=[Complaint],
        activities=build_activities(
            settings,
            policy_in_force=policy_in_force,
            engine=engine,
            mailer=mailer,
            temporal=temporal,
            survey_secret=connections.survey_secret.get_secret_value(),
        ),
        workflow_runner=runner,
        max_cached_workflows=cached_workflows,
        # A workflow that is evicted while it is being assessed starts again ten seconds later, so that no more of them
        # may be worked on at once than are cached.
        max_concurrent_workflow_tasks=max(1, min(WORKFLOW_TASKS, cached_workflows)),
        # There is none; with more than one, the SDK starts a task for each payload to find that out.
        max_workflow_task_external_storage_concurrency=1,
        graceful_shutdown_timeout=GRACE,
        # Without it the SDK hashes every loaded module at the start to make up an id.
        build_id=f"amends-{version('amends')}",
    )
    try:
        await _check_policy(policy_in_force, engine)
        webhooks = webhook_worker(settings, connections, temporal, workflow_runner=runner, grace=GRACE)
        async with worker, webhooks:
            yield worker
    finally:
        await mailer.close()
        await engine.dispose()


async def _check_policy(policy_in_force: PolicyInForce, engine: AsyncEngine) -> None:
    """Refuse to start with a policy that no complaint could be opened under. A database that is away is no reason not
    to start: complaints are safe with Temporal until it is back, and each assessment checks again.
    """

    async def check(connection: AsyncConnection) -> None:
        await directory.executive(connection)
        rules = await policy_in_force.rule_set(connection)
        check_departments(rules.policy, await directory.responsible(connection))

    try:
        await transact(engine, check)
    except AmendsError as error:
        if error.code is not ErrorCode.UNREACHABLE:
            raise
        log.warning("policy.not_checked", reason=str(error))
