"""`python -m workers`: run a complaint worker in the foreground until SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio

import structlog

from infra.connections import resolve
from infra.service import run_service
from infra.settings import Settings
from workers.garbage import collect_rarely
from workers.worker import complaint_worker


async def serve(settings: Settings) -> None:
    """Work until cancelled.

    Raises:
        AmendsError: what `resolve` and `complaint_worker` raise.
    """
    async with complaint_worker(settings, resolve(settings)):
        collect_rarely()
        structlog.get_logger(__name__).info("worker.ready", task_queue=settings.task_queue, policy=settings.policy)
        await asyncio.Event().wait()


if __name__ == "__main__":
    run_service(serve)
