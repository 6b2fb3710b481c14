"""What a run for many complaints shows while it goes on: how far it is, and what each complaint has answered."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TypedDict

from nicegui import ui

from starter.bulk import Result, Verdict
from starter.console.visit import Visit
from starter.matching import Match
from workflows.contract.errors import AmendsError
from workflows.contract.views import Receipt

SHOWN_EVERY = timedelta(milliseconds=250)
"""Results come faster than anybody reads, and each showing sends all of them."""

_SHAPES = {
    Verdict.ALLOWED: "check",
    Verdict.NOT_ALLOWED: "block",
    Verdict.ACCEPTED: "check_circle",
    Verdict.REFUSED: "cancel",
    Verdict.UNREACHABLE: "help",
}

_VERDICT_CELL = """
    <q-td :props="props"><span class="mass-verdict" :data-verdict="props.row.kind">
    <q-icon :name="props.row.shape" size="16px" aria-hidden="true"></q-icon> {{ props.value }}</span></q-td>
"""
_REFERENCE_CELL = """
    <q-td :props="props">
    <a class="mono" target="_blank" :href="'/complaints/' + props.value">{{ props.value }}</a></q-td>
"""


class _Line(TypedDict):
    """One complaint, and what it answered."""

    reference: str
    kind: str
    shape: str
    verdict: str
    details: str


class MassReport:
    """The report of one run, made where it stands.

    Args:
        visit: the page.
        going: the key of the text that says how far it is.
        total: how many complaints are asked.
    """

    def __init__(self, visit: Visit, going: str, total: int) -> None:
        self.tally: Counter[Verdict] = Counter()
        self.by_verdict: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
        self._visit = visit
        self._going = going
        self._total = total
        self._lines: list[_Line] = []
        self._is_due = self._is_over = False
        with ui.element("div").classes("mass-report") as self._whole:
            self._said = ui.label().props('role="status"')
            self._bar = ui.element("progress").props(f"max={max(total, 1)} value=0")
            self._bar.props["aria-label"] = visit.say(going, done=0, count=total)
            self._table = self._made()
        self._show()

    def add(self, _: Match, result: Result) -> None:
        """One complaint has answered."""
        self.tally[result.verdict] += 1
        self.by_verdict[result.verdict].append(result.reference)
        self._lines.append(
            _Line(
                reference=result.reference,
                kind=result.verdict.value,
                shape=_SHAPES[result.verdict],
                verdict=self._visit.say(f"queue.verdict.{result.verdict}"),
                details=self._details(result),
            )
        )
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_later(SHOWN_EVERY.total_seconds(), self._show)

    def conclude(self, words: str) -> None:
        """It is over."""
        self._show()
        self._is_over = True
        if not self._visit.client.is_deleted:
            self._said.set_text(words)
            self._bar.set_visibility(False)

    def remove(self) -> None:
        """It is not of interest any more."""
        self._whole.delete()

    def _show(self) -> None:
        self._is_due = False
        if self._is_over or self._visit.client.is_deleted or self._whole.is_deleted:
            return
        self._said.set_text(self._visit.say(self._going, done=len(self._lines), count=self._total))
        self._bar.props["value"] = len(self._lines)
        self._bar.update()
        self._table.rows = [dict(line) for line in self._lines]
        self._table.set_visibility(bool(self._lines))

    def _made(self) -> ui.table:
        say = self._visit.say
        columns = [
            {"name": name, "label": say(f"queue.bulk.{name}"), "field": name, "align": "left"}
            for name in ("reference", "verdict", "details")
        ]
        table = ui.table(columns=columns, rows=[], row_key="reference")
        table.props("flat dense virtual-scroll wrap-cells").classes("mass-results")
        table.props["aria-label"] = say("queue.bulk.results")
        table.add_slot("body-cell-verdict", _VERDICT_CELL)
        table.add_slot("body-cell-reference", _REFERENCE_CELL)
        return table

    def _details(self, result: Result) -> str:
        if result.receipt:
            return self._received(result.receipt)
        if result.code is None:
            return ""
        return self._visit.refusal(AmendsError(result.code, result.message or "", result.field))

    def _received(self, receipt: Receipt) -> str:
        events = dict.fromkeys(self._visit.word("event", event) for event in receipt.events)
        return self._visit.say(
            "queue.bulk.receipt",
            events=self._visit.say("queue.list.and").join(events),
            status=self._visit.word("status", receipt.status),
        )
