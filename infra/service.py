"""A process that serves until it is told to end: its settings, its log, and the exit code of what kept it back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import NoReturn

from infra.logging import configure_logging
from infra.process import run_main
from infra.settings import Settings
from workflows.contract.errors import AmendsError


def run_service(
    serve: Callable[[Settings], Awaitable[None]],
    *,
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
) -> NoReturn:
    """Serve until a signal ends it (130 after Ctrl-C, 143 after SIGTERM); else the exit code of what kept it back.

    Args:
        serve: with the settings of the environment; it answers by an `AmendsError` when it cannot.
        loop_factory: as in `run_main`.
    """

    async def main() -> int:
        try:
            settings = Settings.load()
            configure_logging(settings.log_format, settings.log_level)
            await serve(settings)
        except AmendsError as error:
            sys.stderr.write(f"error [{error.code}]: {error}\n")
            return error.code.exit_code
        return 0

    run_main(main, loop_factory=loop_factory)
