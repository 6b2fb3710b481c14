"""`python -m starter.console`: serve the console in the foreground until SIGTERM or Ctrl-C."""

from __future__ import annotations

import sys

import uvloop

from infra.logging import configure_logging
from infra.process import run_main
from infra.settings import Settings
from starter.console.serving import serve
from workflows.contract.errors import AmendsError


async def main() -> int:
    """Serve until a signal ends it (130 after Ctrl-C, 143 after SIGTERM); else the exit code of what kept it back."""
    try:
        settings = Settings.load()
        configure_logging(settings.log_format, settings.log_level)
        await serve(settings)
    except AmendsError as error:
        sys.stderr.write(f"error [{error.code}]: {error}\n")
        return error.code.exit_code
    return 0


if __name__ == "__main__":
    run_main(main, loop_factory=uvloop.new_event_loop)
