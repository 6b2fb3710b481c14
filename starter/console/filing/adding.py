"""Instead of filing it again: what the caller says is added to the complaint that is on file."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from starter.console.drafts import Draft
from starter.console.filing.addition import Addition
from starter.console.filing.entered import Entered
from starter.console.visit import Visit
from workflows.contract.base import TEXT_MAX_CHARACTERS
from workflows.contract.errors import AmendsError

Added = Callable[[str], None]
"""Is told the reference of the complaint that has it now."""


class Adding:
    """The dialog that adds what was entered to a complaint.

    Args:
        visit: the page.
        key: of the form, so that sending it twice adds it once.
        added: what to do afterwards.
    """

    def __init__(self, visit: Visit, key: Callable[[], str], added: Added) -> None:
        self._visit, self._key, self._added = visit, key, added
        self._addition = Addition(visit, key)

    async def open(self, reference: str, entered: Entered) -> None:
        """Show it, with all that was entered.

        Raises:
            AmendsError: as `Addition.way`.
        """
        command = await self._addition.way(reference)
        say, draft = self._visit.say, Draft(self._visit, f"add-{self._key()}-{reference}")
        with self._visit.client.content, ui.dialog() as dialog, ui.card().classes("adding"):
            title = say("filing.adding.title", reference=reference)
            dialog.props["aria-label"] = title
            ui.label(title).props('role="heading" aria-level="2"').classes("adding-title")
            ui.label(say(f"filing.adding.{command.name}")).classes("quiet")
            words = ui.textarea(say("filing.adding.words"), value=self._composed(entered))
            words.props(f"outlined autofocus rows=10 debounce=300 maxlength={TEXT_MAX_CHARACTERS + 1}").classes("words")
            draft.keep("words", words)
            trouble = ui.label().props('role="alert"').classes("adding-trouble")
            with ui.row().classes("adding-foot"):
                ui.button(say("frame.cancel"), on_click=dialog.close).props("flat no-caps")
                button = ui.button(say("filing.adding.button"), icon="playlist_add").props("no-caps unelevated")

        is_sending = False

        async def send() -> None:
            nonlocal is_sending
            if is_sending:
                return  # keys press it faster than the browser hears that it is busy
            is_sending = True
            button.props("loading")
            try:
                await self._addition.give(reference, words.value or "")
            except AmendsError as error:
                trouble.text = self._visit.refusal(error)
            else:
                draft.forget()
                dialog.close()
                self._added(reference)
            finally:
                is_sending = False
                button.props(remove="loading")

        button.on_click(send)
        words.on("keydown", js_handler=sent_by_keys(button))
        dialog.on_value_change(lambda: None if dialog.value else draft.forget())
        draft.put_back()
        dialog.open()

    def _composed(self, entered: Entered) -> str:
        """All of it, so that no word is lost: the text as it is, the rest line by line."""
        say, text = self._visit.say, entered.said("text")
        others = [
            say("filing.adding.line", label=say(f"filing.fields.{name}"), value=value)
            for name, value in entered.lines()
            if name != "text"
        ]
        return "\n\n".join(part for part in (text, "\n".join(others)) if part)


def sent_by_keys(button: ui.button) -> str:
    """A handler of keys in the browser: Ctrl+Enter presses the button, once the field has said what is in it."""
    press = f"getHtmlElement({button.id}).click()"
    return (
        "(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {"
        f" event.preventDefault(); document.activeElement.blur(); setTimeout(() => {press}, 0); }} }}"
    )
