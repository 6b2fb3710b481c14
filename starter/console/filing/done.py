"""What there is instead of the form once it is sent: the reference to read out, and what happens next and by when."""

from __future__ import annotations

import json
from collections.abc import Sequence

from nicegui import ui

from starter.console.texts import texts
from starter.console.visit import Visit
from starter.directory import Directory
from starter.feed import Change
from workflows.contract.clock_rule import ClockKind
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.views import ClockState, ClockView, ComplaintView
from workflows.contract.vocabulary import Status

_OWED = frozenset({ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED})


class Done:
    """The complaint that has it now. Made where it stands.

    Args:
        visit: the page.
        reference: of the complaint.
        how: `filed`, `already` or `added`.
        email: where an acknowledgement goes to; none, if there is no address.
    """

    def __init__(self, visit: Visit, reference: str, how: str, *, email: str | None = None) -> None:
        self._visit, self._reference = visit, reference
        say = visit.say
        with ui.element("section").classes("card done"):
            with ui.row().classes("done-head"):
                ui.icon("check_circle", size="sm").props('aria-hidden="true"')
                ui.label(say(f"filing.done.{how}")).props('role="heading" aria-level="1"').classes("done-title")
            if how != "filed":
                ui.label(say(f"filing.done.{how}_says"))
            ui.label(say("filing.done.tell")).classes("quiet")
            with ui.row().classes("done-reference-row"):
                ui.label(reference).classes("mono done-reference").props('id="reference" tabindex="-1" role="status"')
                self._copy()
            with ui.element("div").classes("done-next"):
                ui.label(say("filing.done.next")).props('role="heading" aria-level="2"').classes("done-subtitle")
                if how == "filed":
                    key = "filing.done.acknowledged" if email else "filing.done.no_email"
                    ui.label(say(key, email=email)).classes("theirs")
                self._next = ui.element("div").props('aria-live="polite"')
            with ui.row().classes("done-links"):
                self._link("filing.done.open", f"/complaints/{reference}", "open_in_new", "o")
                self._link("filing.done.another", "/file", "add_comment", "n").classes("primary")
        ui.run_javascript("document.getElementById('reference')?.focus()")

    async def show(self) -> None:
        """Say what happens next, and renew it as the complaint goes on."""
        self._visit.on_news(self._renew, reference=self._reference)
        await self._renew(())

    async def _renew(self, _changes: Sequence[Change]) -> None:
        office = self._visit.office
        try:
            await self._visit.now_calling()
            view = await office.desk.view(self._reference)
            department, owner = await self._named(view)
        except AmendsError as error:
            self._next.clear()
            with self._next:
                why = self._visit.refusal(error)
                ui.label(self._visit.say("filing.done.unknown", why=why)).classes("quiet")
            return
        self._next.clear()
        with self._next:
            if view.summary.status is Status.RECEIVED:
                ui.label(self._visit.say("filing.done.being_read")).classes("quiet")
            else:
                ui.label(self._visit.say("filing.done.held_by", department=department, owner=owner))
            self._clocks(view)

    async def _named(self, view: ComplaintView) -> tuple[str, str]:
        """The names of the department and the owner, or what the complaint calls them if the directory has none."""
        directory, summary = Directory(self._visit.office.engine), view.summary
        named = {row.department: row.names.get(self._visit.language) for row in await directory.departments()}
        try:
            owner = (await directory.member(summary.owner)).name
        except AmendsError as error:
            if error.code is not ErrorCode.UNKNOWN_STAFF:
                raise
            owner = summary.owner
        return named.get(summary.department) or summary.department, owner

    def _clocks(self, view: ComplaintView) -> None:
        owed = sorted((clock for clock in view.clocks if _is_owed(clock)), key=lambda clock: clock.due_at)
        with ui.element("dl").classes("done-clocks"):
            for clock in owed:
                with ui.element("dt"):
                    ui.label(self._clock_word(clock.name))
                with ui.element("dd"):
                    ui.label(self._visit.moments.short(clock.due_at))
                    ui.element("remaining-time").props["due"] = clock.due_at.isoformat()

    def _clock_word(self, name: str) -> str:
        """Policies may have clocks of their own, which have no other name than that."""
        return self._visit.word("clock", name) if f"vocabulary.clock.{name}" in texts() else name

    def _copy(self) -> None:
        says, copied = self._visit.say("filing.done.copy"), self._visit.say("filing.done.copied")
        button = ui.button(icon="content_copy").props("flat round dense")
        button.props["aria-label"] = says
        button.props["data-key"], button.props["data-says"] = "c", says
        told = json.dumps({"message": copied, "type": "positive", "timeout": 2000})
        written = f"navigator.clipboard.writeText({json.dumps(self._reference)})"
        button.on("click", js_handler=f"() => {written}.then(() => Quasar.Notify.create({told}))")

    def _link(self, key: str, target: str, icon: str, keys: str) -> ui.link:
        says = self._visit.say(key)
        link = ui.link(target=target).classes("done-link")
        link.props["data-key"], link.props["data-says"] = keys, says
        with link:
            ui.icon(icon).props('aria-hidden="true"')
            ui.label(says)
            ui.element("kbd").add_slot("default", keys)
        return link


def _is_owed(clock: ClockView) -> bool:
    return clock.kind is ClockKind.OBLIGATION and clock.state in _OWED
