"""What the demonstration says at its end: what happened on every path, and where to look for more."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from infra.connections import Connections
from infra.settings import variable_of
from starter.cli.terminal import plain
from starter.demo.board import Standing
from starter.demo.paths import PATHS
from starter.demo.scenes import PathName
from starter.demo.tally import Ending


def print_endings(console: Console, found: Sequence[Ending]) -> None:
    """A row for each complaint, and a sentence for each thing that went wrong."""
    table = Table(box=None, pad_edge=False, header_style="bold", title="What happened", title_justify="left")
    for heading in ("path", "reference", "end", "ladder", "mails", "seconds"):
        table.add_column(heading, no_wrap=True, justify="right" if heading in ("mails", "seconds") else "left")
    table.add_column("what this path is", overflow="fold")
    for ending in sorted(found, key=lambda one: list(PathName).index(one.scene.path)):
        end, ladder, mails, seconds = _figures(ending.standing) if ending.standing else ("missing", "", "", "")
        shown_end = Text(f"{'✗' if ending.faults else '✓'} {end}", style="red" if ending.faults else "green")
        cells = (plain(cell) for cell in (ladder, mails, seconds, PATHS[ending.scene.path].title))
        table.add_row(plain(ending.scene.path), plain(ending.scene.reference), shown_end, *cells)
    console.print(table)
    for ending in found:
        for fault in ending.faults:
            sentence = f"{ending.scene.reference} ({ending.scene.path}) did not go as it should: {fault}"
            console.print(plain(sentence), style="red", soft_wrap=True)


def print_where_to_look(console: Console, connections: Connections, found: Sequence[Ending]) -> None:
    """Addresses and commands, ready to be copied into another terminal."""
    reference = found[0].scene.reference
    amends = _command(connections)
    stack = connections.stack
    lines = {
        "Temporal's Web UI": stack.temporal_ui if stack else "",
        "all complaints": f"{amends} list",
        "one of them": f"{amends} show {reference}",
        "its story, for auditors": f"{amends} audit timeline {reference}",
        "does it replay?": f"{amends} audit replay {reference}",
        "what people were told": f"{amends} outbox {reference}",
        "file one yourself": f"{amends} file --channel web --text 'The kettle leaks.'",
        "the database": connections.database,
        "the mails": str(stack.mail_directory) if stack else "",
    }
    table = Table(box=None, pad_edge=False, show_header=False, title="\nWhere to look", title_justify="left")
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for what, where in lines.items():
        table.add_row(what, plain(where))
    console.print(table, soft_wrap=True)


def _figures(standing: Standing) -> tuple[str, str, str, str]:
    """End, ladder, mails and seconds."""
    started, ended = standing.journal[0].at, standing.journal[-1].at
    return (
        f"{standing.status}, {standing.outcome}",
        _ladder(standing),
        str(standing.mails.total()),
        f"{(ended - started).total_seconds():.0f}",
    )


def _ladder(standing: Standing) -> str:
    """Who was told because of time or on request, each once."""
    told = [
        happening.data["level"] if happening.type == "rung_reached" else f"{happening.data['to']} (by hand)"
        for happening in standing.journal
        if happening.type in ("rung_reached", "escalated")
    ]
    return " → ".join(dict.fromkeys(told)) or "–"


def _command(connections: Connections) -> str:
    """How to call `amends` from another terminal that stands here, so that it finds this stack."""
    program = Path(sys.argv[0])
    here = program.relative_to(Path.cwd()) if program.is_relative_to(Path.cwd()) else program
    state_dir = variable_of("state_dir")
    prefix = f"{state_dir}={shlex.quote(str(connections.settings.state_dir))} " if os.environ.get(state_dir) else ""
    return f"{prefix}{shlex.quote(str(here))}"
