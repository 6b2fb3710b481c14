"""The board in browsers: figures that open the complaints behind them, renew by themselves, and can be read by all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count

import httpx2
import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped] # has no types
from playwright.async_api import Page, expect
from sqlalchemy import func, select
from starlette.applications import Starlette

from starter.access.claims import Person
from starter.console import board
from starter.console.cookies import cookie_name
from starter.console.guard import Guard
from starter.console.office import Office
from starter.console.serving import open_office
from starter.figures.asked import IS_OPEN
from starter.projection import projected
from tests.console.conftest import Console, OpenPage
from tests.support.conditions import eventually
from workflows.contract.filing import FileComplaint
from workflows.contract.vocabulary import Channel, Language

SERIOUS = frozenset({"serious", "critical"})
ORIGIN = "http://127.0.0.1:8080"
RENEWED_WITHIN = timedelta(seconds=40)
"""Figures are kept for a moment, and counted again when that is over."""


async def filed(console: Console, key: str) -> str:
    complaint = FileComplaint(
        source="board",
        source_key=key,
        channel=Channel.WEB,
        language=Language.EN,
        text="The parcel was late again.",
    )
    reference = (await console.desk.file(complaint)).reference
    assert await projected(console.engine, reference, 3)
    return reference


async def ready(page: Page) -> None:
    """The figures are there, and the server listens."""
    await expect(page.locator("[data-tile=open]")).to_be_visible()
    await page.wait_for_function("window.did_handshake")


async def open_ones(page: Page) -> int:
    """How many the board says are open."""
    return int((await page.locator("[data-tile=open] .tile-value").inner_text()).replace(",", ""))


async def test_numbers_open_the_complaints_behind_them_and_can_be_read_by_all(
    console: Console, open_page: OpenPage
) -> None:
    await filed(console, "numbers")
    page = await open_page("xu.ming", "/board?days=7")
    await ready(page)
    assert await open_ones(page) >= 1

    limits = page.locator("[data-figure=limits]")
    await expect(limits.locator(".nicegui-echart")).to_have_attribute("aria-label", re.compile(r"Open: \d+"))
    await limits.locator(".behind summary").click()
    total = limits.locator("tfoot td").first
    assert await total.inner_text() == str(await open_ones(page))
    await expect(limits.get_by_role("rowheader", name="Customer Service")).to_be_visible()

    results = await Axe().run(page)
    assert not [each for each in results.response["violations"] if each["impact"] in SERIOUS]

    await limits.locator("tbody a").first.click()
    await expect(page).to_have_url(re.compile(r"/queue\?tab=all&department=customer_service&archived=false"))


async def test_time_and_department_live_in_the_address(console: Console, open_page: OpenPage) -> None:
    await filed(console, "address")
    page = await open_page("tom.hale", "/board?department=executive&days=12", language="zh")
    await ready(page)
    await expect(page.get_by_role("heading", name="看板")).to_be_visible()
    await expect(page.get_by_text("days = 12")).to_be_visible()
    assert await open_ones(page) == 0
    controls = page.locator(".controls")
    await controls.get_by_label("部门").select_option("customer_service")
    await controls.get_by_label("从").fill("2026-01-01")
    await controls.get_by_label("至").fill("2026-01-31")
    await controls.get_by_role("button", name="应用").click()
    await expect(page).to_have_url(re.compile(r"/board\?from=2026-01-01&to=2026-01-31&department=customer_service$"))
    await ready(page)
    assert await open_ones(page) >= 1
    await expect(page.locator("[data-tile=received] .tile-value")).to_have_text("0")


async def on_file(console: Console) -> int:
    """How many really are."""
    async with console.engine.connect() as connection:
        return await connection.scalar(select(func.count()).where(IS_OPEN)) or 0


async def test_the_board_renews_itself_when_something_happens(console: Console, open_page: OpenPage) -> None:
    page = await open_page("xu.ming", "/board")
    await ready(page)
    before = await open_ones(page)  # perhaps of a moment ago, and other complaints go on
    numbers = count()
    while await on_file(console) <= before:
        await filed(console, f"renewed-{next(numbers)}")

    async def shows_them() -> bool:
        return await open_ones(page) == await on_file(console)

    await eventually(shows_them, "the board shows as many as there are", within=RENEWED_WITHIN)


@pytest.fixture
async def office(console: Console) -> AsyncIterator[Office]:
    """What the pages need of the outside world, in this process."""
    async with open_office(console.at.settings) as office:
        yield office


async def test_tables_are_saved_behind_the_same_session(console: Console, office: Office) -> None:
    await filed(console, "saved")
    guard = Guard(Starlette(routes=board.routes(office)), sessions=office.sessions, pages=office.pages, origin=ORIGIN)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(guard), base_url=ORIGIN) as stranger:
        assert (await stranger.get("/board/export/limits.csv")).status_code in {303, 401}

    token = await office.sessions.open(Person("ben.frost"), known_by="test")
    cookies = {cookie_name(ORIGIN): token}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(guard), base_url=ORIGIN, cookies=cookies) as browser:
        answer = await browser.get("/board/export/limits.csv?days=7", headers={"Accept-Language": "zh"})
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert re.fullmatch(
            r'attachment; filename="amends-limits-[0-9-]{10}-[0-9-]{10}\.csv"', answer.headers["content-disposition"]
        )
        heading, *rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert heading[:2] == ["部门", "未办结"]
        assert [row[0] for row in rows] == ["合计"], "an agent of another department sees none of these"
        assert (await browser.get("/board/export/nothing.csv")).status_code == 404
