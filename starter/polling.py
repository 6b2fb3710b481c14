"""Tells when complaints are really taken: a worker polls the task queue for workflows and for activities."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from workflows.contract.errors import AmendsError, ErrorCode

Poll = tuple[int, str, datetime]
"""The kind of task asked for, the worker's identity, and when it asked, by the server's clock."""

_POLL_AGE_MAX = timedelta(seconds=70)
"""A poll waits up to a minute for work, and is renewed; the server remembers one for minutes after its worker died."""

_CALL_TIME_LIMIT = timedelta(seconds=5)
_INTERVAL = timedelta(milliseconds=100)
_KINDS = (TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)


class Polling:
    """The polls on one task queue."""

    def __init__(self, temporal: Client, task_queue: str) -> None:
        self._temporal = temporal
        self._task_queue = task_queue

    async def polls(self) -> frozenset[Poll]:
        """The last polls of all workers that the server remembers.

        Raises:
            RPCError: the server does not answer.
        """
        return frozenset([poll for kind in _KINDS for poll in await self._polls_for(kind)])

    async def is_polled(self) -> bool:
        """Whether some worker has lately asked for tasks of each kind.

        Raises:
            RPCError: the server does not answer.
        """
        return _of_all_kinds(poll for poll in await self.polls() if _is_recent(poll))

    async def until_a_worker_polls(self, *, time_limit: timedelta) -> None:
        """Wait until some worker polls.

        Raises:
            AmendsError: `no_answer` after `time_limit`.
        """
        await self._until(_is_recent, time_limit, lambda: "run `amends worker`")

    async def until_a_new_poll(
        self, known: frozenset[Poll], *, time_limit: timedelta, advice: Callable[[], str]
    ) -> None:
        """Wait for polls that are not `known`: those of a worker started since.

        Raises:
            AmendsError: `no_answer` after `time_limit`, with the advice.
        """
        await self._until(lambda poll: poll not in known, time_limit, advice)

    async def _until(self, counts: Callable[[Poll], bool], time_limit: timedelta, advice: Callable[[], str]) -> None:
        deadline = time.monotonic() + time_limit.total_seconds()
        while not await self._all_kinds(counts):
            if time.monotonic() > deadline:
                raise AmendsError(
                    ErrorCode.NO_ANSWER,
                    f"no worker has asked for tasks of the queue {self._task_queue} within"
                    f" {time_limit.total_seconds():.0f} s: {advice()}",
                )
            await asyncio.sleep(_INTERVAL.total_seconds())

    async def _all_kinds(self, counts: Callable[[Poll], bool]) -> bool:
        try:
            polls = await self.polls()
        except RPCError:  # a server that has just started; a lasting failure meets the deadline
            return False
        return _of_all_kinds(poll for poll in polls if counts(poll))

    async def _polls_for(self, kind: TaskQueueType.ValueType) -> list[Poll]:
        request = DescribeTaskQueueRequest(
            namespace=self._temporal.namespace, task_queue=TaskQueue(name=self._task_queue), task_queue_type=kind
        )
        answer = await self._temporal.workflow_service.describe_task_queue(request, timeout=_CALL_TIME_LIMIT)
        return [(kind, poller.identity, poller.last_access_time.ToDatetime(UTC)) for poller in answer.pollers]


def _is_recent(poll: Poll) -> bool:
    return datetime.now(UTC) - poll[2] < _POLL_AGE_MAX


def _of_all_kinds(polls: Iterable[Poll]) -> bool:
    return {poll[0] for poll in polls} == set(_KINDS)
