"""The page for whoever takes a call: the form, what resembles it beside it, and then the reference to read out."""

from __future__ import annotations

from collections.abc import Mapping

from nicegui import background_tasks, ui

from starter.access.caller import Scope
from starter.access.sight import sight
from starter.console.drafts import Draft
from starter.console.filing.adding import Adding, sent_by_keys
from starter.console.filing.done import Done
from starter.console.filing.entered import Fault, FaultsError, refused_field
from starter.console.filing.form import FilingForm
from starter.console.filing.key import FormKey
from starter.console.filing.matches import Matches
from starter.console.filing.prefilled import Prefilled
from starter.console.frame import STATIC, staff_page
from starter.console.visit import Visit
from starter.intake.repeats import differing
from workflows.contract.errors import AmendsError
from workflows.contract.filing import FileComplaint
from workflows.contract.views import Filing


@staff_page("/file", "frame.file")
async def filing(visit: Visit) -> None:
    """A form for whoever takes a call."""
    visit.caller.require(Scope.FILE)
    ui.add_head_html(f'<link rel="stylesheet" href="{STATIC}/filing.css">')
    FilingPage(visit)


class FilingPage:
    """The page, from the first word to the reference."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._is_built = self._is_filing = self._is_wrong = False
        name = _draft_name(visit.query)
        self._draft = Draft(visit, name)
        prefilled = Prefilled.by(visit.query, visit.moments.zone)
        self._adding = Adding(visit, lambda: str(self._key), self._added)
        with ui.element("div").classes("filing") as self._whole:
            with ui.element("div").classes("filing-head"):
                ui.label(visit.say("frame.file")).props('role="heading" aria-level="1"').classes("filing-title")
                ui.label(visit.say("filing.says")).classes("quiet")
            for left_out in prefilled.left_out:
                says = visit.say(left_out.key, parameter=left_out.parameter, value=left_out.value)
                ui.label(says).props('role="alert"').classes("filing-notice theirs")
            with ui.element("div").classes("filing-columns"):
                with ui.element("div").classes("card filing-form") as form:
                    self._form = FilingForm(visit, self._draft, prefilled.fields, changed=self._changed)
                    self._key = FormKey(self._draft)
                    self._foot()
                self._matches = Matches(visit, self._this_is_it, self._resembling)
        form.on("keydown", js_handler=_keys(self._button))
        self._is_built = True
        self._draft.put_back()
        self._changed()

    def _foot(self) -> None:
        say = self._visit.say
        self._trouble = ui.element("div").props('role="alert"').classes("filing-trouble")
        with ui.row().classes("filing-foot"):
            self._button = ui.button(say("filing.file"), icon="check", on_click=self._file)
            self._button.props('unelevated no-caps data-key="Ctrl+Enter"').props["data-says"] = say("filing.file")
            ui.element("kbd").add_slot("default", "Ctrl+Enter")
            self._below = ui.link(target="#matches").classes("filing-below")
            ui.space()
            ui.button(say("filing.start_over.button"), on_click=self._start_over).props("flat no-caps")

    def _changed(self) -> None:
        if not self._is_built:
            return
        if self._is_wrong:
            self._is_wrong = False
            self._trouble.clear()
        self._matches.look(self._form.entered.told)

    def _resembling(self, count: int) -> None:
        """On narrow screens the list is below the form."""
        self._below.text = self._visit.say("filing.matches.below", count=count) if count else ""

    async def _file(self) -> None:
        if self._is_filing:
            return
        self._is_filing = True
        self._button.props("loading")
        self._trouble.clear()
        try:
            complaint = self._form.entered.complaint(str(self._key), self._visit.moments.zone)
            await self._filed(complaint, await self._send(complaint))
        except FaultsError as error:
            self._wrong(*error.faults)
        except AmendsError as error:
            if fault := refused_field(error):
                self._wrong(fault)
            else:
                self._say(self._visit.refusal(error))
        finally:
            self._is_filing = False
            self._button.props(remove="loading")

    async def _send(self, complaint: FileComplaint) -> Filing:
        caller = await self._visit.now_calling()
        caller.require(Scope.FILE)
        caller.require_source(complaint.source)
        return await self._visit.office.desk.file(complaint)

    async def _filed(self, complaint: FileComplaint, filing: Filing) -> None:
        if not filing.duplicate:
            self._finish(filing.reference, "filed", complaint.complainant.email)
            return
        office, caller = self._visit.office, await self._visit.now_calling()
        differs = await differing(office.engine, complaint, sight(caller, self._visit.see_all))
        if differs == ():
            self._finish(filing.reference, "already")
        else:
            self._otherwise(filing.reference, differs)

    def _finish(self, reference: str, how: str, email: str | None = None) -> None:
        self._draft.forget()
        self._whole.clear()
        with self._whole:
            done = Done(self._visit, reference, how, email=email)
        background_tasks.create(done.show(), name="what happens next")

    def _otherwise(self, reference: str, differs: tuple[str, ...] | None) -> None:
        """It has been filed, but not what is in the form: which stays until the reader has said what to do with it."""
        say = self._visit.say
        named = [say(f"filing.fields.{name.removeprefix('complainant.')}") for name in differs or ()]
        with self._trouble, ui.element("div").classes("filing-differs"):
            ui.label(say("filing.differs.title", reference=reference)).classes("filing-differs-title")
            fields = say("filing.differs.and").join(named)
            ui.label(say("filing.differs.fields", fields=fields) if named else say("filing.differs.unseen"))
            with ui.row():
                ui.link(say("filing.done.open"), f"/complaints/{reference}", new_tab=True)
                add = ui.button(say("filing.differs.add"), icon="playlist_add").props("flat dense no-caps")
                add.on_click(self._visit.guarded(lambda: self._this_is_it(reference)))
                ui.button(say("filing.differs.file_anew"), icon="check", on_click=self._file_anew).props(
                    "flat dense no-caps"
                )

    async def _file_anew(self) -> None:
        self._key.renew()
        self._form.clear("number")
        await self._file()

    async def _this_is_it(self, reference: str) -> None:
        await self._adding.open(reference, self._form.entered)

    def _added(self, reference: str) -> None:
        self._finish(reference, "added")

    def _wrong(self, *faults: Fault) -> None:
        self._say(self._visit.say("filing.faults.some", count=len(faults)))
        self._form.show(faults)
        self._is_wrong = True

    def _say(self, words: str) -> None:
        with self._trouble:
            ui.label(words).classes("filing-notice bad theirs")

    def _start_over(self) -> None:
        say = self._visit.say
        with self._visit.client.content, ui.dialog() as dialog, ui.card():
            dialog.props["aria-label"] = say("filing.start_over.title")
            ui.label(say("filing.start_over.title")).props('role="heading" aria-level="2"').classes("adding-title")
            ui.label(say("filing.start_over.says"))
            with ui.row().classes("adding-foot"):
                ui.button(say("frame.cancel"), on_click=dialog.close).props("flat no-caps autofocus")
                ui.button(say("filing.start_over.confirm"), on_click=self._clear).props("no-caps color=negative")
        dialog.open()

    def _clear(self) -> None:
        self._draft.forget()
        ui.navigate.to("/file")


def _draft_name(query: Mapping[str, str]) -> str:
    """Each call that a telephone system opens has a draft of its own."""
    return "file" + "".join(f"&{name}={value}" for name, value in sorted(query.items()))


def _keys(button: ui.button) -> str:
    """What keys do in whichever field they are pressed: Ctrl+Enter files, Alt+M goes to what resembles it."""
    return (
        "(event) => { if (event.altKey && event.code === 'KeyM') {"
        " event.preventDefault(); document.getElementById('matches').focus(); return; }"
        f" ({sent_by_keys(button)})(event); }}"
    )
