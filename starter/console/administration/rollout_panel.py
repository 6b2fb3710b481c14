"""A change of rules or staff for many open complaints: first asked what it would do, then given; a receipt for each."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from io import StringIO
from time import monotonic

from nicegui import background_tasks, ui

from starter.console.administration.grid import Cell, Column, Grid, Part, Row
from starter.console.administration.room import notice, title
from starter.console.administration.rules_in_words import RulesInWords
from starter.console.drafts import Draft
from starter.console.visit import Visit
from starter.policy.migration import changes_of
from starter.policy.open_complaints import OpenComplaint, Scope, open_complaints
from starter.policy.rollout import Change, Result, Rollout, Verdict
from workflows.contract.errors import AmendsError
from workflows.contract.events import Moved
from workflows.contract.policy import Policy

SHOWN_MOST = 500
"""Receipts on the page; all of them are in the file."""

_SAYS_EVERY_SECONDS = 0.5
_COLUMNS = ("reference", "before", "verdict", "moved")
_NARROW = {"reference": "nowrap"}
_LOOKS: dict[Verdict, tuple[str, str]] = {
    Verdict.CHANGED: ("check_circle", "good"),
    Verdict.WOULD_CHANGE: ("change_circle", "accent"),
    Verdict.ALREADY: ("done_all", "quiet"),
    Verdict.GONE: ("inventory_2", "quiet"),
    Verdict.NOT_CONCERNED: ("block", "quiet"),
    Verdict.REFUSED: ("error", "bad"),
    Verdict.FAILED: ("error", "bad"),
}


@dataclass(frozen=True)
class Planned:
    """One change: what complaints come under with it, which of them, and how to tell what is breached by it."""

    template: Change
    label: str
    scope: Scope
    policy_of: Callable[[OpenComplaint], Policy | None]


class RolloutPanel:
    """Reason, dry run, run, and receipts, where the page is being built.

    Args:
        visit: the page.
        name: of the change, for what is kept of its form.
        plan: makes the change at this moment, with the reason. Raises AmendsError as it is refused.
        words: what it will do, as a sentence.
    """

    def __init__(self, visit: Visit, name: str, plan: Callable[[str], Awaitable[Planned]], words: RulesInWords) -> None:
        self._visit = visit
        self._plan = plan
        self._words = words
        self._draft = Draft(visit, f"rollout-{name}")
        self._results: list[Result] = []
        self._task: asyncio.Task[None] | None = None
        self._said_at = 0.0
        self._build()

    def _build(self) -> None:
        say, visit = self._visit.say, self._visit
        with ui.element("section").classes("card part"):
            title(say("administration.rollout.title"))
            ui.label(say("administration.rollout.says")).classes("quiet")
            reason = ui.input(say("administration.rollout.reason")).props("outlined dense").classes("reason")
            self._reason = self._draft.keep("reason", reason)
            with ui.element("div").classes("room-tools"):
                self._ask = ui.button(say("administration.rollout.ask"), icon="search", color=None)
                self._ask.props("outline no-caps data-ask").on_click(visit.guarded(lambda: self._start(is_dry=True)))
                self._give = ui.button(say("administration.rollout.give"), icon="play_arrow")
                self._give.props("unelevated no-caps data-give").on_click(
                    visit.guarded(lambda: self._start(is_dry=False))
                )
                self._stop = ui.button(say("administration.rollout.stop"), icon="stop", on_click=self._end, color=None)
                self._stop.props("flat no-caps")
        with ui.element("section").classes("card part") as self._part:
            self._sum = ui.label().classes("rollout-sum").props('role="status"')
            self._trouble = ui.element("div").props('role="alert"')
            self._bar = ui.linear_progress(show_value=False).props("indeterminate")
            self._bar.props["aria-label"] = say("administration.rollout.under_way")
            columns = [
                Column(name=name, label=say(f"administration.rollout.columns.{name}"), look=_NARROW.get(name, ""))
                for name in _COLUMNS
            ]
            caption = say("administration.rollout.receipts")
            self._grid = Grid(columns, [], caption=caption, nothing=say("administration.rollout.none"))
            self._file = ui.button(say("administration.rollout.file"), icon="download", color=None)
            self._file.props("flat no-caps").on_click(self._download)
        self._part.set_visibility(False)
        self._busy(is_busy=False)
        self._draft.put_back()
        visit.client.on_delete(self._end)

    async def _start(self, *, is_dry: bool) -> None:
        if self._task is not None and not self._task.done():
            return
        planned = await self._plan((self._reason.value or "").strip())
        self._results.clear()
        self._part.set_visibility(True)
        self._trouble.clear()
        self._busy(is_busy=True)
        self._task = background_tasks.create(self._run(planned, is_dry=is_dry), name="rollout")

    async def _run(self, planned: Planned, *, is_dry: bool) -> None:
        office = self._visit.office
        rollout = Rollout(
            office.desk,
            changes_of(planned.template, planned.label),
            policy_of=planned.policy_of,
            on_result=lambda result: self._heard(result, rollout),
            is_dry=is_dry,
        )
        trouble: str | None = None
        try:
            await rollout.run(open_complaints(office.engine, planned.scope))
        except AmendsError as error:
            trouble = f"{self._visit.say('administration.rollout.stopped')} {self._visit.refusal(error)}"
        if self._visit.client.is_deleted:
            return
        if rollout.interrupted:
            trouble = self._visit.say("administration.rollout.interrupted")
        with self._visit.client:
            self._show(rollout)
            self._busy(is_busy=False)
            if trouble:
                with self._trouble:
                    notice(trouble, icon="error", tone="bad")
            elif not is_dry:
                self._draft.forget()

    def _heard(self, result: Result, rollout: Rollout) -> None:
        self._results.append(result)
        if monotonic() - self._said_at >= _SAYS_EVERY_SECONDS:
            self._said_at = monotonic()
            self._show(rollout)

    def _show(self, rollout: Rollout) -> None:
        say = self._visit.say
        counts = [
            say("administration.rollout.counted", verdict=say(f"administration.verdict.{verdict.value}"), count=count)
            for verdict, count in rollout.tally.items()
        ]
        said = say("administration.rules.comma").join(counts) or say("administration.rollout.none")
        if rollout.breached:
            said = say("administration.rollout.with_breaches", said=said, count=rollout.breached)
        self._sum.set_text(said)
        # What a person has to look at, and what moves, comes before what stays.
        first = sorted(self._results, key=lambda each: (not each.verdict.is_fault, not each.breached, not each.moved))
        self._grid.show([self._row(result) for result in first[:SHOWN_MOST]])

    def _row(self, result: Result) -> Row:
        icon, tone = _LOOKS[result.verdict]
        verdict = [Part(text=self._visit.say(f"administration.verdict.{result.verdict.value}"), icon=icon, tone=tone)]
        if result.message:
            verdict.append(Part(text=self._visit.told(result.message), tone="quiet", below=True))
        return {
            "key": result.reference,
            "reference": Part(text=result.reference, href=f"/complaints/{result.reference}", mono=True),
            "before": Part(text=result.before, mono=True, tone="quiet"),
            "verdict": verdict,
            "moved": self._moves(result),
        }

    def _moves(self, result: Result) -> Cell:
        say = self._visit.say
        if not result.moved:
            is_change = result.verdict in (Verdict.CHANGED, Verdict.WOULD_CHANGE)
            return Part(text=say("administration.rollout.nothing_moves"), tone="quiet") if is_change else None
        parts = []
        for moved in result.moved:
            is_breached = moved.clock in result.breached
            said = self._move(moved)
            if is_breached:
                said = say("administration.rollout.breached", said=said)
            look = Part(icon="flag", tone="bad") if is_breached else Part()
            parts.append(Part(text=said, line=True, **look))
        return parts

    def _move(self, moved: Moved) -> str:
        say, moments = self._visit.say, self._visit.moments
        return say(
            "administration.rollout.move",
            clock=self._words.clock_name(moved.clock),
            before=moments.short(moved.due_before) if moved.due_before else say("administration.rollout.not_running"),
            after=moments.short(moved.due_after) if moved.due_after else say("administration.rollout.not_owed"),
        )

    def _busy(self, *, is_busy: bool) -> None:
        for button in (self._ask, self._give):
            button.set_enabled(not is_busy)
        self._stop.set_visibility(is_busy)
        self._bar.set_visibility(is_busy)
        self._file.set_visibility(not is_busy)

    def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _download(self) -> None:
        ui.download.content(receipts(self._results), "receipts.csv", "text/csv")


def receipts(results: list[Result]) -> str:
    """All of them as CSV: a line for each due time that moved, or one for a complaint without any."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(("reference", "before", "verdict", "clock", "due_before", "due_after", "breached", "message"))
    for result in results:
        head = (result.reference, result.before, result.verdict.value)
        for moved in result.moved:
            is_breached = moved.clock in result.breached
            writer.writerow((*head, moved.clock, moved.due_before or "", moved.due_after or "", is_breached, ""))
        if not result.moved:
            writer.writerow((*head, "", "", "", False, result.message or ""))
    return written.getvalue()
