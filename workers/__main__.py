"""`python -m workers`: run a complaint worker in the foreground until SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import sys

import structlog

from infra.connections import resolve
from infra.logging import configure_logging
from infra.process import run_main
from infra.settings import Settings
from workers.garbage import collect_rarely
from workers.worker import complaint_worker
from workflows.contract.errors import AmendsError


async def main() -> int:
    """Work until a signal ends it (130 after Ctrl-C, 143 after SIGTERM); else the exit code of what kept it back."""
    try:
        settings = Settings.load()
        configure_logging(settings.log_format, settings.log_level)
        async with complaint_worker(settings, resolve(settings)):
            collect_rarely()
            structlog.get_logger(__name__).info("worker.ready", task_queue=settings.task_queue, policy=settings.policy)
            await asyncio.Event().wait()
    except AmendsError as error:
        sys.stderr.write(f"error [{error.code}]: {error}\n")
        return error.code.exit_code
    return 0


if __name__ == "__main__":
    run_main(main)
