"""A small dialog that says what it will do, asks what it has to know, does it, and says why if it is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.value_element import ValueElement

from starter.console.commands.staff import Option
from starter.console.commands.widgets import Choice
from starter.console.drafts import Draft
from starter.console.visit import Visit
from workflows.contract.errors import AmendsError

Act = Callable[[dict[str, Any]], Awaitable[str]]
"""Does it with what was asked, by the names of the fields, and returns what is said of it."""


class Dialog:
    """One dialog; add its fields, then open it.

    Args:
        visit: the page.
        name: of the draft of its fields, with what it is about.
        key: its texts: `title`, `says`, `button`, below `administration.act`.
        act: as above. Raises AmendsError, and the dialog stays.
        is_final: it takes something away.
        values: of its texts.
    """

    def __init__(
        self, visit: Visit, name: str, key: str, act: Act, *, is_final: bool = False, **values: object
    ) -> None:
        self._visit = visit
        self._act = act
        self._draft = Draft(visit, name)
        self._values: dict[str, Callable[[], Any]] = {}
        self._is_busy = False
        key = f"administration.act.{key}"
        with visit.client.content, ui.dialog().props("no-backdrop-dismiss") as self._dialog:
            self._dialog.on("hide", self._dialog.delete)
            with ui.card().classes("command-dialog"):
                title = ui.label(visit.say(f"{key}.title", **values)).classes("command-title")
                title.props('role="heading" aria-level="2"')
                says = ui.label(visit.say(f"{key}.says", **values)).classes("command-says")
                self._dialog.props(f'aria-labelledby="{title.html_id}" aria-describedby="{says.html_id}"')
                self._fields = ui.element("div").classes("command-fields")
                self._refusal = ui.element("div").props('role="alert"')
                self._actions(visit.say(f"{key}.button"), is_final=is_final)

    def text(self, name: str, label: str, value: str | None = None, *, kind: str = "text", hint: str = "") -> None:
        """A line; an empty one is None."""
        with self._fields:
            field = ui.input(label, value=value or "").props(f"outlined dense type={kind} stack-label")
            if hint:
                field.props["hint"] = hint
        self._kept(name, field, lambda: (field.value or "").strip() or None)

    def choice(
        self,
        name: str,
        label: str,
        options: Sequence[Option],
        value: Any = None,
        *,
        multiple: bool = False,
        clearable: bool = False,
    ) -> None:
        """One of some options, with `clearable` or none; or with `multiple` a tuple of them."""
        nothing = self._visit.say("administration.nothing")
        with self._fields:
            field = Choice(options, value, nothing=nothing, multiple=multiple, clearable=clearable)
            field.props["label"] = label
        self._kept(name, field, lambda: tuple(field.value or ()) if multiple else field.value)

    def check(self, name: str, label: str, *, value: bool = False) -> None:
        """Yes or no."""
        with self._fields:
            field = ui.checkbox(label, value=value)
        self._kept(name, field, lambda: bool(field.value))

    def open(self) -> None:
        """Show it, with what was typed before."""
        self._draft.put_back()
        self._dialog.open()

    def _kept(self, name: str, field: ValueElement[Any], value: Callable[[], Any]) -> None:
        self._draft.keep(name, field)
        self._values[name] = value

    def _actions(self, button: str, *, is_final: bool) -> None:
        say = self._visit.say
        with ui.element("div").classes("command-actions"):
            ui.space()
            close = ui.button(say("administration.dialog.cancel"), on_click=self._dialog.close, color=None)
            close.props("flat no-caps")
            close.props["title"] = say("administration.dialog.kept")
            self._button = ui.button(button, on_click=self._visit.guarded(self._give))
            self._button.props(f"unelevated no-caps data-do color={'negative' if is_final else 'primary'}")

    async def _give(self, *_: object) -> None:
        if self._is_busy:
            return
        self._is_busy = True
        self._button.props["loading"] = True
        self._refusal.clear()
        try:
            said = await self._act({name: value() for name, value in self._values.items()})
        except AmendsError as error:
            with self._refusal, ui.element("div").classes("command-refusal"):
                ui.icon("error").props('aria-hidden="true"')
                ui.label(self._visit.refusal(error))
        else:
            self._draft.forget()
            self._visit.tell(said)
            self._dialog.close()
        finally:
            self._is_busy = False
            self._button.props["loading"] = False
