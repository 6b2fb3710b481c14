"""What the demonstration says at its end: what happened on every path, and where to look for more."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from infra.connections import Connections
from infra.devstack.layout import StateDir
from infra.settings import variable_of
from starter.cli.terminal import plain
from starter.demo.board import Standing
from starter.demo.paths import PATHS
from starter.demo.scenes import PathName
from starter.demo.tally import Ending
from workflows.contract.vocabulary import Status

WIDTH_FOR_EVERYTHING = 150
"""Below it the meaning of the paths and the lower rungs are left out."""

_PASSWORD = re.compile(r"(?<=://)([^:/@]+):[^@]*(?=@)")


def print_endings(console: Console, found: Sequence[Ending]) -> None:
    """A row for each complaint, and a sentence for each that went wrong."""
    is_wide = console.width >= WIDTH_FOR_EVERYTHING
    table = Table(box=None, pad_edge=False, header_style="bold", title="What happened", title_justify="left")
    for heading in ("path", "reference", "end", "ladder"):
        table.add_column(heading, no_wrap=True)
    for heading in ("mails", "seconds"):
        table.add_column(heading, no_wrap=True, justify="right")
    if is_wide:
        table.add_column("what this path is", no_wrap=True)
    for ending in sorted(found, key=lambda one: list(PathName).index(one.scene.path)):
        path = PATHS[ending.scene.path]
        cells = [plain(ending.scene.path), plain(ending.scene.reference), *_figures(ending, all_rungs=is_wide)]
        table.add_row(*cells, *([plain(path.title)] if is_wide else []))
    console.print(table)
    for ending in found:
        if ending.faults:
            sentence = f"{ending.scene.reference} ({ending.scene.path}) went wrong: {'; '.join(ending.faults)}"
            console.print(plain(sentence), style="red", soft_wrap=True)


def print_where_to_look(console: Console, connections: Connections, found: Sequence[Ending]) -> None:
    """Addresses and commands, ready to be copied into another terminal."""
    reference = found[0].scene.reference
    amends = _command(connections)
    stack = connections.stack
    lines = {
        "Temporal's Web UI": stack.temporal_ui if stack else "",
        "the web console": stack.console or "" if stack else "",
        "the HTTP API": f"{stack.api}/api/v1/docs" if stack and stack.api else "",
        "all complaints": f"{amends} list",
        "one of them": f"{amends} show {reference}",
        "what needs somebody": f"{amends} inbox --as {_somebody(found)}",
        "its story, for auditors": f"{amends} audit timeline {reference}",
        "does it replay?": f"{amends} audit replay {reference}",
        "what people were told": f"{amends} outbox {reference}",
        "file one yourself": f"{amends} file --channel web --text 'The kettle leaks.'",
        "the database": _PASSWORD.sub(r"\1:…", connections.database),
        "its password": str(StateDir(connections.settings.state_dir).addresses),
        "the mails": str(stack.mail_directory) if stack else "",
    }
    table = Table(box=None, pad_edge=False, show_header=False, title="\nWhere to look", title_justify="left")
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for what, where in lines.items():
        table.add_row(what, plain(where))
    console.print(table, soft_wrap=True)


def _somebody(found: Sequence[Ending]) -> str:
    """Who took a case in hand."""
    journals = (ending.standing.journal for ending in found if ending.standing)
    accepted = (happening for journal in journals for happening in journal if happening.type == "accepted")
    return next((happening.data["owner"]["subject"] for happening in accepted), "USER")


def _figures(ending: Ending, *, all_rungs: bool) -> tuple[Text, ...]:
    """End, ladder, mails and seconds."""
    standing = ending.standing
    if standing is None:
        return (Text("✗ missing", style="red"),)
    end = str(standing.outcome) if standing.status is Status.ARCHIVED else str(standing.status)
    rungs = _rungs(standing)
    seconds = (standing.journal[-1].at - standing.journal[0].at).total_seconds()
    return (
        Text(f"✗ {end}", style="red") if ending.faults else Text(f"✓ {end}", style="green"),
        plain(" → ".join(rungs if all_rungs else rungs[-1:])),
        plain(standing.mails.total()),
        plain(f"{seconds:.0f}"),
    )


def _rungs(standing: Standing) -> list[str]:
    """Who was told because of time or on request, each once."""
    told = (
        happening.data["level"] if happening.type == "rung_reached" else f"{happening.data['to']} (by hand)"
        for happening in standing.journal
        if happening.type in ("rung_reached", "escalated")
    )
    return list(dict.fromkeys(told))


def _command(connections: Connections) -> str:
    """How to call `amends` from another terminal that stands here, so that it finds this stack."""
    program = Path(sys.argv[0])
    here = program.relative_to(Path.cwd()) if program.is_relative_to(Path.cwd()) else program
    state_dir = variable_of("state_dir")
    prefix = f"{state_dir}={shlex.quote(str(connections.settings.state_dir))} " if os.environ.get(state_dir) else ""
    return f"{prefix}{shlex.quote(str(here))}"
