"""The table of commands and what holds for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Annotated, ClassVar

import typer
from typer._click import Context

from starter.cli.lazy import Lazy, LazyGroup
from starter.cli.line import remember_line

_RUN, _HANDLE, _LOOK, _RULES, _AUDIT = "Run", "Complaints", "Look", "Rules and people", "Audit and integrate"

EXIT_CODES = """Exit codes: 0 done · 1 failed · 2 bad input or set-up · 3 refused · 4 unknown · 5 unreachable ·
130 interrupted."""


class Commands(LazyGroup):
    """All commands of `amends`; each may show the line that it was typed in."""

    table: ClassVar[Mapping[str, Lazy]] = {
        "up": Lazy(
            "starter.cli.up",
            "Start the embedded servers, a worker, the HTTP API and the web console, and keep them up.",
            _RUN,
        ),
        "demo": Lazy(
            "starter.cli.demo", "Run the main job live: complaints from all channels, and staff who act on them.", _RUN
        ),
        "down": Lazy("starter.cli.down", "Stop what `amends up` started; with --purge, remove its data.", _RUN),
        "worker": Lazy("starter.cli.worker", "Run a worker against the servers that are configured or up.", _RUN),
        "api": Lazy("starter.cli.api", "Serve the HTTP API on the servers that are configured or up.", _RUN),
        "console": Lazy("starter.cli.console", "Serve the web console on the servers that are configured or up.", _RUN),
        "migrate": Lazy("starter.cli.migrate", "Bring the database to this version, with departments and staff.", _RUN),
        "file": Lazy("starter.cli.file", "File one complaint.", _HANDLE),
        "import": Lazy("starter.cli.import_file", "File the complaints of a CSV or NDJSON file.", _HANDLE),
        "act": Lazy("starter.cli.act", "Give a complaint a command, as a member of staff or its complainant.", _HANDLE),
        "bulk": Lazy(
            "starter.cli.bulk", "Give one command to many complaints: a dry run first, then with --go.", _HANDLE
        ),
        "answer": Lazy("starter.cli.answer", "Answer the survey with the token in its link.", _HANDLE),
        "inbox": Lazy("starter.cli.inbox", "Show what needs somebody, the most urgent first.", _LOOK),
        "list": Lazy("starter.cli.list_complaints", "List complaints, newest first.", _LOOK),
        "show": Lazy("starter.cli.show", "Show one complaint: where it stands, its clocks, what happened.", _LOOK),
        "outbox": Lazy("starter.cli.outbox", "List the messages to complainants and staff, or read one.", _LOOK),
        "clock": Lazy("starter.cli.clock", "Explain time limits, without any server.", _LOOK),
        "policy": Lazy(
            "starter.cli.policy", "Check, compare, publish and roll out policies, the written procedures.", _RULES
        ),
        "calendar": Lazy(
            "starter.cli.calendar", "Check working calendars, and amend those that open complaints count by.", _RULES
        ),
        "staff": Lazy(
            "starter.cli.staff",
            "See and change the staff: roles, skills, absences, deputies; and who changed it.",
            _RULES,
        ),
        "department": Lazy(
            "starter.cli.department", "See the departments, found one, and appoint who answers for it.", _RULES
        ),
        "key": Lazy("starter.cli.key", "Make, list and revoke API keys, for services and staff.", _AUDIT),
        "token": Lazy("starter.cli.token", "Make a token of the embedded stack, to try the HTTP API.", _AUDIT),
        "webhook": Lazy(
            "starter.cli.webhook",
            "See who has events sent to them, stop it, and send again what was not delivered.",
            _AUDIT,
        ),
        "audit": Lazy("starter.cli.audit", "Examine what Temporal recorded: the story, and whether it holds.", _AUDIT),
        "contract": Lazy("starter.cli.contract", "Publish what other systems code against.", _AUDIT),
    }

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """The options of `amends` itself; what follows is left for the command."""
        remember_line(ctx.meta, args)
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=Commands, pretty_exceptions_enable=False, no_args_is_help=True, add_completion=True, epilog=EXIT_CODES
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"amends {version('amends')}")
        raise typer.Exit


@app.callback()
def amends(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """A complaint desk that cannot forget: every complaint is one durable Temporal workflow."""
