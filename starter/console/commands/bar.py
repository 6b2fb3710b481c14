"""The commands that a complaint allows its reader now: what they have to do first, the others in a menu by room."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from nicegui import background_tasks
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from starter.access.caller import Scope
from starter.console.commands.dialog import CommandDialog
from starter.console.commands.dress import dress
from starter.console.commands.duties import first_of
from starter.console.commands.offered import FINAL, LOOKS, OFFERED, ROOMS, title_of
from starter.console.visit import Visit
from workflows.contract.errors import AmendsError
from workflows.contract.views import ComplaintView

ACT = "act"
"""The parameter of the page's address that names the command whose dialog is open."""


class _Buttons(Element, component="bar.js"):
    """The buttons and the menu."""


class CommandBar:
    """Buttons for the commands of one complaint, and the dialog of the one that is being given. Made where it stands.

    Args:
        visit: the page. With `act` in its address, the dialog of that command opens at once.
        reference: of the complaint.
    """

    def __init__(self, visit: Visit, reference: str) -> None:
        self._visit = visit
        self._reference = reference
        self._view: ComplaintView | None = None
        self._allowed: tuple[str, ...] = ()
        self._dialog: CommandDialog | None = None
        dress(visit)
        self._buttons = _Buttons()
        self._buttons.props["label"] = visit.say("commands.bar.label")
        self._buttons.on("act", self._asked)
        self._put((), ())

    async def show(self, view: ComplaintView, allowed: tuple[str, ...]) -> None:
        """Offer what is allowed now; `view` is what the reader sees beside it. An open dialog stays, and is told."""
        is_first = self._view is None
        may_command = Scope.COMMAND in self._visit.caller.scopes
        self._view = view
        self._allowed = tuple(name for name in allowed if name in OFFERED) if may_command else ()
        self._put(first_of(view.summary.duties, self._visit.caller.actor, self._allowed), self._allowed)
        if self._dialog is not None:
            await self._dialog.heard(view, is_allowed=self._dialog.name in self._allowed)
        elif is_first and self._visit.query.get(ACT) in OFFERED:
            background_tasks.create(self._open_again(self._visit.query[ACT]), name="dialog of a command")

    async def open(self, command: str) -> None:
        """Open the dialog of a command, if it is allowed and none is open.

        Raises:
            AmendsError: `unreachable`, `setup`, when the directory does not answer.
        """
        if self._view is None or command not in self._allowed or self._dialog is not None:
            return
        dialog = CommandDialog(self._visit, OFFERED[command], self._view, self._buttons, self._ended)
        self._dialog = dialog
        try:
            await dialog.open()
        except BaseException:
            self._dialog = None
            raise
        await dialog.heard(self._view, is_allowed=command in self._allowed)

    def _ended(self) -> None:
        self._dialog = None

    async def _asked(self, event: GenericEventArguments) -> None:
        try:
            await self.open(str(event.args))
        except AmendsError as error:
            self._visit.complain(error)

    async def _open_again(self, command: str) -> None:
        """After the page has been loaded anew: as soon as there is a browser to show it."""
        await self._visit.client.connected()
        try:
            with self._visit.client:
                if command in self._allowed:
                    await self.open(command)
                else:
                    title = self._visit.say(title_of(command))
                    self._visit.tell(self._visit.say("commands.bar.not_now", title=title))
        except AmendsError as error:
            self._visit.complain(error)

    def _put(self, first: Collection[str], allowed: Collection[str]) -> None:
        say = self._visit.say
        others = {
            room: [name for name in names if name in allowed and name not in first] for room, names in ROOMS.items()
        }
        shown: dict[str, Any] = {
            "first": [self._shown(name, beside=index > 0) for index, name in enumerate(first)],
            "groups": [
                {"name": room, "label": say(f"commands.rooms.{room}"), "items": [self._shown(name) for name in names]}
                for room, names in others.items()
                if names
            ],
            "more": say("commands.bar.more" if first else "commands.bar.only"),
        }
        if any(self._buttons.props.get(name) != value for name, value in shown.items()):
            self._buttons.props.update(shown)
            self._buttons.update()

    def _shown(self, name: str, *, beside: bool = False) -> dict[str, Any]:
        look = LOOKS[name]
        return {
            "name": name,
            "title": self._visit.say(title_of(name)),
            "icon": look.icon,
            "key": look.key,
            "tone": "negative" if name in FINAL else "primary",
            "beside": beside,
        }
