"""The small dialogs about saved views: to name one, to rename it, and to be asked before it is deleted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui
from nicegui.element import Element

from starter.console.drafts import Draft
from starter.console.queue.saved_views import NAME_MAX_CHARACTERS
from starter.console.visit import Visit
from workflows.contract.errors import AmendsError, ErrorCode

_AT_THE_FIELD = (ErrorCode.INVALID_INPUT, ErrorCode.ALREADY_THERE, ErrorCode.TOO_MANY)


def ask_name(
    visit: Visit, place: Element, kind: str, act: Callable[[str], Awaitable[None]], *, present: str = ""
) -> None:
    """Ask for a name, `save` or `rename`, until `act` takes it or nobody wants to any more."""
    draft = Draft(visit, f"{kind}-view-{present}")

    async def take() -> None:
        try:
            await act(name.value or "")
        except AmendsError as error:
            if error.code not in _AT_THE_FIELD:
                raise
            name.props("error").props["error-message"] = visit.say(f"refusals.{error.code.value}")
            name.update()
            return
        draft.forget()
        dialog.close()

    with place, ui.dialog() as dialog, ui.card().classes("naming"):
        dialog.on("hide", dialog.delete)
        title = ui.label(visit.say(f"queue.views.{kind}")).classes("naming-title")
        title.props('role="heading" aria-level="2"')
        dialog.props(f'aria-labelledby="{title.html_id}"')
        name = ui.input(visit.say("queue.views.name"), value=present)
        name.props(f"outlined dense autofocus maxlength={NAME_MAX_CHARACTERS} no-error-icon")
        name.props["hint"] = visit.say("queue.views.name_help")
        draft.keep("name", name)
        name.on("keydown.enter", visit.guarded(take))
        _buttons(visit, dialog, visit.say(f"queue.views.{kind}_button"), take, color="primary")
    draft.put_back()
    dialog.open()


def ask_deletion(visit: Visit, place: Element, name: str, act: Callable[[], Awaitable[None]]) -> None:
    """Ask whether a view is to be deleted."""

    async def take() -> None:
        await act()
        dialog.close()

    with place, ui.dialog() as dialog, ui.card().classes("naming"):
        dialog.on("hide", dialog.delete)
        says = ui.label(visit.say("queue.views.delete_says", name=name)).classes("theirs")
        dialog.props(f'aria-labelledby="{says.html_id}"')
        _buttons(visit, dialog, visit.say("queue.views.delete_button"), take, color="negative")
    dialog.open()


def _buttons(visit: Visit, dialog: ui.dialog, label: str, act: Callable[[], Awaitable[None]], *, color: str) -> None:
    with ui.element("div").classes("naming-buttons"):
        ui.button(visit.say("frame.cancel"), on_click=dialog.close).props("flat no-caps")
        button = ui.button(label, on_click=visit.guarded(act))
        button.props(f"unelevated no-caps color={color} data-take")
