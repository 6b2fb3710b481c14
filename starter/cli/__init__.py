"""The command line `amends`: run the stack, file complaints, act on them, look at them, audit them."""

from __future__ import annotations

import io
import sys
from typing import NoReturn

from infra.process import run_main
from starter.cli.app import app


def main() -> NoReturn:
    """Run one command and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # complaints hold what a terminal's encoding may lack
    run_main(app)
