"""A letter as its reader got it, or would have."""

from __future__ import annotations

from nicegui import ui

from starter.console.visit import Visit
from starter.read_model import Message


def read_letter(visit: Visit, message: Message) -> None:
    """Show one in a dialog."""
    with visit.client.content, ui.dialog() as dialog:
        dialog.on("hide", dialog.delete)
        with ui.card().classes("command-dialog") as card:
            card.props["lang"] = message.language.value
            ui.label(message.recipient or message.staff or visit.say("administration.trouble.no_address")).classes(
                "quiet"
            )
            letter(message.subject, message.body)
            with ui.element("div").classes("command-actions"):
                ui.link(message.reference, f"/complaints/{message.reference}").classes("mono")
                ui.space()
                ui.button(visit.say("frame.close"), on_click=dialog.close, color=None).props("flat no-caps autofocus")
        dialog.props["aria-label"] = message.subject
    dialog.open()


def letter(subject: str, body: str) -> None:
    """Its subject and text, where the page is being built."""
    ui.label(subject).classes("letter-subject theirs").props("dir=auto")
    ui.label(body).classes("letter-body theirs").props("dir=auto")
