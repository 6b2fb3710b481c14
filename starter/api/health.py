"""/healthz says that this process lives, /readyz whether the door can do its work, and if not, what is missing."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, Literal

from fastapi import Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.migrate import known_revisions
from infra.db.transaction import autocommit, transact
from infra.temporal_answers import answered
from starter.api.door import Door
from starter.api.problems import RETRY_AFTER_SECONDS
from starter.api.routers import unversioned
from starter.polling import Polling
from workflows.contract.errors import AmendsError

TIME_LIMIT = timedelta(seconds=2)
"""After which whatever has not answered counts as away."""

FRESH_FOR = timedelta(seconds=1)
"""However many ask, the servers are asked no more often than this."""

_OK = "ok"
_NOT_ASKED = "cannot be asked"

router = unversioned("Operation")


class Alive(BaseModel):
    """This process answers."""

    status: Literal["alive"] = "alive"
    pid: int = Field(description="Which of all processes that may answer here.", examples=[4711])


class Parts(BaseModel):
    """What the door needs: `ok`, or what is wrong."""

    postgresql: str = Field(default=_OK, examples=[_OK])
    tables: str = Field(default=_OK, description="Whether they are those that this program needs.", examples=[_OK])
    temporal: str = Field(default=_OK, examples=[_OK])
    workers: str = Field(
        default=_OK, description="Whether a worker asks for tasks.", examples=["no worker asks for tasks"]
    )


class Readiness(BaseModel):
    """Whether the door can do its work now."""

    ready: bool
    parts: Parts


class Health:
    """Looks at the servers on behalf of everybody who asks at the same time."""

    def __init__(self, door: Door) -> None:
        self._engine = autocommit(door.engine)
        self._temporal = door.temporal
        self._polling = Polling(door.temporal, door.settings.task_queue)
        self._revisions = known_revisions()
        self._look: asyncio.Task[Readiness] | None = None
        self._looked_at = 0.0
        self._late: set[asyncio.Task[dict[str, str]]] = set()

    async def readiness(self) -> Readiness:
        """What was found, at most a second ago."""
        if self._look is None or (self._look.done() and time.monotonic() - self._looked_at > FRESH_FOR.total_seconds()):
            self._look = asyncio.create_task(self._looked())
        return await asyncio.shield(self._look)

    async def _looked(self) -> Readiness:
        names = {self._asked(self._database()): ("postgresql", "tables")}
        names[self._asked(self._engine_of_complaints())] = ("temporal", "workers")
        done, late = await asyncio.wait(names, timeout=TIME_LIMIT.total_seconds())
        parts: dict[str, str] = {}
        for task in done:
            parts |= task.result()
        for task in late:
            # Its end is not waited for: a driver may take its time to give a connection up.
            task.cancel()
            first, second = names[task]
            parts |= {first: f"no answer within {TIME_LIMIT.total_seconds():.0f} s", second: _NOT_ASKED}
        self._looked_at = time.monotonic()
        return Readiness(ready=set(parts.values()) == {_OK}, parts=Parts(**parts))

    def _asked(self, question: Coroutine[Any, Any, dict[str, str]]) -> asyncio.Task[dict[str, str]]:
        task = asyncio.create_task(question)
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        return task

    async def _database(self) -> dict[str, str]:
        async def revision(connection: AsyncConnection) -> str | None:
            is_there = await connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
            return await connection.scalar(text("SELECT version_num FROM alembic_version")) if is_there else None

        try:
            present = await transact(self._engine, revision)
        except AmendsError as error:
            return {"postgresql": error.message, "tables": _NOT_ASKED}
        return {"postgresql": _OK, "tables": self._verdict(present)}

    def _verdict(self, present: str | None) -> str:
        """A revision that this program does not know is of a newer one, whose changes older programs put up with."""
        if present is None:
            return "there are none: run `amends migrate`"
        if present in self._revisions[:-1]:
            return f"they are of {present}, and {self._revisions[-1]} is needed: run `amends migrate`"
        return _OK

    async def _engine_of_complaints(self) -> dict[str, str]:
        try:
            is_polled = await answered(self._temporal, self._polling.is_polled(), TIME_LIMIT)
        except AmendsError as error:
            return {"temporal": error.message, "workers": _NOT_ASKED}
        return {"temporal": _OK, "workers": _OK if is_polled else "no worker asks for tasks: run `amends worker`"}


@router.get("/healthz", summary="Is the process alive?")
async def healthz() -> Alive:
    """Answers as long as this process does, whatever is the matter with the servers: restart it when it does not."""
    return Alive(pid=os.getpid())


@router.get(
    "/readyz",
    summary="Can it do its work?",
    responses={503: {"model": Readiness, "description": "Something is missing: `parts` says what."}},
)
async def readyz(request: Request, response: Response) -> Readiness:
    """Asks PostgreSQL, its tables, Temporal and the task queue, for two seconds at most: send no requests while not."""
    health: Health = request.app.state.health
    readiness = await health.readiness()
    if not readiness.ready:
        response.status_code = 503
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return readiness
