"""The fields of the form, in the order in which a caller is asked, kept in the browser until they are sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.validation_element import ValidationElement

from starter.console.drafts import Draft
from starter.console.filing.entered import CONTACTS, Entered, Fault
from starter.console.visit import Visit
from workflows.contract.base import LINE_MAX_CHARACTERS, NAME_MAX_CHARACTERS, TEXT_MAX_CHARACTERS
from workflows.contract.vocabulary import Channel, Language

CHANNEL_COOKIE = "amends_channel"
"""Remembers what this browser's user filed last: whoever answers letters does so all day."""

_BY_SCRIPT = ""
_PAUSE_MILLISECONDS = 300
"""Of somebody who types, before the server is told."""

_MOST_CHARACTERS = {
    "text": TEXT_MAX_CHARACTERS,
    "number": NAME_MAX_CHARACTERS,
    "name": NAME_MAX_CHARACTERS,
    "phone": 40,
    "email": 254,
}
_HINTED = frozenset({"received_at", "number"})
_KINDS = {"phone": "tel", "email": "email", "received_at": "datetime-local"}


class FilingForm:
    """The form's fields. Made where they stand.

    Args:
        visit: the page.
        draft: keeps them.
        filled: what is in them at first.
        changed: is called whenever something was entered.
    """

    def __init__(self, visit: Visit, draft: Draft, filled: Mapping[str, str], *, changed: Callable[[], None]) -> None:
        self._visit, self._draft, self._filled, self._changed = visit, draft, filled, changed
        self._fields: dict[str, ValidationElement[Any]] = {}
        self._guessed: Language | None = None
        with self._section("origin"), ui.element("div").classes("filing-row origin"):
            self._channel()
            self._language()
            self._line("received_at")
            self._line("number")
        with self._section("complainant"):
            with ui.element("div").classes("filing-row complainant"):
                self._line("phone").props("autofocus")
                self._line("name")
                self._line("email")
            self._anonymous = ui.checkbox(visit.say("filing.fields.anonymous")).props("dense")
            draft.keep("anonymous", self._anonymous).on_value_change(self._named_or_not)
        with self._section("matter"):
            self._line("text", ui.textarea).props("rows=9 input-class=words").classes("text")
            with ui.element("div").classes("filing-row matter"):
                for name in ("subject", "product", "remedy_sought"):
                    self._line(name)
        self._guess()

    @property
    def entered(self) -> Entered:
        """What is in the fields now."""
        fields = {name: str(field.value or "") for name, field in self._fields.items()}
        return Entered(fields, anonymous=bool(self._anonymous.value))

    def show(self, faults: Iterable[Fault]) -> None:
        """Say at each field what is wrong with it, and go to the first."""
        first: ValidationElement[Any] | None = None
        for fault in faults:
            field = self._fields[fault.name]
            field.error = self._visit.say(fault.key, **fault.values)
            first = first or field
        if first is not None:
            first.run_method("focus")

    def clear(self, name: str) -> None:
        """Empty a field."""
        self._fields[name].value = ""

    def _section(self, name: str) -> ui.element:
        section = ui.element("fieldset").classes("filing-section")
        with section, ui.element("legend"):
            ui.label(self._visit.say(f"filing.sections.{name}"))
        return section

    def _line(self, name: str, kind: type[ui.input] = ui.input) -> ui.input:
        most = _MOST_CHARACTERS.get(name, LINE_MAX_CHARACTERS)
        field = kind(self._visit.say(f"filing.fields.{name}"), value=self._filled.get(name, ""))
        field.props(f'outlined dense hide-bottom-space debounce={_PAUSE_MILLISECONDS} autocomplete="off"')
        field.classes(f"field-{name}")
        if name in _KINDS:
            field.props["type"] = _KINDS[name]
        if name == "received_at":
            field.props("stack-label")
        else:
            field.props["maxlength"] = most + 1  # what is longer is refused in words, not cut off in silence
        if name in _HINTED:
            field.props["hint"] = self._visit.say(f"filing.hints.{name}")
        self._keep(name, field)
        field.on_value_change(lambda: self._is_full(field, most))
        return field

    def _is_full(self, field: ui.input, most: int) -> None:
        """Browsers cut off what is too long without a word."""
        if len(field.value or "") >= most:
            field.error = self._visit.say("filing.hints.full", most=most)

    def _channel(self) -> None:
        request, visit = self._visit.client.request, self._visit
        remembered = request.cookies.get(CHANNEL_COOKIE)
        first = self._filled.get("channel") or (remembered if remembered in set(Channel) else Channel.HOTLINE)
        words = {channel.value: visit.word("channel", channel) for channel in Channel}
        field = ui.select(words, label=visit.say("filing.fields.channel"), value=str(first))
        self._keep("channel", field.props("outlined dense hide-bottom-space options-dense"))
        cookie = f"document.cookie = {json.dumps(CHANNEL_COOKIE)} + '=' + {json.dumps([*words])}[choice.value]"
        field.on(
            "update:model-value", js_handler=f"(choice) => {{ {cookie} + '; path=/; max-age=31536000; samesite=lax' }}"
        )

    def _language(self) -> None:
        field = ui.select(
            self._languages(), label=self._visit.say("filing.fields.language"), value=self._filled.get("language", "")
        )
        self._keep("language", field.props("outlined dense hide-bottom-space options-dense"))
        self._select = field

    def _languages(self) -> dict[str, str]:
        say, words = self._visit.say, {each.value: self._visit.word("language", each) for each in Language}
        guessed = say("filing.hints.guessed", guessed=words[self._guessed]) if self._guessed else None
        return {_BY_SCRIPT: guessed or say("filing.hints.by_script"), **words}

    def _keep(self, name: str, field: ValidationElement[Any]) -> None:
        self._fields[name] = self._draft.keep(name, field)
        field.on_value_change(lambda: self._heard(field))

    def _heard(self, field: ValidationElement[Any]) -> None:
        field.error = None
        self._guess()
        self._changed()

    def _guess(self) -> None:
        entered = self.entered
        guessed = entered.guessed if entered.said("text") else None
        if guessed is not self._guessed:
            self._guessed = guessed
            self._select.set_options(self._languages(), value=self._select.value)

    def _named_or_not(self) -> None:
        for name in CONTACTS:
            field = self._fields[name]
            field.error = None
            field.props.set_bool("disable", bool(self._anonymous.value))
        self._changed()
