"""Options that say which complaints are meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from starter.cli.completion import departments, people, references
from starter.wanted import Wanted
from workflows.contract.vocabulary import Channel, Nature, Severity, Status

ByStatus = Annotated[Status | None, typer.Option("--status", help="Where they stand.")]
ByDepartment = Annotated[str | None, typer.Option("--department", autocompletion=departments, help="Who holds them.")]
ByOwner = Annotated[str | None, typer.Option("--owner", autocompletion=people, help="Who answers for them.")]
ByNature = Annotated[Nature | None, typer.Option("--nature", help="What they are about.")]
BySeverity = Annotated[Severity | None, typer.Option("--severity", help="How bad they are.")]
ByChannel = Annotated[Channel | None, typer.Option("--channel", help="How they came in.")]
ByBreach = Annotated[bool | None, typer.Option("--breached/--not-breached", help="Whether a time limit has passed.")]
ByPolicy = Annotated[
    str | None, typer.Option("--policy", metavar="NAME[@VERSION]", help="The policy that they are under.")
]
ByParent = Annotated[
    str | None,
    typer.Option("--parent", metavar="REF", autocompletion=references, help="The one that leads their major event."),
]
ByText = Annotated[str | None, typer.Option("--text", help="Words that all must occur, Chinese or English.")]


@dataclass(frozen=True, slots=True)
class Selection:
    """The complaints that are wanted, among those of the list in a file, if there is one."""

    wanted: Wanted
    listed: str | None
