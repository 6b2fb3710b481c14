"""What has happened since a dialog was opened: shown in it before anything is given, until its reader has looked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from starter.console.visit import Visit
from starter.read_model import EventRow

SHOWN = 8
"""Lines at the most; the last ones."""


class Changes:
    """A place for what has changed, which is empty as long as nothing has. Made where it stands.

    Args:
        visit: the page.
        on_seen: called when the reader says that they have looked.
    """

    def __init__(self, visit: Visit, on_seen: Callable[[], Awaitable[None]]) -> None:
        self._visit = visit
        self._on_seen = on_seen
        self._button: ui.button | None = None
        self._place = ui.element("div").props('role="alert"')

    @property
    def are_unread(self) -> bool:
        """Something has changed that the reader has not looked at."""
        return self._button is not None

    def show(self, events: Sequence[EventRow]) -> None:
        """Say what it was; with no events, that it cannot be known now."""
        say = self._visit.say
        self._place.clear()
        with self._place, ui.element("section").classes("command-changes"):
            ui.label(say("commands.changes.title")).classes("command-facts-title")
            if len(events) > SHOWN:
                ui.label(say("commands.changes.more", count=len(events) - SHOWN)).classes("quiet")
            for event in events[-SHOWN:]:
                ui.label(self._line(event))
            if not events:
                ui.label(say("commands.changes.unknown"))
            self._button = ui.button(say("commands.changes.confirm"), on_click=self._on_seen, color=None)
            self._button.props("outline dense no-caps icon=visibility")
            # At once, as it is about to go.
            self._button.on("click", js_handler="() => document.querySelector('[data-give]')?.focus()")

    def forget(self) -> None:
        """The reader has looked."""
        self._button = None
        self._place.clear()

    def focus(self) -> None:
        """Lead the reader there."""
        if self._button is not None:
            self._visit.client.run_javascript(f"getHtmlElement({self._button.id}).focus()")

    def _line(self, event: EventRow) -> str:
        return self._visit.say(
            "commands.changes.line",
            who=event.actor.subject,
            what=self._visit.word("event", event.type),
            when=self._visit.moments.clock(event.at),
        )
