"""What all pages have in common, in a browser."""

from __future__ import annotations

import re

import httpx2
import pytest
from nicegui import __version__ as nicegui_version
from playwright.async_api import expect

from tests.console.conftest import Console, OpenPage

_SLOWEST = """() => {
    const seconds = (times) => Math.max(...times.split(", ").map(parseFloat));
    const styles = [...document.querySelectorAll("*")].map((each) => getComputedStyle(each));
    const moves = styles.map((style) => style.transitionProperty == "none" ? 0 : seconds(style.transitionDuration));
    return Math.max(...moves, ...styles.map((style) => seconds(style.animationDuration)));
}"""
"""How many seconds anything on a page takes to move."""


async def test_a_page_is_in_the_language_and_the_colours_that_its_reader_chose(open_page: OpenPage) -> None:
    page = await open_page("zhou.qi", "/queue", language="zh", dark=True)
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    await expect(page.locator("body")).to_have_class(re.compile("body--dark"))
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en-GB")
    await expect(page.locator("body")).to_have_class(re.compile("body--dark"))
    await page.get_by_role("button", name="Switch between dark and light").click()
    await expect(page.locator("body")).to_have_class(re.compile("body--light"))
    await page.reload()
    await expect(page.locator("body")).to_have_class(re.compile("body--light"))


async def test_keys_lead_to_all_places_and_a_question_mark_shows_them(open_page: OpenPage) -> None:
    page = await open_page("zhou.qi", "/queue")
    await page.locator("#main").wait_for()
    await page.keyboard.press("?")
    overlay = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(overlay).to_contain_text("Board")
    await page.keyboard.press("Escape")
    await expect(overlay).to_have_count(0)
    await page.keyboard.press("g")
    await page.keyboard.press("b")
    await page.wait_for_url("**/board")


@pytest.mark.parametrize("motion", [True, False])
async def test_nothing_moves_for_readers_who_ask_for_less_motion(open_page: OpenPage, *, motion: bool) -> None:
    page = await open_page("zhou.qi", "/queue", motion=motion)
    await page.locator("#main").wait_for()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    slowest = await page.evaluate(_SLOWEST)
    assert slowest > 0.1 if motion else slowest < 0.001


async def test_logging_out_ends_the_session_in_all_browsers_of_the_person_and_in_nobody_elses(
    open_page: OpenPage, console: Console
) -> None:
    here = await open_page("mary.okoro", "/queue")
    there = await open_page("mary.okoro", "/board")
    another = await open_page("tom.hale", "/queue")
    await here.evaluate("amends.keep('mary.okoro file', 'text', 'Her neighbour …')")
    await here.get_by_role("button", name="Log out everywhere").click()
    await here.wait_for_url("**/logged-out**")
    await there.wait_for_url("**/logged-out**")
    assert await here.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('amends-draft'))") == []
    await there.goto(f"{console.address}/queue")
    await there.wait_for_url("**/development/identity/authorize**")
    await another.reload()
    await expect(another.locator("#main")).to_be_visible()


async def test_where_files_are_open_to_all_there_are_no_pages(console: Console) -> None:
    """Whoever has not logged in has the console make none, and learns nothing of how it fails."""
    async with httpx2.AsyncClient(base_url=console.address) as stranger:
        for path in ("esm/x", "resources/x", "dynamic_resources/x/y", "components/x", "libraries/x", "static/x"):
            answer = await stranger.get(f"/_nicegui/{nicegui_version}/{path}", headers={"Accept": "text/html"})
            assert answer.status_code == 404, path
            assert "text/html" not in answer.headers["content-type"], path
