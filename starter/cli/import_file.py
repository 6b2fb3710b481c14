"""`amends import`: a file of complaints, streamed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from infra.process import EXIT_FAILED, EXIT_INTERRUPTED
from infra.settings import Settings
from starter.cli.doors import open_desk
from starter.cli.options import AsJson
from starter.cli.progress import complaints_bar
from starter.cli.running import run
from starter.cli.terminal import plain, print_json, say, stderr
from starter.intake.arriving import arrival
from starter.intake.cfpb import cfpb_complaint, is_cfpb
from starter.intake.columns import FIELDS, Columns, Defaults, parse_map
from starter.intake.importing import Import, Tally
from starter.intake.rows import BadRow, Rows
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import FileComplaint
from workflows.contract.vocabulary import Channel, Language

app = typer.Typer(add_completion=False)
_FIELD_LIST = ", ".join(FIELDS)


@app.command()
def import_file(
    path: Annotated[
        str, typer.Argument(metavar="FILE", help="CSV with a header, or one JSON object a line; - for stdin.")
    ],
    *,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", metavar="COLUMN=FIELD", help=f"Fields: {_FIELD_LIST}. Repeatable.")
    ] = None,
    source: Annotated[str, typer.Option(help="The system they come from, where no column says so.")] = "import",
    channel: Annotated[Channel | None, typer.Option(help="How they came in, where no column says so.")] = None,
    language: Annotated[
        Language | None, typer.Option(help="Where no column says so; guessed from the script when left out.")
    ] = None,
    received_at_from_file: Annotated[
        bool, typer.Option("--received-at-from-file", help="CFPB: clocks start at the date in the file, not now.")
    ] = False,
    encoding: Annotated[str, typer.Option(help="Of the file.")] = "utf-8",
    as_json: AsJson = False,
) -> None:
    """File the complaints of a CSV or NDJSON file.

    Columns are found by their names or by --map; the CFPB's public export is recognised by its header. Its complaints
    count as received now unless --received-at-from-file is given: with dates years old every time limit would be
    breached at once. A received_at column of your own always counts.

    Safe to interrupt and to repeat: what is on file already is found by its source key. Lines that cannot be filed are
    reported on stderr, all others are filed, and the exit code is then 1.
    """
    columns = partial(_columns, mapping or [], Defaults(source=source, channel=channel, language=language))

    async def work(settings: Settings) -> int:
        with _opened(path) as stream:
            rows = await arrival(partial(Rows, stream, encoding))
            if is_cfpb(rows.columns) and not mapping:
                to_complaint: _ToComplaint = partial(cfpb_complaint, received_at_from_file=received_at_from_file)
            else:
                to_complaint = columns(rows.columns)
            with _shown(_size(path), rows) as (on_bad, on_progress):
                job = Import(await open_desk(settings), to_complaint, on_bad=on_bad, on_progress=on_progress)
                try:
                    await job.run(rows)
                except AmendsError:
                    _report(job.tally, as_json=as_json)
                    say("It stopped early. Repeat the command when the cause is gone: it goes on where it stopped.")
                    raise
        return _report(job.tally, as_json=as_json)

    run(work, as_json=as_json)


_ToComplaint = Callable[[Mapping[str, Any]], FileComplaint]


def _columns(mapping: list[str], defaults: Defaults, header: tuple[str, ...] | None) -> _ToComplaint:
    columns = Columns(defaults, parse_map(mapping))
    if header is not None and (ignored := columns.check_header(header)):
        say(f"Columns that are ignored: {', '.join(ignored)}")
    return columns.complaint


@contextmanager
def _opened(path: str) -> Iterator[BufferedReader]:
    if path == "-":
        yield cast("BufferedReader", sys.stdin.buffer)
        return
    try:
        stream = Path(path).open("rb")  # noqa: SIM115 - closed below; only the opening is to be translated
    except OSError as error:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"cannot read {path}: {error.strerror}", "file") from error
    with stream:
        yield stream


def _size(path: str) -> int | None:
    return None if path == "-" else Path(path).stat().st_size


@contextmanager
def _shown(size: int | None, rows: Rows) -> Iterator[tuple[Callable[[BadRow], None], Callable[[], None]]]:
    """Show how far the file has been read, on a terminal, and every bad line."""
    console = stderr()
    progress = complaints_bar(console)
    bar = progress.add_task("", total=size, done=0)
    done = 0

    def on_progress() -> None:
        nonlocal done
        done += 1
        progress.update(bar, completed=rows.bytes_read, done=done)

    def on_bad(row: BadRow) -> None:
        field = f"{row.field}: " if row.field else ""
        console.print(plain(f"line {row.line}: {field}{row.reason}"), soft_wrap=True)

    with progress:
        yield on_bad, on_progress


def _report(tally: Tally, *, as_json: bool) -> int:
    if as_json:
        print_json(asdict(tally))
    else:
        typer.echo(f"{tally.read} read: {tally.filed} filed, {tally.duplicates} on file already, {tally.bad} bad.")
    if tally.interrupted:
        say(f"Interrupted at line {tally.line}. Repeat the command: it goes on where it stopped.")
        return EXIT_INTERRUPTED
    return EXIT_FAILED if tally.bad else 0
