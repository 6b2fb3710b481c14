"""Holds a stack up in a process of its own, as `amends up` does, for tests that kill it.

Run as `python -m tests.devstack.holder STATE_DIR`; prints its addresses as one line of JSON once all is ready.
"""

import asyncio
import sys
from pathlib import Path

import structlog

from infra.devstack.stack import Stack
from infra.process import run_main


async def hold() -> None:
    """Hold the stack until this process is told to end."""
    async with Stack.start(Path(sys.argv[1]), search_attributes={"TestStatus": "Keyword"}) as addresses:
        sys.stdout.write(addresses.model_dump_json() + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # stdout is for the addresses
    run_main(hold)
