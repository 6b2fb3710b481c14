"""How the workflow calls the outside world: until it succeeds. An outage delays an effect, it never loses one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

Argument = TypeVar("Argument")
Result = TypeVar("Result")

ATTEMPT_TIME_LIMIT = timedelta(seconds=15)
"""How long a worker that died holds up an attempt."""

LOCAL_TIME_LIMIT = timedelta(seconds=3)
"""Well below the time limit of a workflow task, which it holds up."""

ONCE = RetryPolicy(maximum_attempts=1)
FOR_EVER = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), backoff_coefficient=2, maximum_interval=timedelta(seconds=10)
)

PAUSE = timedelta(minutes=1)
"""Before trying again what failed in a way that says trying again is useless: it needs a person, and the complaint
must be alive when that person has mended it."""


async def attempt_here(activity: Callable[[Any, Argument], Awaitable[Result]], argument: Argument) -> Result:
    """The result of a quick activity that runs inside the present workflow task: one event instead of three, and no
    task of its own. Only for what no command waits for.

    Raises:
        FailureError: it failed, or took too long.
    """
    return await workflow.execute_local_activity_method(
        activity, argument, start_to_close_timeout=LOCAL_TIME_LIMIT, retry_policy=ONCE
    )


async def attempt(activity: Callable[[Any, Argument], Awaitable[Result]], argument: Argument) -> Result:
    """The result of a port's activity, tried once.

    Raises:
        ActivityError: it failed, or took too long.
    """
    return await workflow.execute_activity_method(
        activity, argument, start_to_close_timeout=ATTEMPT_TIME_LIMIT, retry_policy=ONCE
    )


async def insist(activity: Callable[[Any, Argument], Awaitable[Result]], argument: Argument) -> Result:
    """The result of a port's activity, however long that takes."""
    while True:
        try:
            return await workflow.execute_activity_method(
                activity, argument, start_to_close_timeout=ATTEMPT_TIME_LIMIT, retry_policy=FOR_EVER
            )
        except ActivityError as error:
            cause = type(error.cause).__name__  # its message may quote the complaint
            workflow.logger.error("activity.gave_up", extra={"activity": error.activity_type, "cause": cause})
            await workflow.sleep(PAUSE)
