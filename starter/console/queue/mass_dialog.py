"""The dialog that gives many complaints a command: its fields, a dry run, then the run, with an answer of each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from nicegui import ui
from nicegui.element import Element

from starter.bulk import Verdict
from starter.console.commands.form import CommandForm
from starter.console.commands.kept import CommandDraft
from starter.console.commands.offered import OFFERED
from starter.console.queue.mass import Chosen, Going, Mass
from starter.console.queue.mass_report import MassReport
from starter.console.visit import Visit
from workflows.contract.errors import AmendsError

_DRAFTS = "bulk"
"""In place of a reference, in the name of the draft."""

Act = Callable[[], Awaitable[None]]


class MassDialog:
    """One command for many complaints, while somebody is at it.

    Args:
        visit: the page.
        command: the name of the command.
        chosen: the complaints.
        place: where it belongs on the page.
    """

    def __init__(self, visit: Visit, command: str, chosen: Chosen, place: Element) -> None:
        self._visit = visit
        self._command = command
        self._chosen = chosen
        self._place = place
        office, model = visit.office, OFFERED[command]
        self._mass = Mass(model, chosen.references, engine=office.engine, desk=office.desk, settings=office.settings)
        self._allowed = self._mass
        self._draft = CommandDraft(visit, _DRAFTS, command)
        self._form = CommandForm(visit, model, draft=self._draft)
        self._mark = uuid4().hex[:16]
        self._fields: dict[str, Any] = {}
        self._report: MassReport | None = None
        self._going_on: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Show it, with what was typed before.

        Raises:
            AmendsError: `unreachable`, `setup`, when the directory does not answer.
        """
        with self._place, ui.dialog().props("no-backdrop-dismiss") as self._dialog:
            self._dialog.on("hide", self._gone)
            try:
                await self._fill()
            except AmendsError:
                self._dialog.delete()
                raise
        self._mark = await self._draft.recall(self._mark)
        self._dialog.open()

    async def _fill(self) -> None:
        say = self._visit.say
        with ui.card().classes("command-dialog mass-dialog"):
            command = say(f"commands.of.{self._command}.title")
            words = say("queue.bulk.title", command=command, count=self._mass.size)
            title = ui.label(words).props('role="heading" aria-level="2"').classes("command-title")
            says = ui.label(say(f"commands.of.{self._command}.says")).classes("command-says")
            self._dialog.props(f'aria-labelledby="{title.html_id}" aria-describedby="{says.html_id}"')
            if self._chosen.is_cut:
                ui.label(say("queue.bulk.left_out", count=self._mass.size)).classes("command-changes")
            self._form_part = ui.element("div")
            with self._form_part:
                await self._form.build()
                ui.label(say("queue.bulk.check_says")).classes("command-says mass-note")
            self._report_part = ui.element("div")
            self._refusal = ui.element("div").props('role="alert"')
            self._buttons = ui.element("div").classes("command-actions")
        self._ask_fields()

    def _ask_fields(self) -> None:
        """The first step."""
        self._form_part.set_visibility(True)
        if self._report:
            self._report.remove()
            self._report = None
        self._alert(None)
        self._offer(close="commands.dialog.close", main=("queue.bulk.check", self._try_dry))

    async def _try_dry(self) -> None:
        """The second step: what each would say."""
        try:
            self._fields = self._form.fields()
            await self._form.look_up()
        except AmendsError as error:
            if not self._form.blame(error):
                self._alert(error)
            return
        report = await self._run("queue.bulk.checking", self._mass, is_dry=True)
        if report is None:
            return
        say, allowed = self._visit.say, report.by_verdict[Verdict.ALLOWED]
        others = sum(report.tally.values()) - len(allowed)
        summary = say("queue.bulk.checked", allowed=len(allowed), others=others)
        report.conclude(f"{summary} {say('queue.bulk.may_refuse' if allowed else 'queue.bulk.nothing')}")
        self._allowed = self._mass.only(allowed)
        give = ("queue.bulk.give", self._give) if allowed else None
        self._offer(close="commands.dialog.close", back=self._back, main=give, count=len(allowed))

    async def _give(self) -> None:
        """The third step: the run. Whoever has answered before answers a repeat with the same receipt."""
        report = await self._run("queue.bulk.giving", self._allowed, is_dry=False)
        if report is None:
            return
        say, tally = self._visit.say, report.tally
        unanswered = self._allowed.size - tally[Verdict.ACCEPTED] - tally[Verdict.REFUSED]
        words = say(
            "queue.bulk.given",
            accepted=tally[Verdict.ACCEPTED],
            refused=tally[Verdict.REFUSED],
            unanswered=unanswered,
        )
        if unanswered:
            report.conclude(f"{words} {say('queue.bulk.again_says')}")
            self._offer(close="queue.bulk.close", main=("queue.bulk.again", self._give))
        else:
            report.conclude(words)
            self._draft.forget()
            self._offer(close="queue.bulk.close")

    async def _run(self, going: str, mass: Mass, *, is_dry: bool) -> MassReport | None:
        """Go through the complaints, and show what they say; none if it could not begin, and has said why."""
        self._alert(None)
        if self._report:
            self._report.remove()
        self._form_part.set_visibility(False)
        with self._report_part:
            report = self._report = MassReport(self._visit, going, mass.size)
        self._offer(stop=True)
        try:
            caller = await self._visit.now_calling()
            if is_dry:
                ready = await mass.tried(caller, self._fields, report.add)
            else:
                ready = await mass.given(caller, self._fields, self._mark, report.add)
        except AmendsError as error:
            self._ask_fields()
            if not self._form.blame(error):
                self._alert(error)
            return None
        await self._went(ready)
        return report

    async def _went(self, ready: Going) -> None:
        """Until all have answered, or somebody stops it, or nobody answers any more."""
        self._going_on = asyncio.create_task(ready.run(), name="many complaints")
        try:
            await self._going_on
        except AmendsError as error:
            self._alert(error)
        finally:
            self._going_on = None
        if ready.bulk.interrupted:
            self._alert(self._visit.say("queue.bulk.stopped"))

    async def _back(self) -> None:
        self._ask_fields()

    async def _stop(self) -> None:
        if self._going_on is not None:
            self._going_on.cancel()

    def _offer(
        self,
        *,
        close: str | None = None,
        back: Act | None = None,
        main: tuple[str, Act] | None = None,
        stop: bool = False,
        count: int = 0,
    ) -> None:
        """The buttons of this step; the last one has the focus."""
        if self._visit.client.is_deleted:
            return
        say, guarded = self._visit.say, self._visit.guarded
        self._dialog.props("persistent" if stop else None, remove=None if stop else "persistent")
        self._buttons.clear()
        with self._buttons:
            last = None
            if back:
                last = ui.button(say("queue.bulk.back"), icon="arrow_back", on_click=guarded(back))
                last.props("flat no-caps")
            ui.space()
            if stop:
                last = ui.button(say("queue.bulk.stop"), icon="stop", on_click=guarded(self._stop))
                last.props("outline no-caps data-stop")
            if close:
                last = ui.button(say(close), on_click=self._dialog.close).props("flat no-caps data-close-mass")
            if main:
                key, act = main
                last = ui.button(say(key, count=count), on_click=guarded(act))
                last.props("unelevated no-caps color=primary data-go-on")
        if last is not None and self._dialog.value:
            self._visit.client.run_javascript(f"getHtmlElement({last.id})?.focus()")

    def _alert(self, problem: AmendsError | str | None) -> None:
        if self._visit.client.is_deleted:
            return
        self._refusal.clear()
        if problem is None:
            return
        words = problem if isinstance(problem, str) else self._visit.refusal(problem)
        with self._refusal, ui.element("div").classes("command-refusal"):
            ui.icon("report").props('aria-hidden="true"')
            ui.label(words)

    def _gone(self) -> None:
        self._dialog.delete()
