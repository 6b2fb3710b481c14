"""`amends clock explain`: why a limit is due when it is, for a case described in JSON, without any server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO, NamedTuple

import typer

from infra.time_zones import utc_offsets
from starter.cli.clock_bars import draw_clock
from starter.cli.clock_reasons import reasons
from starter.cli.options import AsJson
from starter.cli.terminal import print_error, print_json, stdout
from workflows.contract.calendar import OFFSETS_MAX
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.explain_case import ExplainCase, read_case
from workflows.contract.explanation import ClockAnswer, Explanation
from workflows.core.explain import calendar_of, explain, outlooks
from workflows.core.timetable import Timetable, timetable

_STANDARD_INPUT = "-"
_DECADE = 10
_YEARS_AHEAD = 2
_LAST_YEAR = 9998
"""Calendars end there."""

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def clock() -> None:
    """Explain time limits, without any server."""


@app.command("explain")
def explain_case(
    file: Annotated[
        str | None, typer.Argument(metavar="FILE|-", help="The case as JSON; - reads standard input.")
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option(metavar="FILE|-", help="One case a line; the answer to each is one line of JSON, at once."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say of each clock of a case when it is due, and why: what counted, what did not, and who held the case.

    A case names its timezone, the working calendar, the clocks and the events. In a batch, a line that is no case is
    answered with its error, and the rest go on.
    """
    try:
        if batch is not None and file is None:
            _explain_lines(batch)
            return
        told = _tell(read_case(_content(file, batch)))
        print_json(told.explanation) if as_json else _draw(told)
    except AmendsError as error:
        print_error(error.code, error.message, error.field, as_json=as_json)
        raise typer.Exit(error.code.exit_code) from error


class Told(NamedTuple):
    """A case with its answer, and what the answer was reckoned by."""

    case: ExplainCase
    now: datetime
    timetable: Timetable
    explanation: Explanation


def _tell(case: ExplainCase) -> Told:
    now = case.now
    years = [now.year, *(event.at.year for event in case.events if event.at <= now)]
    first, last = min(years) - 1, max(years) + _YEARS_AHEAD
    while True:
        # Whole decades, so that the cases of a batch share what has been found out about a zone.
        offsets = utc_offsets(case.timezone, first // _DECADE * _DECADE, min(-(-last // _DECADE) * _DECADE, _LAST_YEAR))
        if len(offsets) > OFFSETS_MAX:
            raise AmendsError(
                ErrorCode.INVALID_INPUT,
                f"{case.timezone} changes its clocks more than {OFFSETS_MAX} times in the years {first} to {last};"
                " give events, targets and a now that lie closer together",
                "timezone",
            )
        table = timetable(calendar_of(case, offsets))
        explanation = explain(case, table, now)
        latest = max((instant.year for clock in explanation.clocks for instant in _instants(clock)), default=last)
        if latest <= last or last >= _LAST_YEAR:
            return Told(case, now, table, explanation)
        last = latest + 1


def _instants(clock: ClockAnswer) -> Iterator[datetime]:
    """The instants that may lie far ahead."""
    for instant in (clock.due_at, *(threshold.at for threshold in clock.thresholds)):
        if instant is not None:
            yield instant


def _explain_lines(source: str) -> None:
    with _opened(source) as lines:
        for line in lines:
            try:
                print_json(_tell(read_case(line)).explanation)
            except AmendsError as error:
                print_json({"error": {"code": error.code, "field": error.field, "message": error.message}})


def _content(source: str | None, batch: str | None) -> bytes:
    if source is None or batch is not None:
        raise AmendsError(ErrorCode.INVALID_INPUT, "give one of FILE and --batch; - reads standard input", "file")
    with _opened(source) as content:
        return content.read()


def _opened(source: str) -> BinaryIO:
    try:
        return sys.stdin.buffer if source == _STANDARD_INPUT else Path(source).open("rb")
    except OSError as error:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"cannot read {source}: {error.strerror}", "file") from error


def _draw(told: Told) -> None:
    console, ahead = stdout(), outlooks(told.case, told.timetable, told.now)
    for number, (rule, answer) in enumerate(zip(told.case.clocks, told.explanation.clocks, strict=True)):
        if number:
            console.print()
        facts = reasons(rule, answer, ahead[rule.name], told.timetable)
        local = told.timetable.local
        draw_clock(console, answer, rule.counts, local=local, now=told.now, outlook=ahead[rule.name], facts=facts)
