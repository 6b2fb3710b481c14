"""The key of one form: whatever is sent under it, and however often, is filed once."""

from __future__ import annotations

import json
from uuid import uuid4

from nicegui import ui

from starter.console.drafts import Draft


class FormKey:
    """Kept in the browser with the draft, over reloads and outages. Made where it stands, which nobody sees.

    Args:
        draft: the form's.
    """

    def __init__(self, draft: Draft) -> None:
        self._name = draft.name
        self._field = draft.keep("key", ui.input(value=uuid4().hex).classes("hidden"))
        # The first that this form had, unless there is none yet.
        ui.run_javascript(f"amends.draft({json.dumps(self._name)}).key ?? {self._keep()}")

    def __str__(self) -> str:
        return str(self._field.value)

    def renew(self) -> None:
        """From now on it is another complaint."""
        self._field.value = uuid4().hex
        ui.run_javascript(self._keep())

    def _keep(self) -> str:
        return f"amends.keep({json.dumps(self._name)}, 'key', {json.dumps(str(self))})"
