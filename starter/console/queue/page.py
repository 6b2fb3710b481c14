"""The queue's page: it shows the view that its address asks for, and keeps it as it is now."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic
from typing import Any

from nicegui import background_tasks, ui

from starter.console.complaint.names import Names, read_names
from starter.console.frame import STATIC, staff_page
from starter.console.queue import filters, listed
from starter.console.queue.address import Fault, View, reference_in, view_of, view_of_query
from starter.console.queue.counting import Count, count_of
from starter.console.queue.filters import Filters
from starter.console.queue.finding import Finding, Found
from starter.console.queue.listed import Listed
from starter.console.queue.mass import COMMANDS, MOST_AT_ONCE, Chosen
from starter.console.queue.mass_dialog import MassDialog
from starter.console.queue.naming import ask_deletion, ask_name
from starter.console.queue.rows import Shown, shown
from starter.console.queue.saved_views import SavedView, SavedViews
from starter.console.visit import Visit
from starter.feed import Change
from workflows.contract.errors import AmendsError, ErrorCode

RENEWED_AT_MOST_EVERY = timedelta(seconds=1)
COUNTED_AT_MOST_EVERY = timedelta(seconds=15)
PATIENCE = timedelta(milliseconds=700)
"""A page whose rows take longer comes without them, and gets them when they are there."""

TRY_AGAIN_AFTER = timedelta(seconds=3)

_MANY_CHANGES = 200
"""Of more complaints it is not asked one by one whether they concern the page."""


@staff_page("/queue", "queue.title")
async def queue(visit: Visit) -> None:
    """What needs the reader first, and whatever else they may see."""
    if (reference := reference_in(visit.query.get("text"))) and visit.query.keys() <= {"text", "tab"}:
        address = json.dumps(f"/complaints/{reference}")
        ui.add_head_html(f"<script>location.replace({address})</script>")
        return
    ui.add_head_html(f'<link rel="stylesheet" href="{STATIC}/queue.css">')
    await QueuePage(visit).begin()


class QueuePage:
    """The page, as long as it is open."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._caller = visit.caller
        self._finding = Finding(visit.office.engine, visit.see_all)
        self._saved_views = SavedViews(visit.office.engine)
        self._view, faults = view_of(visit.query)
        self._found = Found((), None)
        self._rows: list[Shown] = []
        self._shown: View | None = None
        self._names = Names()
        self._saved: Sequence[SavedView] = ()
        self._turn = 0
        self._counted_at = -COUNTED_AT_MOST_EVERY.total_seconds()
        self._is_behind = False
        self._unheard: set[str] = set()
        ui.label(visit.say("queue.title")).props('role="heading" aria-level="1"').classes("queue-hidden")
        self._filters = Filters(visit, filters.Asked(self._ask_to_save, self._ask_to_rename, self._ask_to_delete))
        self._notices = ui.element("div").props('role="alert"')
        self._list = Listed(visit, listed.Asked(self._go, self._bulk, self._retry))
        self._dialogs = ui.element("div")
        self._say_faults(faults)

    async def begin(self) -> None:
        """Show the view of the page's address. One that takes its time comes later.

        Raises:
            AmendsError: `unreachable`, `setup`.
        """
        self._visit.on_news(self._heard, at_most_every=RENEWED_AT_MOST_EVERY)
        self._list.begin(self._view)
        self._filters.show(self._view, self._saved, self._names)
        loading = asyncio.ensure_future(self._load())
        await asyncio.wait([loading], timeout=PATIENCE.total_seconds())
        if loading.done():
            loading.result()
        else:
            background_tasks.create(self._finish(loading), name="rows of the queue")

    async def _load(self) -> None:
        self._names, self._saved = await asyncio.gather(
            read_names(self._visit.office.engine), self._saved_views.of(self._caller.actor.subject)
        )
        await self._show()

    async def _finish(self, loading: asyncio.Future[None]) -> None:
        try:
            await loading
        except AmendsError as error:
            self._fell_behind(error)

    async def _go(self, query: str) -> None:
        """The address has changed: to another page, list or filter."""
        view, faults = view_of_query(query)
        if reference := self._reference_typed(view):
            ui.navigate.to(f"/complaints/{reference}")
            return
        self._view = view
        self._say_faults(faults)
        self._filters.show(view, self._saved, self._names)
        self._list.begin(view)
        try:
            self._caller = await self._visit.now_calling()
            await self._show()
        except AmendsError as error:
            self._fell_behind(error)

    def _reference_typed(self, view: View) -> str | None:
        """A whole reference was looked for anew, so it is the complaint that is wanted."""
        text = view.wanted.text
        return reference_in(text) if text != self._view.wanted.text else None

    async def _show(self) -> None:
        self._turn += 1
        turn, view = self._turn, self._view
        found = await self._finding.page(self._caller, view)
        if turn != self._turn or self._visit.client.is_deleted:
            return  # another one was asked for meanwhile
        self._found, self._shown, self._is_behind = found, view, False
        self._rows = shown(self._visit, view.tab, found.rows, self._names)
        self._filters.show(view, self._saved, self._names)
        self._list.show(view, self._rows, found.next)
        self._count_soon()
        if self._unheard:
            unheard, self._unheard = self._unheard, set()
            background_tasks.create(self._consider(unheard), name="news while the queue was found")

    async def _renew(self) -> None:
        """The same view as it is now."""
        turn, view = self._turn, self._view
        found = await self._finding.page(self._caller, view)
        if turn != self._turn or self._visit.client.is_deleted:
            return
        rows = shown(self._visit, view.tab, found.rows, self._names)
        if (rows, found.next) != (self._rows, self._found.next) or self._is_behind:
            self._list.renew(view, rows, found.next)
        self._found, self._rows, self._is_behind = found, rows, False
        if monotonic() - self._counted_at >= COUNTED_AT_MOST_EVERY.total_seconds() or self._is_whole:
            self._count_soon()

    async def _heard(self, changes: Sequence[Change]) -> None:
        """Something has happened somewhere: look again if it can concern what is shown."""
        references = {change.reference for change in changes}
        if self._shown != self._view:
            self._unheard |= references  # what is being found may be from before
            return
        await self._consider(references)

    async def _consider(self, references: set[str]) -> None:
        try:
            if self._is_behind or await self._concerns(references):
                await self._look_again()
        except AmendsError as error:
            self._fell_behind(error)

    async def _concerns(self, references: set[str]) -> bool:
        if len(references) > _MANY_CHANGES or any(row["reference"] in references for row in self._found.rows):
            return True
        return await self._finding.touches(self._caller, self._view, self._found, references)

    @property
    def _is_whole(self) -> bool:
        """Everything in the list is on this page."""
        return self._view.after is None and self._found.next is None

    def _count_soon(self) -> None:
        self._counted_at = monotonic()
        if self._is_whole:
            self._list.count(self._view, len(self._found.rows), Count(len(self._found.rows), is_all=True))
        else:
            background_tasks.create(self._count(self._turn, self._view), name="count of the queue")

    async def _count(self, turn: int, view: View) -> None:
        try:
            count = await count_of(self._visit.office.engine, self._finding.all_of(self._caller, view))
        except AmendsError:
            count = None
        if turn == self._turn and not self._visit.client.is_deleted:
            self._list.count(view, len(self._found.rows), count)

    def _fell_behind(self, error: AmendsError) -> None:
        """Say so, and try again until it is known what there is now."""
        if self._visit.client.is_deleted:
            return
        if error.code is ErrorCode.UNAUTHENTICATED:
            self._visit.complain(error)
            return
        is_tried_already, self._is_behind = self._is_behind, True
        self._say_why(error)
        if not is_tried_already:
            background_tasks.create(self._catch_up(), name="queue after an outage")

    async def _catch_up(self) -> None:
        while self._is_behind and not self._visit.client.is_deleted:
            await asyncio.sleep(TRY_AGAIN_AFTER.total_seconds())
            await self._retry()

    async def _retry(self) -> None:
        try:
            await self._look_again()
        except AmendsError as error:
            if not self._visit.client.is_deleted:
                self._say_why(error)

    async def _look_again(self) -> None:
        self._caller = await self._visit.now_calling()
        if self._shown is None:
            await self._load()
        elif self._shown == self._view:
            await self._renew()
        else:
            await self._show()

    def _say_why(self, error: AmendsError) -> None:
        if self._shown == self._view:
            self._list.behind(error)
        else:
            self._list.away(error)

    def _say_faults(self, faults: Sequence[Fault]) -> None:
        self._notices.clear()
        if not faults:
            return
        say = self._visit.say
        with self._notices, ui.element("div").classes("queue-faults"):
            ui.label(say("queue.faults.title"))
            for fault in faults:
                why = say(f"queue.faults.{fault.kind}")
                said = say("queue.faults.line", parameter=fault.parameter, value=fault.value, why=why)
                ui.label(said).classes("theirs").props('dir="auto"')

    async def _bulk(self, asked: dict[str, Any]) -> None:
        """A command for those that were selected."""
        command, references = asked.get("command"), asked.get("references")
        if command not in COMMANDS or not isinstance(references, list):
            return
        chosen = Chosen(tuple(map(str, references[:MOST_AT_ONCE])), is_cut=False)
        if asked.get("everything"):
            caller = await self._visit.now_calling()
            found = await self._finding.references(caller, self._view, MOST_AT_ONCE + 1)
            chosen = Chosen(found[:MOST_AT_ONCE], is_cut=len(found) > MOST_AT_ONCE)
        if chosen.references:
            await MassDialog(self._visit, command, chosen, self._dialogs).open()

    async def _ask_to_save(self) -> None:
        query = self._view.of_its_first_page().query()

        async def save(name: str) -> None:
            caller = await self._visit.now_calling()
            view = await self._saved_views.save(caller.actor.subject, name, query)
            await self._show_saved()
            self._visit.tell(self._visit.say("queue.views.saved", name=view.name))

        ask_name(self._visit, self._dialogs, "save", save)

    async def _ask_to_rename(self, name: str) -> None:
        async def rename(new_name: str) -> None:
            caller = await self._visit.now_calling()
            await self._saved_views.rename(caller.actor.subject, name, new_name)
            await self._show_saved()

        ask_name(self._visit, self._dialogs, "rename", rename, present=name)

    async def _ask_to_delete(self, name: str) -> None:
        async def delete() -> None:
            caller = await self._visit.now_calling()
            await self._saved_views.delete(caller.actor.subject, name)
            await self._show_saved()
            self._visit.tell(self._visit.say("queue.views.deleted", name=name))

        ask_deletion(self._visit, self._dialogs, name, delete)

    async def _show_saved(self) -> None:
        self._saved = await self._saved_views.of(self._caller.actor.subject)
        self._filters.show(self._view, self._saved, self._names)
