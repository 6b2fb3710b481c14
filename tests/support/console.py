"""The web console as a process of its own beside servers that are up, and browsers in which people are logged in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, ViewportSize, async_playwright
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.devstack.ports import HOST, Ports
from infra.settings import variable_of
from starter.access.claims import Person
from starter.access.gate import DEVELOPMENT_TOKEN
from starter.cli.keeping import CONSOLE_DOOR, until_it_answers
from starter.cli.kept_process import CONSOLE, KeptProcess
from starter.console.cookies import cookie_name
from starter.console.preferences import DARK, LANGUAGE_COOKIE, LIGHT, THEME_COOKIE
from starter.console.sessions import Sessions
from tests.support.chromium import OPTIONS

PATIENCE_MILLISECONDS = 20_000
"""For whatever is waited for; on a busy machine pages take their time."""


class ConsoleProcess:
    """The process, at an address that stays the same when it is started again."""

    def __init__(self, state_dir: Path) -> None:
        port = Ports.unused().console
        self.address = f"http://{HOST}:{port}"
        where = {variable_of("state_dir"): str(state_dir), variable_of(CONSOLE_DOOR.port): str(port)}
        self._process = KeptProcess(state_dir, CONSOLE, where)

    @property
    def pid(self) -> int | None:
        """Its process; none while it is not running."""
        return self._process.pid

    async def start(self) -> None:
        """Start it; it answers then."""
        await self._process.start()
        answering = asyncio.create_task(until_it_answers(CONSOLE_DOOR, self.address, self._process.pid))
        ended = asyncio.create_task(self._process.exited())
        await asyncio.wait((answering, ended), return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            answering.cancel()
            raise self._process.does_not_start()
        ended.cancel()
        await answering

    async def stop(self) -> None:
        """End it."""
        await self._process.stop()


@asynccontextmanager
async def console_process(state_dir: Path) -> AsyncIterator[ConsoleProcess]:
    """A console, answering during the block."""
    process = ConsoleProcess(state_dir)
    try:
        await process.start()
        yield process
    finally:
        await process.stop()


@asynccontextmanager
async def chromium_at(program: Path) -> AsyncIterator[Browser]:
    """A browser, open during the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(OPTIONS))
        yield browser
        await browser.close()


@dataclass(frozen=True)
class Taste:
    """How somebody looks at pages. Most tests ask for less motion: to draw it takes longer than what they look at."""

    language: str = "en"
    dark: bool = False
    width: int = 1280
    motion: bool = False


async def browser_of(
    browser: Browser, engine: AsyncEngine, address: str, subject: str, taste: Taste = Taste()
) -> BrowserContext:
    """As if it were another browser: one in which a member of staff is logged in."""
    context = await browser.new_context(
        base_url=address,
        viewport=ViewportSize(width=taste.width, height=900),
        locale=taste.language,
        reduced_motion="no-preference" if taste.motion else "reduce",
    )
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    chosen = {LANGUAGE_COOKIE: taste.language, THEME_COOKIE: DARK if taste.dark else LIGHT}
    cookies = {**chosen, **await logged_in(engine, address, subject)}
    await context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context


async def logged_in(engine: AsyncEngine, address: str, subject: str) -> dict[str, str]:
    """The cookies of a new session of a member of staff."""
    token = await Sessions(engine).open(Person(subject), known_by=DEVELOPMENT_TOKEN)
    return {cookie_name(address): token}
