"""Instead of filing it again: what the caller says is added to the complaint that is on file."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from nicegui import ui

from starter.access.caller import Caller, Scope
from starter.console.drafts import Draft
from starter.console.filing.entered import Entered
from starter.console.visit import Visit
from starter.giving import give, ready_command
from starter.seeing import visible
from workflows.contract.base import TEXT_MAX_CHARACTERS
from workflows.contract.commands import AddNote, RecordAnswer
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor

WAYS = (RecordAnswer, AddNote)
"""The first that is allowed: where the complainant can still add something, it is theirs; else it is a note."""

_WORDS = {RecordAnswer.name: "answer", AddNote.name: "text"}
_GONE = frozenset({ErrorCode.UNKNOWN_REFERENCE, ErrorCode.ARCHIVED})

Added = Callable[[str], None]
"""Is told the reference of the complaint that has it now."""


async def command_for(visit: Visit, reference: str, actor: Actor) -> type[RecordAnswer | AddNote] | None:
    """The command by which something can be added to a complaint now; none, if there is none.

    Raises:
        AmendsError: `unreachable`, `no_answer`.
    """
    try:
        allowed = await visit.office.desk.allowed(reference, actor)
    except AmendsError as error:
        if error.code in _GONE:
            return None
        raise
    return next((command for command in WAYS if command.name in allowed), None)


class Adding:
    """The dialog that adds what was entered to a complaint.

    Args:
        visit: the page.
        key: of the form, so that sending it twice adds it once.
        added: what to do afterwards.
    """

    def __init__(self, visit: Visit, key: Callable[[], str], added: Added) -> None:
        self._visit, self._key, self._added = visit, key, added

    async def open(self, reference: str, entered: Entered) -> None:
        """Show it, with all that was entered.

        Raises:
            AmendsError: as `visible`; `not_permitted`, when nothing can be added.
        """
        _, command = await self._asked(reference)
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
                await self._give(reference, words.value or "")
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

    async def _asked(self, reference: str) -> tuple[Caller, type[RecordAnswer | AddNote]]:
        caller, office = await self._visit.now_calling(), self._visit.office
        caller.require(Scope.COMMAND)
        await visible(office.engine, office.desk, caller, reference, see_all=self._visit.see_all)
        command = await command_for(self._visit, reference, caller.actor)
        if command is None:
            raise AmendsError(ErrorCode.NOT_PERMITTED, self._visit.say("filing.adding.not_allowed"))
        return caller, command

    async def _give(self, reference: str, words: str) -> None:
        caller, command = await self._asked(reference)
        office, mark = self._visit.office, sha256(words.encode()).hexdigest()[:16]
        ready = await ready_command(
            office.engine, command, {_WORDS[command.name]: words}, caller.actor, command_id=f"{self._key()}-{mark}"
        )
        await give(office.engine, office.desk, reference, ready)

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
