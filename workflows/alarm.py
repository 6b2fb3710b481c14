"""The one timer of a complaint: set to the earliest deadline, moved only when that comes earlier."""

from __future__ import annotations

import asyncio
from datetime import datetime

from temporalio import workflow


class Alarm:
    """Rings once at the instant it was last set to.

    Setting it later than it stands does nothing: ringing early for nothing costs a workflow task now and then, moving
    it at every change would cost two events each time.
    """

    def __init__(self) -> None:
        self.rang = False
        self._at: datetime | None = None
        self._timer: asyncio.Task[None] | None = None

    def set(self, at: datetime | None, why: str) -> None:
        """Ring at `at` at the latest; `why` is shown beside the timer."""
        if at is None or (self._at is not None and self._at <= at):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._at = at
        self._timer = asyncio.create_task(self._ring(at, why))

    def acknowledge(self) -> None:
        """The ringing has been heard."""
        self.rang = False

    async def _ring(self, at: datetime, why: str) -> None:
        wait = at - workflow.now()
        if wait.total_seconds() > 0:
            await workflow.sleep(wait, summary=why)
        self._at, self._timer, self.rang = None, None, True
