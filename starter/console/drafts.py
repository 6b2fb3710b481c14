"""What somebody has typed and not sent yet: the browser keeps it, so that neither an outage nor a new page loses it."""

from __future__ import annotations

import json
from typing import TypeVar

from nicegui import background_tasks, ui
from nicegui.elements.mixins.value_element import ValueElement
from nicegui.events import GenericEventArguments

from starter.console.visit import Visit

Field = TypeVar("Field", bound=ValueElement)  # type: ignore[type-arg] # whatever its values are


class Draft:
    """The fields of one form. It is the tab's own, and ends with it; the next who logs in there is not given it.

    Args:
        visit: the page.
        name: of the form, with what it is about: `propose-C-…`.
    """

    def __init__(self, visit: Visit, name: str) -> None:
        self._visit = visit
        self.name = f"{visit.caller.actor.subject} {name}"
        self._fields: dict[str, ValueElement] = {}  # type: ignore[type-arg] # whatever their values are

    def keep(self, name: str, field: Field) -> Field:
        """From now on the browser keeps what is in this field."""
        self._fields[name] = field
        event = f"update:{field.VALUE_PROP}"  # not the same of all fields
        field.on(event, js_handler=f"(value) => amends.keep({self._spelt}, {json.dumps(name)}, value)")
        return field

    def put_back(self) -> None:
        """Put back what the browser has kept, once it is there. To be called when all fields are."""

        async def restore() -> None:
            with self._visit.client:
                kept = await ui.run_javascript(f"return amends.draft({self._spelt})", timeout=10)
            for name, value in (kept or {}).items():
                if (field := self._fields.get(name)) is not None and not field.is_deleted:
                    said = GenericEventArguments(sender=field, client=self._visit.client, args=value)
                    field.value = field._event_args_to_value(said)  # noqa: SLF001 - kept as the browser says it

        background_tasks.create(restore(), name="drafts")

    def forget(self) -> None:
        """It has been sent, or is not wanted any more."""
        with self._visit.client:
            ui.run_javascript(f"amends.forget({self._spelt})")

    @property
    def _spelt(self) -> str:
        return json.dumps(self.name)
