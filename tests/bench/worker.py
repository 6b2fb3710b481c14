"""The worker process of the bench: complaints and bare workflows side by side, with the same settings.

Answers each line on standard input with the CPU milliseconds this process has used, as one line.
"""

from __future__ import annotations

import asyncio
import sys
import time

import uvloop
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from infra.connections import connect_temporal, resolve
from infra.logging import LogFormat, LogLevel, configure_logging
from infra.process import run_main
from infra.settings import Settings
from tests.bench.bare import TASK_QUEUE, Bare, Sleeper, nothing
from workers.garbage import collect_rarely
from workers.worker import CACHED_WORKFLOWS, complaint_worker


async def main() -> None:
    """Work until standard input ends."""
    configure_logging(LogFormat.CONSOLE, LogLevel.WARNING, sys.stderr)
    settings = Settings.load()
    connections = resolve(settings)
    temporal = await connect_temporal(connections.temporal)
    bare = Worker(
        temporal,
        task_queue=TASK_QUEUE,
        workflows=[Bare, Sleeper],
        activities=[nothing],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=CACHED_WORKFLOWS,
        max_workflow_task_external_storage_concurrency=1,
    )
    async with complaint_worker(settings, connections), bare:
        collect_rarely()
        while await asyncio.to_thread(sys.stdin.readline):
            sys.stdout.write(f"{time.process_time() * 1000:.1f}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    run_main(main, loop_factory=uvloop.new_event_loop)
