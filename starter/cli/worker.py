"""`amends worker`: becomes a worker process."""

from __future__ import annotations

import os
import sys

import typer

WORKER_PROGRAM = ("-P", "-m", "workers")
"""Arguments of the interpreter. `-P`, so that a folder `workers` where the user stands is not run instead of ours."""

app = typer.Typer(add_completion=False)


@app.command()
def worker() -> None:
    """Run a worker against the servers that are configured or up.

    Run as many as you like, on as many machines as you like. Ctrl-C or SIGTERM lets it finish what it has begun.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    # Replacing this process, not starting a child: signals and exit code are the worker's own.
    os.execv(sys.executable, [sys.executable, *WORKER_PROGRAM])  # noqa: S606 - our own interpreter, nothing from outside
