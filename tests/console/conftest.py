"""A running Amends with its web console as a process of its own, for the session, and browsers that are logged in."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.devstack.layout import StateDir
from infra.devstack.ports import Ports
from infra.devstack.stack import Stack
from starter.client import AmendsClient
from tests.support.chromium import chromium
from tests.support.console import (
    PATIENCE_MILLISECONDS,
    ConsoleProcess,
    Taste,
    browser_of,
    chromium_at,
    console_process,
)
from tests.support.desk import Desk, running_desk, working

expect.set_options(timeout=PATIENCE_MILLISECONDS)


@dataclass(frozen=True)
class Console:
    """What a test of the console needs."""

    at: Desk
    process: ConsoleProcess

    @property
    def address(self) -> str:
        """Where it answers."""
        return self.process.address

    @property
    def desk(self) -> AmendsClient:
        """Its complaints."""
        return self.at.client

    @property
    def engine(self) -> AsyncEngine:
        """Its tables."""
        return self.at.engine


@pytest.fixture(scope="session")
async def console(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Console]:
    """The servers, on ports of their own, with tables, staff, a worker, and the console."""
    state_dir = tmp_path_factory.mktemp("console") / "state"
    state = StateDir(state_dir)
    state.create()
    Ports.unused().remember(state)
    async with running_desk(state_dir) as desk, working(desk), console_process(state_dir) as process:
        yield Console(desk, process)
    await Stack.purge(state_dir)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser; each page is in a context of its own, as if it were somebody else's."""
    program = chromium()
    if program is None:
        missing = "there is no Chromium: `python -m tests.support.chromium` installs it"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    async with chromium_at(program) as browser:
        yield browser


class OpenPage(Protocol):
    """`await open_page("zhou.qi", "/queue")`: a page of a browser in which this member of staff is logged in."""

    async def __call__(
        self, subject: str, path: str, *, language: str = "en", dark: bool = False, motion: bool = False
    ) -> Page:
        """The page, once it is there."""


@pytest.fixture
async def open_page(console: Console, browser: Browser) -> AsyncIterator[OpenPage]:
    """Opens pages, each in a browser of its own; all are closed after the test."""
    contexts: list[BrowserContext] = []

    async def open_page(
        subject: str, path: str, *, language: str = "en", dark: bool = False, motion: bool = False
    ) -> Page:
        taste = Taste(language=language, dark=dark, motion=motion)
        context = await browser_of(browser, console.engine, console.address, subject, taste)
        contexts.append(context)
        page = await context.new_page()
        await page.goto(path)
        return page

    yield open_page
    for context in contexts:
        await context.close()
