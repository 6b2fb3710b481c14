"""What `amends bulk` shows: complaint by complaint while it goes on, and the sum at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from starter.bulk import Bulk, Result, Verdict
from starter.cli.giving import receipt_in_a_line
from starter.cli.progress import complaints_bar
from starter.cli.terminal import add_row, plain, print_json, stderr, stdout, table
from starter.matching import Match

_FIRST = 10
"""Examples of each verdict that a dry run shows: it is the numbers that matter, and what they are about."""

_SAID = {
    Verdict.ALLOWED: "would be accepted",
    Verdict.NOT_ALLOWED: "not allowed now",
    Verdict.ACCEPTED: "accepted",
    Verdict.REFUSED: "refused",
    Verdict.UNREACHABLE: "without an answer",
}


class BulkReport:
    """The report of one run.

    Args:
        run: its name.
        is_dry: nothing happened, so the first complaints of each kind stand for all.
        as_json: a line for each complaint, and one for the sum.
    """

    def __init__(self, run: str, *, is_dry: bool, as_json: bool) -> None:
        self._run = run
        self._is_dry = is_dry
        self._as_json = as_json
        self._first: defaultdict[Verdict, list[tuple[Match, Result]]] = defaultdict(list)
        self._done = 0
        self._bar = complaints_bar(stderr(), as_json=as_json)

    @contextmanager
    def going_on(self, total: int) -> Iterator[None]:
        """Show a bar until all `total` complaints are done."""
        self._bar.add_task("", total=total, done=0)
        with self._bar:
            yield

    def add(self, match: Match, result: Result) -> None:
        """One complaint has answered."""
        self._done += 1
        for task in self._bar.task_ids:
            self._bar.update(task, completed=self._done, done=self._done)
        if self._as_json:
            print_json(result.model_dump(mode="json", exclude_none=True))
        elif not self._is_dry:
            stdout().print(plain(_line(result)), soft_wrap=True)
        elif len(self._first[result.verdict]) < _FIRST:
            self._first[result.verdict].append((match, result))

    def print_sum(self, bulk: Bulk, next_line: str) -> None:
        """How many there were of each kind; for programs also the line that is to be given next."""
        if self._as_json:
            print_json({"sum": self._sum(bulk, next_line)})
            return
        if self._first:
            self._print_first()
        kinds = [f"{count} {_SAID[verdict]}{_codes(bulk, verdict)}" for verdict, count in sorted(bulk.tally.items())]
        nothing = "no complaint was reached" if bulk.interrupted else "no complaint matches"
        typer.echo(f"{'Dry run' if self._is_dry else f'Run {self._run}'}: {', '.join(kinds) or nothing}.")

    def _sum(self, bulk: Bulk, next_line: str) -> dict[str, object]:
        return {
            "run": self._run,
            "dry": self._is_dry,
            **{verdict.value: bulk.tally[verdict] for verdict in Verdict},
            "codes": sum(bulk.codes.values(), Counter()),
            "interrupted": bulk.interrupted,
            "next": next_line,
        }

    def _print_first(self) -> None:
        shown = table(None, "reference", "status", "department / owner", "now")
        for verdict in sorted(self._first):
            for match, result in self._first[verdict]:
                held_by = f"{match.department} / {match.owner}" if match.department else None
                why = f" [{result.code}]: {result.message}" if result.code else ""
                add_row(shown, match.reference, match.status, held_by, f"{_SAID[verdict]}{why}")
        stdout().print(shown)
        if self._done > shown.row_count:
            typer.echo(f"The first of {self._done}; all with --json.")


def _line(result: Result) -> str:
    if result.receipt:
        return receipt_in_a_line(result.receipt)
    field = f"{result.field}: " if result.field else ""
    return f"{result.reference}: {_SAID[result.verdict]} [{result.code}]: {field}{result.message}"


def _codes(bulk: Bulk, verdict: Verdict) -> str:
    counted = ", ".join(f"{count} {code}" for code, count in bulk.codes[verdict].most_common())
    return f" ({counted})" if counted else ""
