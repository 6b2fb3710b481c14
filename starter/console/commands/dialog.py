"""The dialog of one command: what it will do, its fields, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Callable

from nicegui import ui
from nicegui.element import Element

from starter.console.commands.attempt import Attempt
from starter.console.commands.changes import Changes
from starter.console.commands.facts import show_facts
from starter.console.commands.form import CommandForm
from starter.console.commands.kept import CommandDraft
from starter.console.commands.offered import FINAL, title_of
from starter.console.visit import Visit
from workflows.contract.commands import Command
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.views import ComplaintView, Receipt

_ADDRESS = """
    const address = new URL(location);
    address.searchParams.%s;
    history.replaceState(history.state, "", address);
"""
_REFOCUS = """
    if (document.activeElement === document.body)
        (document.querySelector(".command-bar button") ?? document.getElementById("main"))?.focus();
"""


class CommandDialog:
    """One command for one complaint, while somebody is at it.

    Args:
        visit: the page.
        model: the command.
        view: the complaint as its reader sees it.
        place: where it belongs on the page; it goes with it.
        on_end: called when it has gone.
    """

    def __init__(
        self, visit: Visit, model: type[Command], view: ComplaintView, place: Element, on_end: Callable[[], None]
    ) -> None:
        self._visit = visit
        self._model = model
        self._view = view
        self._place = place
        self._on_end = on_end
        self._attempt = Attempt(visit, view.reference, model, view.summary.sequence)
        self._draft = CommandDraft(visit, view.reference, model.name)
        self._form = CommandForm(visit, model, view=view, draft=self._draft)
        self._shown = view.summary.sequence
        self._is_busy = True
        """It is being made, or a command is on its way."""
        self._is_over = False
        """It was given, or the dialog has gone."""
        self._has_gone = False

    @property
    def name(self) -> str:
        """Of the command."""
        return self._model.name

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
        self._attempt.mark = await self._draft.recall(self._attempt.mark)
        self._dialog.open()
        self._run(_ADDRESS % f"set('act', {json.dumps(self.name)})")
        self._is_busy = False

    async def heard(self, view: ComplaintView, *, is_allowed: bool) -> None:
        """The complaint has gone on while the dialog is open: say so before anything is given."""
        if self._is_busy or self._is_over:
            return  # it hears of its own doing, or will be told by the complaint
        if view.summary.sequence > self._shown:
            await self._show_changes()
        if not is_allowed and not self._is_over:
            self._alert(self._visit.say("commands.dialog.not_allowed_now"))

    async def _fill(self) -> None:
        say, name = self._visit.say, self.name
        with ui.card().classes("command-dialog") as card:
            for held in ("ctrl", "meta"):  # before the field in which it is pressed, for which Enter may mean something
                card.on(f"keydown.{held}.stop.prevent.capture.enter", self._visit.guarded(self._give))
            title = ui.label(say(title_of(name))).props('role="heading" aria-level="2"').classes("command-title")
            says = ui.label(say(f"commands.of.{name}.says")).classes("command-says")
            self._dialog.props(f'aria-labelledby="{title.html_id}" aria-describedby="{says.html_id}"')
            if name in FINAL:
                self._say_it_is_final()
            self._changes = Changes(self._visit, self._visit.guarded(self._seen))
            self._facts = ui.element("div").classes("command-known")
            self._show_facts()
            await self._form.build()
            self._refusal = ui.element("div").props('role="alert"')
            self._actions()

    def _say_it_is_final(self) -> None:
        with ui.element("div").classes("command-final"):
            ui.icon("warning").props('aria-hidden="true"')
            ui.label(self._visit.say("commands.dialog.final"))

    def _actions(self) -> None:
        say = self._visit.say
        with ui.element("div").classes("command-actions"):
            if not self._form.is_empty:
                afresh = self._visit.guarded(self._start_afresh)
                ui.button(say("commands.dialog.discard"), on_click=afresh, color=None).props("flat dense no-caps")
            ui.space()
            close = ui.button(say("commands.dialog.close"), on_click=self._dialog.close, color=None)
            close.props("flat no-caps")
            close.props["title"] = say("commands.dialog.kept")
            self._button = ui.button(say(f"commands.of.{self.name}.button"), on_click=self._visit.guarded(self._give))
            self._button.props(f"unelevated no-caps color={'negative' if self.name in FINAL else 'primary'}")
            self._button.props["title"] = say("commands.dialog.ways_to_give")
            self._button.props["data-give"] = self.name
            if self._form.is_empty:
                self._button.props["autofocus"] = True

    def _show_facts(self) -> None:
        self._facts.clear()
        with self._facts:
            show_facts(self._visit, self.name, self._view)

    async def _give(self, *_: object) -> None:
        if self._is_busy or self._is_over:
            return
        if self._changes.are_unread:
            self._alert(self._visit.say("commands.changes.look_first"))
            self._changes.focus()
            return
        self._alert(None)
        self._busy(is_busy=True)
        try:
            await self._try()
        finally:
            self._busy(is_busy=False)

    async def _try(self) -> None:
        try:
            fields = self._form.fields()
        except AmendsError:
            return  # each field says what is wrong with it
        try:
            await self._form.look_up()
            receipt = await self._attempt.give(fields)
        except AmendsError as error:
            await self._refused(error)
        else:
            self._done(receipt)

    def _done(self, receipt: Receipt) -> None:
        visit = self._visit
        events = dict.fromkeys(visit.word("event", event) for event in receipt.events)
        visit.tell(
            visit.say(
                "commands.dialog.receipt",
                events=visit.say("commands.dialog.between").join(events),
                status=visit.word("status", receipt.status),
            )
        )
        self._draft.forget()
        self._is_over = True
        if not self._has_gone:
            self._dialog.close()

    async def _refused(self, error: AmendsError) -> None:
        if self._has_gone:
            self._visit.complain(error)
            return
        if error.code is ErrorCode.STALE:
            await self._show_changes()
            self._changes.focus()
            return
        if error.code.is_silence:
            self._alert(self._visit.say("commands.dialog.not_answered"))
            self._button.set_text(self._visit.say("commands.dialog.again"))
            return
        self._alert(self._visit.refusal(error))
        self._form.blame(error)

    async def _show_changes(self) -> None:
        """What it is about may be another one by now: the proposal, the meeting."""
        events = await self._attempt.missed()
        view = await self._visit.office.desk.view(self._view.reference)
        if self._is_over:
            return
        self._view = view
        self._shown = events[-1].sequence if events else self._view.summary.sequence
        self._show_facts()
        self._changes.show(events)

    async def _seen(self, *_: object) -> None:
        self._attempt.seen = self._shown
        self._changes.forget()
        self._alert(None)

    async def _start_afresh(self, *_: object) -> None:
        """Without what was typed, as if it had just been opened; what may have been carried out is not repeated."""
        self._attempt = Attempt(self._visit, self._view.reference, self._model, self._attempt.seen)
        await self._draft.begin_anew(self._attempt.mark)
        self._form.clear()
        self._alert(None)

    def _alert(self, words: str | None) -> None:
        self._refusal.clear()
        if words:
            with self._refusal, ui.element("div").classes("command-refusal"):
                ui.icon("error").props('aria-hidden="true"')
                ui.label(words)

    def _busy(self, *, is_busy: bool) -> None:
        self._is_busy = is_busy
        if self._has_gone:
            return
        if is_busy:
            self._button.set_text(self._visit.say(f"commands.of.{self.name}.button"))
        self._button.props["loading"] = is_busy
        self._button.props["aria-busy"] = "true" if is_busy else "false"

    def _gone(self, *_: object) -> None:
        self._is_over = self._has_gone = True
        self._run(_ADDRESS % "delete('act')" + _REFOCUS)
        self._dialog.delete()
        self._on_end()

    def _run(self, script: str) -> None:
        self._visit.client.run_javascript(script)
