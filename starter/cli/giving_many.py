"""Gives one command to many complaints for the shell, or tries it dry; each run has a name under which it goes on."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.process import EXIT_INTERRUPTED
from infra.settings import Settings
from starter.bulk import Bulk, Verdict, dry_run, give, ids_of
from starter.choosing import Choosing
from starter.cli.acts.room import Asked
from starter.cli.bulk_report import BulkReport
from starter.cli.doors import open_database, open_desk
from starter.cli.filters import Selection
from starter.cli.gentle_end import ending_gently
from starter.cli.giving import ready_command
from starter.cli.line import line_with
from starter.cli.listed import listed_references
from starter.cli.running import run
from starter.cli.terminal import say
from starter.matching import Match, count, matching, matching_among
from starter.wanted import Wanted
from workflows.contract.errors import AmendsError, ErrorCode

_RUN_NAME = re.compile(r"[\w.-]{1,50}", re.ASCII)
"""It becomes a part of command ids, which have at most a hundred characters."""

_EXIT_REFUSED = ErrorCode.NOT_PERMITTED.exit_code
_EXIT_UNANSWERED = ErrorCode.NO_ANSWER.exit_code


def give_many(ctx: typer.Context, asked: Asked, *, as_user: str, go: bool, run_name: str | None, as_json: bool) -> None:
    """Carry out a command of the shell on all complaints of the selection in `ctx.obj`, or ask them if not `go`."""
    selection: Selection = ctx.obj
    name = run_name or _new_run_name()
    line = line_with(ctx, *([] if run_name else ["--run", name]), *([] if go else ["--go"]))

    async def work(settings: Settings) -> int:
        _check(selection, name)
        references = None if selection.listed is None else listed_references(selection.listed)
        async with open_database(settings) as engine:
            command = await ready_command(engine, asked, as_user=as_user)
            total, matches = await _matches(engine, selection.wanted, references)
            client = await open_desk(settings)
            ids = ids_of(name, {"command": command.name, "as": as_user, **asked.fields()})
            completed = Choosing(engine, settings.policy).completed
            report = BulkReport(name, is_dry=not go, as_json=as_json)
            bulk = Bulk(give(client, command, ids, completed) if go else dry_run(client, command), on_result=report.add)
            if go:
                say(f"This is the run {name}.")
            try:
                with report.going_on(total), ending_gently():
                    await bulk.run(matches)
            finally:
                report.print_sum(bulk, line)
                _say_what_next(bulk, line) if go else _say_how_to_give(bulk, line)
        return _exit_code(bulk)

    run(work, as_json=as_json)


def _new_run_name() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def _check(selection: Selection, name: str) -> None:
    if selection == Selection(Wanted(), None):
        raise AmendsError(
            ErrorCode.INVALID_INPUT, "name at least one filter, such as --status or --reference", "filters"
        )
    if not _RUN_NAME.fullmatch(name):
        raise AmendsError(
            ErrorCode.INVALID_INPUT, "expected at most 50 letters, digits, dots, hyphens and underscores", "run"
        )


async def _matches(
    engine: AsyncEngine, wanted: Wanted, references: list[str] | None
) -> tuple[int, AsyncIterator[Match]]:
    """The complaints that are meant, and how many they are or may be."""
    if references is not None:
        return len(references), matching_among(engine, references, wanted)
    if wanted.status is None:
        wanted = replace(wanted, archived=False)
    return await count(engine, wanted), matching(engine, wanted)


def _say_how_to_give(bulk: Bulk, line: str) -> None:
    if bulk.tally[Verdict.ALLOWED] and not bulk.interrupted:
        say(f"Nothing has happened yet. To give the command:\n  {line}")
    else:
        say("Nothing has happened.")


def _say_what_next(bulk: Bulk, line: str) -> None:
    if not bulk.is_complete:
        say(f"It stopped early. To go on, and give none the command twice:\n  {line}")
    elif bulk.tally[Verdict.UNREACHABLE]:
        say(f"Some did not answer. To ask those again, and give none the command twice:\n  {line}")


def _exit_code(bulk: Bulk) -> int:
    if bulk.interrupted:
        return EXIT_INTERRUPTED
    if bulk.tally[Verdict.UNREACHABLE]:
        return _EXIT_UNANSWERED
    return _EXIT_REFUSED if bulk.tally[Verdict.REFUSED] else 0
