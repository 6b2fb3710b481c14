"""`amends worker`: becomes a worker process."""

from __future__ import annotations

import typer

from starter.cli.becoming import become

WORKER_PROGRAM = ("-P", "-m", "workers")
"""Arguments of the interpreter. `-P`, so that a folder `workers` where the user stands is not run instead of ours."""

app = typer.Typer(add_completion=False)


@app.command()
def worker() -> None:
    """Run a worker against the servers that are configured or up.

    Run as many as you like, on as many machines as you like. Ctrl-C or SIGTERM lets it finish what it has begun.
    """
    become(WORKER_PROGRAM, {})
