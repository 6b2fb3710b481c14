"""`python -m tests.webhooks.brisk_worker`: a worker whose death the engine notices in three seconds, not fifteen."""

from __future__ import annotations

import runpy
from datetime import timedelta
from functools import partial

from temporalio.worker import Worker

from activities.webhooks import delivering
from workers import webhooks
from workflows import webhook

HEARTBEAT_TIME_LIMIT = timedelta(seconds=3)
BEAT_EVERY = timedelta(seconds=0.75)

ASKS_AT_ONCE = 1
"""The engine gives an activity to a frozen worker, and then misses it, for each time that it had asked for one."""

if __name__ == "__main__":
    webhook.HEARTBEAT_TIME_LIMIT = HEARTBEAT_TIME_LIMIT
    delivering.BEAT_EVERY = BEAT_EVERY
    vars(webhooks).update(Worker=partial(Worker, max_concurrent_activity_task_polls=ASKS_AT_ONCE))
    runpy.run_module("workers", run_name="__main__", alter_sys=True)
