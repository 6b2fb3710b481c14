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

ONCE = RetryPolicy(maximum_attempts=1)
FOR_EVER = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), backoff_coefficient=2, maximum_interval=timedelta(seconds=10)
)

PAUSE = timedelta(minutes=1)
"""Before trying again what failed in a way that says trying again is useless: it needs a person, and the complaint
must be alive when that person has mended it."""


async def attempt(
    activity: Callable[[Any, Argument], Awaitable[Result]],
    argument: Argument,
    retry_policy: RetryPolicy = ONCE,
) -> Result:
    """The result of a port's activity.

    Raises:
        ActivityError: it failed as often as `retry_policy` allows.
    """
    return await workflow.execute_activity_method(
        activity, argument, start_to_close_timeout=ATTEMPT_TIME_LIMIT, retry_policy=retry_policy
    )


async def insist(activity: Callable[[Any, Argument], Awaitable[Result]], argument: Argument) -> Result:
    """The result of a port's activity, however long that takes."""
    while True:
        try:
            return await attempt(activity, argument, FOR_EVER)
        except ActivityError as error:
            cause = type(error.cause).__name__  # its message may quote the complaint
            workflow.logger.error("activity.gave_up", extra={"activity": error.activity_type, "cause": cause})
            await workflow.sleep(PAUSE)
