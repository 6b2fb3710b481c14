"""The draft of a command: what was typed, and the mark of its ids, so that a repeat after a reload acts once, too."""

from __future__ import annotations

import json
from typing import Any

from starter.console.drafts import Draft
from starter.console.visit import Visit

_MARK = "command_mark"
_PATIENCE_SECONDS = 10.0


class CommandDraft(Draft):
    """What the browser keeps of one command for one complaint.

    Args:
        visit: the page.
        reference: of the complaint.
        command: its name.
    """

    def __init__(self, visit: Visit, reference: str, command: str) -> None:
        super().__init__(visit, f"{command}-{reference}")

    async def recall(self, mark: str) -> str:
        """Put back what was kept into the fields, and answer with the mark that was; with none, keep this one."""
        kept = await self._asked(f"""
            const kept = amends.draft({self._spelt});
            if (!kept.{_MARK}) amends.keep({self._spelt}, "{_MARK}", {json.dumps(mark)});
            return kept""")
        for name, value in kept.items():
            if (field := self._fields.get(name)) is not None:
                field.value = value
        return str(kept.get(_MARK, mark))

    async def begin_anew(self, mark: str) -> None:
        """Keep nothing but this mark."""
        await self._asked(f"""
            amends.forget({self._spelt});
            amends.keep({self._spelt}, "{_MARK}", {json.dumps(mark)});""")

    async def _asked(self, script: str) -> dict[str, Any]:
        """Nothing from a browser that does not answer: it has gone, or is about to load the page anew."""
        try:
            found = await self._visit.client.run_javascript(script, timeout=_PATIENCE_SECONDS)
        except TimeoutError:
            return {}
        return found if isinstance(found, dict) else {}
