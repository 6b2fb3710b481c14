"""The directory of a fresh database, and those who change it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from starter.directory import Directory
from starter.staff import actor_of
from workflows.contract.parties import Actor

Acting = Callable[[str], Awaitable[Actor]]


@pytest.fixture
def directory(engine: AsyncEngine) -> Directory:
    """The directory as every door has it: under the application's role."""
    return Directory(engine)


@pytest.fixture
def acting(engine: AsyncEngine) -> Acting:
    """Makes an actor of somebody on the staff."""

    async def actor(subject: str) -> Actor:
        return await actor_of(engine, subject, authenticated_by="test")

    return actor
