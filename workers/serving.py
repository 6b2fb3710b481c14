"""The worker as a service: it works until it is told to stop."""

from __future__ import annotations

import asyncio

import structlog

from infra.connections import resolve
from infra.settings import Settings
from workers.garbage import collect_rarely
from workers.worker import complaint_worker

log = structlog.get_logger(__name__)


async def serve(settings: Settings) -> None:
    """Work until cancelled.

    Raises:
        AmendsError: what `resolve` and `complaint_worker` raise.
    """
    async with complaint_worker(settings, resolve(settings)):
        collect_rarely()
        log.info("worker.ready", task_queue=settings.task_queue, policy=settings.policy)
        await asyncio.Event().wait()
