"""How the console feels while many pages are open: a queue page until it can be used, what a page costs the server, and
how soon others see a command.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import cycle, islice
from pathlib import Path

from playwright.async_api import Browser, Page
from rich.console import Console

from starter.directory import Directory
from starter.projection import projected
from tests.bench.lag import percentile
from tests.bench.processes import with_worker
from tests.bench.standard import complaint
from tests.support.chromium import chromium
from tests.support.console import Taste, browser_of, chromium_at, console_process
from tests.support.desk import Desk

OPEN_PAGES = int(os.environ.get("BENCH_OPEN_PAGES", "30"))
OPENINGS = 40
COMMANDS = 20

_QUEUE = "/queue?tab=all"
_USABLE = "window.did_handshake && document.querySelector('.queue-table tbody tr')"
_SHOWN = "(text) => document.body.innerText.includes(text)"
_PLAIN = "/logged-out"
"""A page of the same process without elements on the server: what any page costs browser and network."""


async def measure_console(desk: Desk, policy: Path) -> dict[str, float]:
    """Milliseconds and kilobytes; nothing where there is no browser. The complaints that are there are looked at."""
    program = chromium()
    if program is None:
        Console(stderr=True).print("No Chromium: the console is not measured.")
        return {}
    see_all = desk.settings.see_all
    staff = await Directory(desk.engine).members()
    people = [each.subject for each in staff if each.department in see_all and not each.contractor]
    async with AsyncExitStack() as resources:
        await with_worker(resources, desk, policy)
        process = await resources.enter_async_context(console_process(desk.settings.state_dir))
        browser = await resources.enter_async_context(chromium_at(program))

        async def opened(subject: str, path: str = _QUEUE) -> Page:
            return await _open(desk, browser, process.address, subject, path)

        await opened("lin.wan")  # the first page is made while everything is still cold
        before = await _resident_kilobytes(process.pid)
        for subject in islice(cycle(people), OPEN_PAGES):
            await opened(subject)
        after = await _resident_kilobytes(process.pid)
        usable, plain = await _openings(await opened("lin.wan"))
        seen = await _seen_by_others(desk, opened)
    figures = {"console_open_pages": float(OPEN_PAGES), "console_page_kilobytes": (after - before) / OPEN_PAGES}
    for name, measured in (("queue_usable", usable), ("plain_page", plain), ("seen_by_others", seen)):
        figures[f"console_{name}_p50_ms"] = statistics.median(measured)
        figures[f"console_{name}_p99_ms"] = percentile(measured, 99)
    figures["console_queue_to_plain_ratio"] = statistics.median(usable) / statistics.median(plain)
    return figures


async def _open(desk: Desk, browser: Browser, address: str, subject: str, path: str) -> Page:
    context = await browser_of(browser, desk.engine, address, subject, Taste(motion=True))
    page = await context.new_page()
    await page.goto(path)
    await page.wait_for_function(_USABLE if path == _QUEUE else "window.did_handshake")
    return page


async def _openings(page: Page) -> tuple[list[float], list[float]]:
    """From the beginning of the navigation on, by the browser's own clock: of the queue and of a plain page in turn."""
    usable, plain = [], []
    for _ in range(OPENINGS):
        await page.goto(_QUEUE)
        await page.wait_for_function(_USABLE)
        usable.append(float(await page.evaluate("performance.now()")))
        await page.goto(_PLAIN)
        plain.append(float(await page.evaluate("performance.now()")))
    return usable, plain


async def _seen_by_others(desk: Desk, opened: Callable[[str, str], Awaitable[Page]]) -> list[float]:
    """From the key that gives a command in one browser until another one shows what it did."""
    filing = await desk.client.file(complaint(f"console-{time.time()}"))
    await projected(desk.engine, filing.reference)
    path = f"/complaints/{filing.reference}"
    writer, reader = await asyncio.gather(opened("tom.hale", path), opened("lin.wan", path))
    seen = []
    for number in range(COMMANDS):
        text = f"Note number {number}."
        await writer.goto(f"{path}?act=note")
        await writer.wait_for_function("document.activeElement?.tagName === 'TEXTAREA'")
        await writer.keyboard.insert_text(text)
        shown = asyncio.create_task(
            reader.wait_for_function("(text) => document.body.innerText.includes(text)", arg=text)
        )
        began = time.perf_counter()
        await writer.keyboard.press("Control+Enter")
        await shown
        seen.append((time.perf_counter() - began) * 1000)
        await writer.get_by_role("dialog").wait_for(state="detached")
    return seen


async def _resident_kilobytes(pid: int | None) -> int:
    """Of memory, as the operating system counts it."""
    process = await asyncio.create_subprocess_exec("ps", "-o", "rss=", "-p", str(pid), stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    return int(said)
