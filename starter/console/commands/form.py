"""The fields of a command, made from the contract: what a person has to say of it, and nothing that the door knows."""

from __future__ import annotations

from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from starter.console.commands.asked import Kind, questions
from starter.console.commands.choices import OF_THE_DIRECTORY, Case, options_for
from starter.console.commands.dress import dress
from starter.console.commands.fields import Field
from starter.console.commands.staff import NOBODY, read_staff
from starter.console.commands.widgets import Copy
from starter.console.drafts import Draft
from starter.console.visit import Visit
from starter.seeing import visible
from workflows.contract.commands import Attach, Command
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.reference import parse_reference
from workflows.contract.views import ComplaintView

_ABOUT_NO_FIELD = frozenset({ErrorCode.UNREACHABLE, ErrorCode.NO_ANSWER, ErrorCode.SETUP, ErrorCode.UNAUTHENTICATED})
_SAID_AT_THE_FIELD = frozenset({ErrorCode.INVALID_INPUT, ErrorCode.UNKNOWN_REFERENCE})

_FOCUS = """
    requestAnimationFrame(() => {
        const at = getHtmlElement(%d);
        if (at.matches("input, textarea")) at.focus();
        else (at.querySelector(".q-field--error input") ?? at.querySelector("input, button, [tabindex]"))?.focus();
    });
"""


class CommandForm:
    """The fields of one command.

    Args:
        visit: the page.
        model: which command.
        view: the complaint it is for, which preselects; without, it can be for many complaints.
        draft: keeps what has been typed and not sent; whoever hands it over puts it back, after `build`.
    """

    def __init__(
        self, visit: Visit, model: type[Command], *, view: ComplaintView | None = None, draft: Draft | None = None
    ) -> None:
        self._visit = visit
        self._model = model
        self._view = view
        self._draft = draft
        self._fields: dict[str, Field] = {}

    async def build(self) -> None:
        """Put the fields where the page is being built; reads the directory where people or departments are named.

        Raises:
            AmendsError: `unreachable`, `setup`.
        """
        asked = questions(self._model, self._view)
        is_about_people = any(question.kind in OF_THE_DIRECTORY for question in asked)
        staff = await read_staff(self._visit) if is_about_people else NOBODY
        case = Case(self._visit, self._view, staff)
        dress(self._visit)
        with ui.element("div").classes("command-fields"):
            for question in asked:
                if not question.is_required and options_for(question, case) == []:
                    continue  # there is nothing to choose
                self._add(Field(question, case))
            if self._model is Attach:
                self._offer_a_copy()

    @property
    def is_empty(self) -> bool:
        """Nothing is asked."""
        return not self._fields

    def clear(self) -> None:
        """Make all fields what they were at first."""
        for field in self._fields.values():
            field.clear()

    def fields(self) -> dict[str, Any]:
        """What was entered, as `starter.giving.ready_command` takes it as own fields. Every field that is wrong says so
        itself, in the reader's language, and the first of them gets the focus.

        Raises:
            AmendsError: `invalid_input`, naming the first field that is wrong.
        """
        found: dict[str, Any] = {}
        wrong: dict[str, AmendsError] = {}
        for name, field in self._fields.items():
            try:
                value = field.value()
            except AmendsError as error:
                wrong[name] = error
            else:
                found |= {name: value} if value is not None else {}
        for name, fault in wrong.items():
            self._focus(name)
            raise fault
        return found

    async def look_up(self) -> None:
        """See to it that the complaints that are named can be seen by the reader, and say which they are.

        Raises:
            AmendsError: `unknown_reference`, `unreachable`.
        """
        for field in self._fields.values():
            if field.question.kind is Kind.REFERENCE:
                await self._look_up(field)

    def blame(self, error: AmendsError) -> bool:
        """Mark the field that a refusal is about; whether it is about one."""
        name, _, at = (error.field or "").partition(".")
        field = self._fields.get(name)
        if field is None or error.code in _ABOUT_NO_FIELD:
            return False
        field.wrong(self._visit.say("commands.faults.refused"), at or None)
        self._focus(name)
        return True

    def _add(self, field: Field) -> None:
        name = field.question.name
        if not self._fields:
            field.element.props["autofocus" if isinstance(field.element, ui.input) else "first"] = True
        self._fields[name] = field
        if self._draft is not None:
            self._draft.keep(name, field.element)
        if field.question.kind is Kind.REFERENCE:
            field.element.on("blur", self._visit.guarded(lambda: self._told_which(field)))

    def _offer_a_copy(self) -> None:
        """What a copy at hand tells of a document need not be typed."""

        def tell(event: GenericEventArguments) -> None:
            for name, text in event.args.items():
                if name in self._fields:
                    self._fields[name].element.value = str(text)

        copy = Copy(self._visit.say("commands.parts.copy"))
        copy.on("facts", tell)
        copy.move(target_index=0)

    async def _told_which(self, field: Field) -> None:
        """Say which complaint it is, as soon as its reference has been typed."""
        if not field.element.value:
            return
        try:
            field.value()
            await self._look_up(field)
        except AmendsError as error:
            if error.code not in _SAID_AT_THE_FIELD:
                raise

    async def _look_up(self, field: Field) -> None:
        typed = str(field.element.value or "")
        try:
            reference = parse_reference(typed)
        except AmendsError:
            return  # which `fields` says
        if self._view and reference == self._view.reference:
            field.wrong(self._visit.say("commands.faults.itself"))
            raise AmendsError(ErrorCode.UNKNOWN_REFERENCE, self._visit.say("commands.faults.itself"))
        office, caller = self._visit.office, await self._visit.now_calling()
        try:
            row = await visible(office.engine, office.desk, caller, reference, see_all=self._visit.see_all)
        except AmendsError as error:
            if error.code is ErrorCode.UNKNOWN_REFERENCE:
                field.wrong(self._visit.say("commands.faults.nobody_knows"))
            raise
        field.right()
        subject = row.subject or self._visit.say("commands.parts.without_subject")
        field.note(f"{subject} · {self._visit.word('status', row.status)}")

    def _focus(self, name: str) -> None:
        self._visit.client.run_javascript(_FOCUS % self._fields[name].element.id)
