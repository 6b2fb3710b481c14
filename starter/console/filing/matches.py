"""Beside the form, while somebody types: complaints that resemble what is being told, each with a way to add to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from nicegui import background_tasks, ui

from starter.access.caller import Scope
from starter.console.filing.addition import command_for
from starter.console.visit import Visit
from starter.resemblance import Resemblance
from starter.resembling import Resembling, Told
from workflows.contract.errors import AmendsError

SHOWN = 8

This = Callable[[str], Awaitable[None]]
"""Is told the reference of the complaint that it is."""


class Matches:
    """The list. Made where it stands.

    Args:
        visit: the page.
        this_is_it: what to do when one of them is what is being told.
        found: is told how many there are.
    """

    def __init__(self, visit: Visit, this_is_it: This, found: Callable[[int], None]) -> None:
        self._visit, self._this_is_it, self._found = visit, this_is_it, found
        self._resemblance = Resemblance(visit.office.engine, visit.see_all)
        self._told = Told()
        self._shown: tuple[Resembling, ...] = ()
        self._looking: asyncio.Task[None] | None = None
        self._may_add: dict[str, bool] = {}
        says = visit.say("filing.matches.title")
        with ui.element("section").classes("card matches") as section:
            section.props["aria-label"] = says
            section.props["data-says"] = says
            section.props('id="matches" tabindex="-1" data-key="m"')
            with ui.element("div").classes("matches-head"):
                ui.label(says).props('role="heading" aria-level="2"').classes("matches-title")
                self._count = ui.label().props('role="status"').classes("quiet")
            self._list = ui.element("div").classes("matches-list")
        self._show([])

    def look(self, told: Told) -> None:
        """Look for what resembles this; whatever was being looked for is not wanted any more."""
        if told == self._told:
            return
        self._told = told
        if self._looking is not None:
            self._looking.cancel()
        self._looking = background_tasks.create(self._look(told), name="complaints alike")

    async def _look(self, told: Told) -> None:
        try:
            caller = await self._visit.now_calling()
            found = await self._resemblance.of(told, caller, datetime.now(UTC))
            for each in found[:SHOWN] if Scope.COMMAND in caller.scopes else ():
                if each.row.reference not in self._may_add:
                    allowed = await command_for(self._visit, each.row.reference, caller.actor)
                    self._may_add[each.row.reference] = allowed is not None
            if not self._list.is_deleted:  # it has been filed meanwhile
                with self._visit.client:
                    self._show(found)
        except AmendsError as error:
            self._told = Told()  # so that it is looked for again
            self._count.text = self._visit.say("filing.matches.unknown", why=self._visit.refusal(error))

    def _show(self, found: Sequence[Resembling]) -> None:
        say = self._visit.say
        self._count.text = say("filing.matches.found", count=len(found)) if found else ""
        self._found(len(found))
        if self._list.default_slot.children and tuple(found) == self._shown:
            return  # whoever is reading or choosing is left alone
        self._shown = tuple(found)
        self._list.clear()
        with self._list:
            if not found:
                ui.label(say(f"filing.matches.{'none' if self._told != Told() else 'none_yet'}")).classes("quiet")
            self._part("same_matter", [each for each in found[:SHOWN] if each.same_matter])
            self._part("same_person", [each for each in found[:SHOWN] if not each.same_matter])
            if len(found) > SHOWN:
                ui.label(say("filing.matches.more", count=len(found) - SHOWN)).classes("quiet")

    def _part(self, name: str, found: Sequence[Resembling]) -> None:
        if not found:
            return
        with ui.row().classes(f"matches-part {name}"):
            ui.icon("content_copy" if name == "same_matter" else "person").props('aria-hidden="true"')
            ui.label(self._visit.say(f"filing.matches.{name}")).props('role="heading" aria-level="3"')
        with ui.element("ul").classes("matches-rows"):
            for each in found:
                with ui.element("li"):
                    self._row(each)

    def _row(self, each: Resembling) -> None:
        say, row = self._visit.say, each.row
        with ui.row().classes("match-head"):
            link = ui.link(row.reference, f"/complaints/{row.reference}", new_tab=True).classes("mono")
            link.props["title"] = say("filing.matches.open", reference=row.reference)
            with ui.row().classes("match-status open" if each.is_open else "match-status"):
                ui.icon("pending" if each.is_open else "task_alt").props('aria-hidden="true"')
                ui.label(self._visit.word("status", row.status))
            ui.label(self._visit.moments.short(row.received_at)).classes("quiet")
        ui.label(row.subject or each.excerpt).classes("theirs match-words").props('dir="auto"')
        with ui.row().classes("match-foot"):
            ui.label(" · ".join(say(f"filing.matches.because.{name}") for name in _because(each))).classes("quiet")
            if self._may_add.get(row.reference):
                button = ui.button(say("filing.matches.this_is_it"), icon="playlist_add").props("flat dense no-caps")
                button.props["aria-label"] = say("filing.matches.this_is_it_of", reference=row.reference)
                button.on_click(self._chosen(row.reference))

    def _chosen(self, reference: str) -> Callable[..., Awaitable[None]]:
        async def chosen() -> None:
            await self._this_is_it(reference)

        return self._visit.guarded(chosen)


def _because(each: Resembling) -> list[str]:
    same = {
        "phone": each.same_phone,
        "email": each.same_email,
        "name": each.same_name,
        "product": each.same_product,
    }
    return [name for name, is_same in same.items() if is_same]
