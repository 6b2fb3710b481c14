"""The bar that shows how far a command has come with many complaints."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn


def complaints_bar(console: Console, *, as_json: bool = False) -> Progress:
    """A bar on a terminal, and nothing elsewhere. Its tasks have a field `done`: the number of complaints.

    Args:
        console: where it is shown.
        as_json: lines of JSON come out beside it. On the same terminal they are progress enough, and would be broken.
    """
    return Progress(
        TextColumn("{task.fields[done]} complaints"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal or (as_json and sys.stdout.isatty()),
        # Lines for the same terminal go above the bar; those for a file must not end up beside it on stderr.
        redirect_stdout=sys.stdout.isatty(),
    )
