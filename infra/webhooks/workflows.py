"""The workflows of subscriptions: started, and told to look. Doors and workers share it."""

from __future__ import annotations

from datetime import timedelta

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from infra.temporal_answers import answered
from workflows.contract.webhooks import WAKE_SIGNAL, WEBHOOK_TYPE, Watch, webhook_task_queue, webhook_workflow_id

PATIENCE = timedelta(seconds=5)


class WebhookWorkflows:
    """Raises `AmendsError` `unreachable` and nothing else that is expected.

    Args:
        temporal: a client with the pydantic data converter.
        task_queue: the queue of the complaint workers, beside which that of webhooks is.
        patience: how long a call may take.
    """

    def __init__(self, temporal: Client, *, task_queue: str, patience: timedelta = PATIENCE) -> None:
        self._temporal = temporal
        self._task_queue = webhook_task_queue(task_queue)
        self._patience = patience

    async def start(self, subscription: str) -> None:
        """See to it that the workflow runs; one that does is left alone."""
        await self._start(subscription, signal=None)

    async def wake(self, subscription: str) -> None:
        """Have the workflow look at its subscription, and start it if it does not run."""
        await self._start(subscription, signal=WAKE_SIGNAL)

    async def _start(self, subscription: str, *, signal: str | None) -> None:
        call = self._temporal.start_workflow(
            WEBHOOK_TYPE,
            Watch(subscription=subscription),
            id=webhook_workflow_id(subscription),
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal=signal,
            rpc_timeout=self._patience,
        )
        await answered(self._temporal, call, self._patience)
